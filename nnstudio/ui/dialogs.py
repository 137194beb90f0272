"""Asking the person for a file or for a yes: dialogs that never hold up the program, and that tests can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnstudio.ui.icons import pixmap
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

Answer = Literal["save", "discard", "cancel"]


@dataclass(frozen=True)
class FileWish:
    """What file is wanted: for opening or saving, of which kinds, and where to begin to look."""

    title: str
    saving: bool
    filters: tuple[str, ...]
    start: Path
    suffix: str = ""


class Dialogs(Protocol):
    """Asks, and calls back when there is an answer (at once, or later)."""

    def ask_path(self, parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:
        """A path; where the person cancels, nothing is called."""
        ...

    def ask_unsaved(self, parent: QWidget, name: str, deliver: Callable[[Answer], object]) -> None:
        """What to do with changes that were not saved."""
        ...


class RealDialogs:
    """The dialogs of the desktop, or Qt's own."""

    def ask_path(self, parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:
        """A file dialog."""
        dialog = QFileDialog(parent, wish.title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if wish.saving else QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile if wish.saving else QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(wish.filters)
        if wish.suffix:
            dialog.setDefaultSuffix(wish.suffix)
        if wish.saving:
            dialog.setDirectory(str(wish.start.parent))
            dialog.selectFile(wish.start.name)
        else:
            dialog.setDirectory(str(wish.start))
        if wish.saving and len(wish.filters) > 1:
            dialog.filterSelected.connect(lambda text: _follow_filter(dialog, text))
        dialog.fileSelected.connect(lambda path: deliver(Path(path)))
        dialog.open()

    def ask_unsaved(self, parent: QWidget, name: str, deliver: Callable[[Answer], object]) -> None:
        """Save, Discard or Cancel."""
        box = QMessageBox(parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("unsavedDialog")
        box.setIconPixmap(pixmap("save", theme.colors.accent, 36, box.devicePixelRatioF()))
        box.setWindowTitle(tr("Unsaved changes"))
        box.setText(tr("Save the changes to {name}?", name=name))
        box.setInformativeText(tr("If you do not save them, they are lost."))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        answers: dict[int, Answer] = {button.Save.value: "save", button.Discard.value: "discard"}
        box.finished.connect(lambda result: deliver(answers.get(result, "cancel")))
        box.open()


def _follow_filter(dialog: QFileDialog, text: str) -> None:
    """The name that is typed gets the ending of the chosen kind of file."""
    ending = text.rpartition("*.")[2].rstrip(")")
    dialog.setDefaultSuffix(ending)
    typed = dialog.selectedFiles()
    if typed:
        dialog.selectFile(Path(typed[0]).with_suffix(f".{ending}").name)
