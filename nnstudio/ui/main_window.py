"""The window: it assembles the panels around one session and does nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Literal, cast, get_args

from PySide6.QtCore import QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.document import StudioError
from nnstudio.session import Grain, Session
from nnstudio.ui.actions import Actions
from nnstudio.ui.build_workspace import BuildWorkspace
from nnstudio.ui.buttons import Choice
from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.canvas.editing import Tool
from nnstudio.ui.command_palette import CommandPalette
from nnstudio.ui.commands import commands
from nnstudio.ui.dialogs import Dialogs, RealDialogs
from nnstudio.ui.engine_warmup import EngineWarmup
from nnstudio.ui.faults import Faults
from nnstudio.ui.files import Files
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.icons import application_icon
from nnstudio.ui.late_panels import LatePanels
from nnstudio.ui.layout_memory import LayoutMemory
from nnstudio.ui.menus import Menus
from nnstudio.ui.motion import motion
from nnstudio.ui.notices import NoticeBar
from nnstudio.ui.palette import PalettePanel
from nnstudio.ui.panes import Panes
from nnstudio.ui.plots import plots
from nnstudio.ui.problems import ProblemBar
from nnstudio.ui.selection import Selection
from nnstudio.ui.settings import open_settings
from nnstudio.ui.status import StatusLine
from nnstudio.ui.style import Appearance
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.top_bar import TopBar

Workspace = Literal["build", "data"]
Panel = Literal["outline", "history", "trace"]
FIRST_SIZE = (1680, 1050)
SMALLEST_SIZE = (800, 500)
HOUSEKEEPING_MS = 200


@dataclass
class Outcome:
    """Whether guarded work was done."""

    ok: bool = True


class MainWindow(QMainWindow):
    """One project in one window. Plots, inspector and data workspace arrive after the first paint.

    ``settings``, ``dialogs``, ``appearance`` and ``faults`` are made where they are not given.
    """

    def __init__(
        self,
        session: Session,
        settings: QSettings | None = None,
        dialogs: Dialogs | None = None,
        appearance: Appearance | None = None,
        faults: Faults | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.settings = settings or open_settings()
        motion.remember(self.settings)
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 (Qt makes no window without one)
        self.appearance = appearance or Appearance(application, self.settings)
        self.faults = faults
        self.selection = Selection()
        self.workspace: Workspace = "build"
        self._may_close = self._closed = False
        self._guards = 0
        self.setObjectName("mainWindow")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self.resize(*FIRST_SIZE)
        self.setMinimumSize(*SMALLEST_SIZE)

        self.clock = FrameClock(session, self)
        self.files = Files(self, self.settings, dialogs or RealDialogs())
        self.canvas = CanvasView(session, self.selection, self.clock)
        self.problems = ProblemBar(session, self.selection, lambda: self.show_workspace("data"), self.guard)
        titles = [(key, plots[key].title) for key in plots]
        self.build = BuildWorkspace(self.canvas, self.problems, titles, self)
        self.palette_panel = PalettePanel(session, self.selection)
        self.build.palette_dock.fill(self.palette_panel)
        self.acts = Actions(self)
        tools = (self._tool_choices(), self.use_tool)
        workspaces = (self.workspace_rows(), self.show_workspace)
        self.top_bar = TopBar(session, self.acts, tools, workspaces, self)
        self.notices = NoticeBar(self)
        self.status = StatusLine(session, self)
        self.top_bar.tools.show_chosen(self.canvas.tool)
        self._assemble()
        self.menus = Menus(self)
        self.panes = Panes(self._parts)
        self.command_palette = CommandPalette(self, lambda: commands(self), self.canvas)
        self.warmup = EngineWarmup(self.settings, self._tell_engine)
        self._layout = LayoutMemory(self.settings, self, self.build)
        self._ends = [
            session.changed.connect(self._changed),
            session.state_changed.connect(lambda _state: self.refresh()),
            session.failed.connect(self._failed),
            session.walks.changed.connect(lambda _walking: self.acts.refresh()),
            self.selection.changed.connect(lambda _selection: self.acts.refresh()),
            self.canvas.tool_changed.connect(self._tool_changed),
            self.selection.matrix_wanted.connect(self.show_matrix),
            self.palette_panel.synapse_tool.connect(self.use_tool),
            self.palette_panel.open_data.connect(lambda _nothing: self.show_workspace("data")),
        ]
        # asking the clipboard can mean waiting for another program, so it is asked only when it changed
        self.can_paste = False
        QApplication.clipboard().dataChanged.connect(self._clipboard_changed)
        self._chores = self.clock.register(self._do_chores, self, HOUSEKEEPING_MS)
        if faults is not None:
            faults.attach(self, self._chore_soon)
        self.show_workspace(self._layout.restore())
        self.refresh()

    # -- assembling -------------------------------------------------------------------------------------------------

    def workspace_rows(self) -> list[Choice]:
        """The workspaces that there are."""
        return [
            ("build", tr("Build"), tr("The network, live  (Alt+1)"), ""),
            ("data", tr("Data"), tr("The table and what its columns are used for  (Alt+2)"), ""),
        ]

    def _tool_choices(self) -> list[Choice]:
        return [
            (tool, action.text(), action.toolTip(), self.acts.icon_name(f"tool_{tool}"))
            for tool in get_args(Tool)
            for action in (self.acts[f"tool_{tool}"],)
        ]

    def _assemble(self) -> None:
        self._data_page = QWidget(self)
        page = QVBoxLayout(self._data_page)
        page.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.build)
        self._stack.addWidget(self._data_page)
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.notices)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self.late = LatePanels(self, page)

    def load_rest(self) -> None:
        """Make everything that the first paint did not wait for, now."""
        for step in self.late.steps():
            step()

    def load_rest_later(self, then: Callable[[], object] = lambda: None) -> None:
        """Make the same, one piece at each turn of the event loop so that the window stays smooth; ``then`` follows."""
        steps = self.late.steps()

        def turn() -> None:
            if self._may_close:
                return
            step = next(steps, None)
            if step is None:
                then()
                return
            try:
                step()
            finally:  # a part that fails must not keep the others away
                QTimer.singleShot(0, self, turn)

        QTimer.singleShot(0, self, turn)

    # -- what actions call --------------------------------------------------------------------------------------------

    @contextmanager
    def guarded(self) -> Iterator[Outcome]:
        """Run something that the person asked for: what they can mend becomes a notice, not a fault."""
        outcome = Outcome()
        if not self._guards:
            self.notices.clear()
        self._guards += 1
        try:
            yield outcome
        except StudioError as error:
            outcome.ok = False
            self.notices.tell(message_text(error.message))
        finally:
            self._guards -= 1

    def guard(self, work: Callable[[], object]) -> None:
        """Do ``work`` as ``guarded`` does."""
        with self.guarded():
            work()

    @property
    def open(self) -> bool:
        """Whether the window is not on its way out."""
        return not self._may_close

    @property
    def can_train(self) -> bool:
        """Whether nothing keeps the network from training."""
        return not any(problem.severity == "error" for problem in self.session.problems)

    @property
    def trained(self) -> bool:
        """Whether the present weights differ from the initial ones."""
        document = self.session.document
        return bool(document.progress.updates) or document.parameters is not document.initial

    def train_or_pause(self) -> None:
        """Train, or pause where it trains; where it cannot train, the problems say why."""
        if self.session.state == "running":
            self.session.pause()
        elif self.can_train:
            self.session.train()
        else:
            self._insist()

    def step(self, grain: Grain) -> None:
        """Go on by one grain, the small ones with their numbers in sight; where it cannot, the problems say why."""
        if self.can_train:
            if grain in ("operation", "sample", "micro_batch"):
                self._bring("trace")
            self.session.step(grain)
        else:
            self._insist()

    def use_tool(self, tool: str) -> None:
        """Choose what the left button does on the canvas."""
        self.canvas.tool = cast(Tool, tool)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_next_problem(self) -> None:
        """Select the object of the next problem, bring it into sight and the keyboard to its fixes."""
        self.show_workspace("build")
        self.problems.go_on()
        for layer in self.selection.layers & self.canvas.scene.layers.keys():
            self.canvas.make_visible(layer)

    def _insist(self) -> None:
        self.show_workspace("build")
        self.problems.insist()

    def show_workspace(self, key: str) -> None:
        """Switch to a workspace; the network and the run stay as they are."""
        self.workspace = cast(Workspace, key) if key in ("build", "data") else "build"
        if self.workspace == "data":
            self.late.make_data()
        self._stack.setCurrentWidget(self._data_page if self.workspace == "data" else self.build)
        self.top_bar.workspaces.show_chosen(self.workspace)
        self.top_bar.tools.setEnabled(self.workspace == "build")
        self.menus.workspaces[self.workspace].setChecked(True)
        self.acts.refresh()

    def show_panel(self, key: Panel) -> None:
        """Bring a panel that may be hidden to the front and give it the focus."""
        self._bring(key).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _bring(self, key: Panel) -> QWidget:
        self.show_workspace("build")
        late, build = self.late, self.build
        make, dock = {
            "outline": (late.make_outline, build.outline_dock),
            "history": (late.make_history, build.history_dock),
            "trace": (late.make_trace, build.trace_dock),
        }[key]
        make()
        build.bring(dock)
        return dock

    def matrix_target(self) -> int | None:
        """The bundle whose weights Ctrl+M shows: the selected one, else that of the selected layer, else the first."""
        document, selection = self.session.document, self.selection
        weights, network = document.parameters.weights, document.network
        layers = selection.layers & network.layers.keys()
        arriving = sorted(s.id for layer in layers for s in network.incoming[layer])
        wanted = chain(sorted(selection.synapses), arriving, network.synapses)
        return next((i for i in wanted if i in weights and weights[i].size and i in network.synapses), None)

    def show_matrix(self, synapses: int | None = None) -> None:
        """Show the weights of a bundle (by default ``matrix_target``) as a spreadsheet."""
        synapses = self.matrix_target() if synapses is None else synapses
        if synapses is None:
            return
        self.show_workspace("build")
        self.late.make_matrix().show_bundle(synapses)
        self.build.bring(self.build.matrix_dock)
        self.build.matrix_dock.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reset_layout(self) -> None:
        """Every panel back in its first place."""
        self._layout.forget()

    def show_shortcuts(self) -> None:
        """All keyboard shortcuts in a window of their own."""
        from nnstudio.ui.help_windows import ShortcutsWindow

        ShortcutsWindow(self.acts, self).show()

    def show_about(self) -> None:
        """What this program is."""
        from nnstudio.ui.help_windows import AboutWindow

        AboutWindow(self).show()

    def show_log_folder(self) -> None:
        """Open the folder of the log in the desktop's file manager."""
        from nnstudio.ui.settings import log_folder

        folder = log_folder()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notices.tell(tr("The log is in {folder}.", folder=str(folder)), "info")

    def _parts(self) -> list[QWidget]:
        if self.workspace == "data":
            return [self.top_bar, self.notices, self._data_page]
        build = self.build
        left, right = (build.palette_dock, build.outline_dock), (build.inspector_dock, build.history_dock)
        docks = [*right, build.trace_dock, build.matrix_dock, *build.plot_docks.values(), *left]
        panels = [dock.panel for dock in docks if dock.panel is not None]
        return [self.canvas, self.problems, *panels, self.top_bar, self.notices]

    # -- keeping up ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring title and actions up to date."""
        self.setWindowTitle(f"{self.files.name}[*] — nnstudio")
        self.setWindowModified(self.session.edited)
        path = self.session.path
        self.top_bar.show_file(self.files.name, str(path) if path else tr("Not saved yet"), self.session.edited)
        self.acts.refresh()
        self.command_palette.refresh()

    def _changed(self, _change: object) -> None:
        self.selection.keep(self.session.document)
        self.refresh()

    def _tool_changed(self, tool: Tool) -> None:
        self.top_bar.tools.show_chosen(tool)
        self.acts.refresh()

    def _clipboard_changed(self) -> None:
        self.can_paste = self.canvas.can_paste
        self.acts.refresh()

    def _leave_clipboard(self) -> None:
        """Leave plain text behind: what Python put on the clipboard would be deleted after Python has gone."""
        clipboard = QApplication.clipboard()
        clipboard.dataChanged.disconnect(self._clipboard_changed)
        if self.can_paste:
            clipboard.setText(clipboard.text())

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StudioError):
            self.notices.tell(message_text(error.message))
        elif self.faults is not None:
            self.faults.report(error)
        else:
            raise error

    def _tell_engine(self, preparing: bool) -> None:
        self.status.tell_engine(tr("preparing the engine…") if preparing else "")

    def start_engine(self) -> None:
        """Prepare the engine in the background."""
        self.warmup.start()
        self._chore_soon()

    def _chore_soon(self) -> None:
        self._chores.marked = True  # without waking the clock: any thread may call this

    def _do_chores(self) -> None:
        if self.warmup.poll():
            self._chore_soon()
        if self.faults is not None:
            self.faults.drain()

    # -- files dropped, and closing ---------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a project or a table."""
        if self.files.dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it."""
        path = self.files.dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.files.open_any(path))  # the drag must end first

    def close_now(self) -> None:
        """Close without asking about unsaved changes."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes; then remember the layout and end everything that runs."""
        if not self._may_close and self.session.edited:
            event.ignore()
            self.files.settle(lambda: QTimer.singleShot(0, self, self.close_now))  # not from within this event
            return
        self._may_close = True
        if self._closed:  # somebody insisted, or asked twice before it went
            return
        self._closed = True
        self._layout.save(self.workspace)
        for end in self._ends:
            end()
        self._leave_clipboard()
        self.clock.stop()
        self.warmup.close()
        self.session.close()
        for panel in (self.top_bar.transport, self.status, self.problems, self.notices):
            panel.close_panel()
        for child in (self.canvas, self.palette_panel, self.late):
            child.close()
        if self.faults is not None:
            self.faults.detach()
        event.accept()
        super().closeEvent(event)
