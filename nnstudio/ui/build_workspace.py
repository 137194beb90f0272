"""The Build workspace: the canvas in the middle, and around it panels that can be moved, floated and closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from nnstudio.ui.docks import HEAD_HEIGHT, PanelDock
from nnstudio.ui.text import tr

VERSION = 2  # of the saved layout: another number makes an old one be forgotten
SIDE_WIDTHS = (240, 344)
BOTTOM_HEIGHT = 304
BOTTOM_SHARE = 0.34  # of a low window
MATRIX_WIDTH = 620
PLOT_WIDTHS = (440, 310, 310, 310, 310)

Area = Qt.DockWidgetArea


class BuildWorkspace(QMainWindow):
    """The docks of palette, inspector and plots around ``canvas`` with the ``problems`` under it.

    ``plot_titles`` are keys and titles of the plots; their docks stand from the start, so that a layout can be
    restored before the plots themselves are made.
    """

    def __init__(
        self, canvas: QWidget, problems: QWidget, plot_titles: Sequence[tuple[str, str]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("buildWorkspace")
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setTabPosition(Area.AllDockWidgetAreas, self.tabPosition(Area.TopDockWidgetArea))
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(canvas, 1)
        column.addWidget(problems)
        self.setCentralWidget(middle)
        self.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)

        self.palette_dock = PanelDock("palette", tr("Palette"), (SIDE_WIDTHS[0], 400), self)
        self.inspector_dock = PanelDock("inspector", tr("Inspector"), (SIDE_WIDTHS[1], 400), self)
        self.plot_docks = {
            key: PanelDock(key, title, (_plot_width(place), BOTTOM_HEIGHT - HEAD_HEIGHT), self)
            for place, (key, title) in enumerate(plot_titles)
        }
        self.outline_dock = PanelDock("outline", tr("Outline"), (SIDE_WIDTHS[0], 400), self)
        self.history_dock = PanelDock("history", tr("History"), (SIDE_WIDTHS[1], 400), self)
        self.trace_dock = PanelDock("trace", tr("Trace"), (SIDE_WIDTHS[1], 400), self)
        self.matrix_dock = PanelDock("matrix", tr("Weight matrix"), (MATRIX_WIDTH, 300), self)
        self.docks: tuple[PanelDock, ...] = (
            self.palette_dock,
            self.outline_dock,
            *self.plot_docks.values(),
            self.inspector_dock,
            self.history_dock,
            self.trace_dock,
            self.matrix_dock,
        )
        # hidden at first, and beside which each is a tab then
        self._behind = {self.outline_dock: self.palette_dock, self.history_dock: self.inspector_dock}
        self._behind[self.trace_dock] = self.inspector_dock
        first_plot = next(iter(self.plot_docks.values()), None)
        self._behind[self.matrix_dock] = first_plot or self.palette_dock
        for dock in self._behind:
            dock.toggleViewAction().triggered.connect(lambda on, dock=dock: self.bring(dock) if on else None)
        self._floating: list[PanelDock] = []
        self._waiting: QByteArray | None = None
        self.arrange()

    def arrange(self) -> None:
        """Every panel in its first place and shown, but for those that wait to be asked for."""
        for dock in self.docks:
            dock.setFloating(False)
            dock.setVisible(dock not in self._behind)
        self.addDockWidget(Area.LeftDockWidgetArea, self.palette_dock)
        self.addDockWidget(Area.RightDockWidgetArea, self.inspector_dock)
        plots = list(self.plot_docks.values())
        for before, dock in zip([None, *plots], plots, strict=False):
            if before is None:
                self.addDockWidget(Area.BottomDockWidgetArea, dock)
            else:
                self.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
        self._sized = False
        if self.isVisible():
            self._give_sizes()

    def bring(self, dock: PanelDock) -> None:
        """Show a dock in front of those it shares its place with."""
        if self.dockWidgetArea(dock) is Area.NoDockWidgetArea:  # tabs made before the first show leave a stray tab bar
            self.tabifyDockWidget(self._behind[dock], dock)
        new = dock is self.matrix_dock and not dock.isVisible()
        dock.show()
        dock.raise_()
        if new and not dock.isFloating() and dock.width() < MATRIX_WIDTH:
            self._resize([dock], [MATRIX_WIDTH], Qt.Orientation.Horizontal)

    def _give_sizes(self) -> None:
        """The first sizes of the docks; they only hold once the workspace itself has a size."""
        self._sized = True
        self._resize([self.palette_dock, self.inspector_dock], list(SIDE_WIDTHS), Qt.Orientation.Horizontal)
        plots = list(self.plot_docks.values())
        if plots:
            widths = [_plot_width(place) for place in range(len(plots))]
            self._resize(plots, widths, Qt.Orientation.Horizontal)
            height = min(BOTTOM_HEIGHT, round(BOTTOM_SHARE * self.height()))
            self._resize(plots[:1], [height], Qt.Orientation.Vertical)

    def _resize(self, docks: list[PanelDock], sizes: list[int], along: Qt.Orientation) -> None:
        """Give docks their sizes, but for one that is being dragged: it is not part of the layout."""
        there = [place for place, dock in enumerate(docks) if self.dockWidgetArea(dock) is not Area.NoDockWidgetArea]
        self.resizeDocks([docks[place] for place in there], [sizes[place] for place in there], along)

    def layout_bytes(self) -> QByteArray:
        """The present layout, to be remembered."""
        return self.saveState(VERSION) if self._waiting is None else self._waiting

    def restore_layout(self, state: QByteArray) -> bool:
        """Go back to a remembered layout; False where it is of another version or broken."""
        self._sized = self.restoreState(state, VERSION)
        self._waiting = state if self._sized and not self.isVisible() else None
        return self._sized

    def _restore_again(self) -> None:
        """Sizes restored while the workspace was hidden are lost: Qt shares them out anew when it is shown."""
        state, self._waiting = self._waiting, None
        if state is not None:
            self.restoreState(state, VERSION)

    def hideEvent(self, event: QHideEvent) -> None:
        """Panels that float go away together with the workspace."""
        if not event.spontaneous():
            self._floating = [dock for dock in self.docks if dock.isFloating() and dock.isVisible()]
            for dock in self._floating:
                dock.hide()
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """They come back with it."""
        if not event.spontaneous():
            for dock in self._floating:
                dock.show()
            self._floating = []
            if not self._sized:
                self._give_sizes()
            if self._waiting is not None:
                QTimer.singleShot(0, self, self._restore_again)
        super().showEvent(event)


def _plot_width(place: int) -> int:
    return PLOT_WIDTHS[min(place, len(PLOT_WIDTHS) - 1)]
