"""New, open, save, recent files, dropped files, and the question about unsaved changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QSettings

from nnstudio.document import Source
from nnstudio.session import load
from nnstudio.ui.dialogs import Dialogs, FileWish
from nnstudio.ui.settings import text, texts
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.exports import Style
    from nnstudio.ui.dialogs import Answer
    from nnstudio.ui.main_window import MainWindow

PROJECT = ".nns"
TABLES = (".csv", ".tsv", ".txt")
MOST_RECENT = 10


class Files(QObject):
    """Moves projects and data between the session and the disk."""

    def __init__(self, window: MainWindow, settings: QSettings, dialogs: Dialogs) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._settings = settings
        self.dialogs = dialogs
        self._figure_style: Style | None = None  # what was chosen for the last figure

    # -- what the window calls it -----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the project's file, or a suggestion."""
        return self._session.path.name if self._session.path else tr("untitled{suffix}", suffix=PROJECT)

    @property
    def suggestion(self) -> Path:
        """Where to save a project that has no file yet: named after its data."""
        if self._session.path:
            return self._session.path
        data = self._session.document.data
        stem = re.sub(r"[^\w.-]+", "-", Path(data.name).stem).strip("-.") if data else ""
        return self._folder / f"{stem or 'network'}{PROJECT}"

    @property
    def recent(self) -> list[Path]:
        """Projects that were opened or saved, newest first; those that are gone are left out."""
        return [path for item in texts(self._settings, "files/recent") if (path := Path(item)).is_file()]

    # -- actions ----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project, once unsaved changes are settled."""
        self.settle(lambda: self._guarded(self._session.new))

    def open(self) -> None:
        """Ask for a project and open it."""
        wish = FileWish(tr("Open a network"), False, (tr("Networks (*.nns)"), tr("All files (*)")), self._folder)
        self.dialogs.ask_path(self._window, wish, self.open_path)

    def open_path(self, path: Path) -> None:
        """Open a project, once unsaved changes are settled."""

        def now() -> None:
            if self._guarded(lambda: self._session.open(path)):
                self._remember(path)

        self.settle(now)

    def open_data(self) -> None:
        """Ask for a CSV file and use it."""
        patterns = " ".join(f"*{suffix}" for suffix in TABLES)
        wish = FileWish(
            tr("Open data"),
            False,
            (tr("Tables ({patterns})", patterns=patterns), tr("All files (*)")),
            self._folder_of("files/data_folder"),
        )
        self.dialogs.ask_path(self._window, wish, self.open_data_path)

    def open_data_path(self, path: Path) -> None:
        """Read a CSV file in the background, then fit the network to it as one step."""
        self._settings.setValue("files/data_folder", str(path.parent))
        self.use_source(Source("file", str(path)), lambda: self._window.show_workspace("data"))

    def use_source(self, source: Source, then: Callable[[], object] | None = None) -> None:
        """Read ``source`` in the background, fit the network to it as one step, and do ``then``."""
        base = self._session.base

        def use(loaded: object) -> None:
            self._session.use(loaded)  # type: ignore[arg-type]
            if then is not None:
                then()

        self._session.background.submit("open data", lambda: load(source, None, base), use)
        self._window.clock.wake()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the project's file, or ask for one."""
        if self._session.path is None:
            self.save_as(then)
        else:
            self._save_to(self._session.path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file and save there."""
        wish = FileWish(tr("Save the network"), True, (tr("Networks (*.nns)"),), self.suggestion, "nns")
        self.dialogs.ask_path(self._window, wish, lambda path: self._save_to(path, then))

    def export_figure(self) -> None:
        """Show the network as a figure, with what can be chosen of it."""
        from nnstudio.exports import Style
        from nnstudio.ui.figure_window import FigureWindow

        FigureWindow(self._session, self._figure_style or Style(), self.save_figure, self._window).show()
        self._window.clock.wake()

    def save_figure(self, style: Style) -> None:
        """Ask for a file and write the network there as a figure, in the background; its ending says the format."""
        from nnstudio.session.figures import export_figure

        self._figure_style = style
        filters = (tr("SVG (*.svg)"), tr("PDF (*.pdf)"), tr("PNG (*.png)"))
        suggestion = self.suggestion.with_suffix(".svg")
        wish = FileWish(tr("Export the network as a figure"), True, filters, suggestion, "svg")

        def write(path: Path) -> None:
            document = self._session.document.having(parameters=self._session.live.parameters)  # as it is seen now
            done = tr("The figure is in {path}.", path=path)
            work = partial(export_figure, document, path, style)
            self._session.background.submit(f"figure {path}", work, lambda _: self._window.notices.tell(done, "info"))
            self._window.clock.wake()

        self.dialogs.ask_path(self._window, wish, write)

    def settle(self, then: Callable[[], object]) -> None:
        """Do ``then`` at once where nothing is unsaved, else after the person has saved or discarded it."""
        if not self._session.edited:
            then()
            return

        def answered(answer: Answer) -> None:
            if answer == "save":
                self.save(then)
            elif answer == "discard":
                then()

        self.dialogs.ask_unsaved(self._window, self.name, answered)

    # -- dropped files ------------------------------------------------------------------------------------------------

    def dropped(self, data: QMimeData) -> Path | None:
        """The one file among what is dragged that can be opened."""
        for url in data.urls():
            path = Path(url.toLocalFile())
            if url.isLocalFile() and path.suffix.lower() in (PROJECT, *TABLES):
                return path
        return None

    def open_any(self, path: Path) -> None:
        """Open a project, or data where the file is a table."""
        if path.suffix.lower() in TABLES:
            self.open_data_path(path)
        else:
            self.open_path(path)

    # -- within -------------------------------------------------------------------------------------------------------

    def _save_to(self, path: Path, then: Callable[[], object] | None) -> None:
        if path.suffix != PROJECT:
            path = path.with_name(path.name + PROJECT)
        if self._guarded(lambda: self._session.save(path)):
            self._remember(path)
            self._window.refresh()
            if then is not None:
                then()

    def _guarded(self, work: Callable[[], object]) -> bool:
        with self._window.guarded() as outcome:
            work()
        return outcome.ok

    def _remember(self, path: Path) -> None:
        path = path.resolve()
        known = [str(item) for item in self.recent if item != path]
        self._settings.setValue("files/recent", [str(path), *known][:MOST_RECENT])
        self._settings.setValue("files/folder", str(path.parent))

    @property
    def _folder(self) -> Path:
        return self._folder_of("files/folder")

    def _folder_of(self, key: str) -> Path:
        folder = Path(text(self._settings, key) or Path.home())
        return folder if folder.is_dir() else Path.home()
