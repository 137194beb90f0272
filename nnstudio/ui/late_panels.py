"""The panels that the first paint does not wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLayout, QWidget

from nnstudio.ui.plots import plots

if TYPE_CHECKING:
    from nnstudio.ui.data import DataWorkspace
    from nnstudio.ui.history import HistoryPanel
    from nnstudio.ui.inspector import InspectorPanel
    from nnstudio.ui.main_window import MainWindow
    from nnstudio.ui.matrix_editor import MatrixPanel
    from nnstudio.ui.outline import OutlinePanel
    from nnstudio.ui.trace import TracePanel

TRACE_BUTTONS = ("step_back", "step_operation", "step_sample", "step_batch")


class LatePanels:
    """Each panel is made once, when its turn comes or when somebody asks for it before, and put into its place.

    None stands for one that is not made yet; ``plots`` holds those that are, by key. The data workspace goes into
    ``data_page``, the others into their docks.
    """

    def __init__(self, window: MainWindow, data_page: QLayout) -> None:
        self._window, self._data_page = window, data_page
        self.inspector: InspectorPanel | None = None
        self.history: HistoryPanel | None = None
        self.outline: OutlinePanel | None = None
        self.trace: TracePanel | None = None
        self.matrix: MatrixPanel | None = None
        self.data: DataWorkspace | None = None
        self.plots: dict[str, QWidget] = {}

    def steps(self) -> Iterator[Callable[[], object]]:
        """What makes them, one after the other: those first that are seen first."""
        yield self.make_inspector
        for key in plots:
            yield partial(self.make_plot, key)
        yield from (self.make_history, self.make_outline, self.make_trace, self.make_matrix, self.make_data)

    def make_inspector(self) -> None:
        """What is selected, with all that can be set."""
        if self.inspector is None:
            from nnstudio.ui.inspector import InspectorPanel

            window = self._window
            self.inspector = InspectorPanel(window.session, window.selection, window.clock)
            window.build.inspector_dock.fill(self.inspector)

    def make_plot(self, key: str) -> None:
        """One plot."""
        if key not in self.plots:
            window = self._window
            self.plots[key] = plots[key].make(window.session, window.selection, window.clock)
            window.build.plot_docks[key].fill(self.plots[key])

    def make_history(self) -> None:
        """The steps that were done."""
        if self.history is None:
            from nnstudio.ui.history import HistoryPanel

            self.history = HistoryPanel(self._window.session)
            self._window.build.history_dock.fill(self.history)

    def make_outline(self) -> None:
        """The network as a tree."""
        if self.outline is None:
            from nnstudio.ui.outline import OutlinePanel

            window = self._window
            show_layer = window.canvas.make_visible
            self.outline = OutlinePanel(window.session, window.selection, window.clock, window.guard, show_layer)
            window.build.outline_dock.fill(self.outline)

    def make_trace(self) -> None:
        """The next update, operation by operation."""
        if self.trace is None:
            from nnstudio.ui.trace import TracePanel

            window = self._window
            buttons = [(window.acts[key], partial(window.acts.icon_name, key)) for key in TRACE_BUTTONS]
            self.trace = TracePanel(window.session, window.selection, buttons)
            window.build.trace_dock.fill(self.trace)

    def make_matrix(self) -> MatrixPanel:
        """The weights of a bundle as a spreadsheet."""
        if self.matrix is None:
            from nnstudio.ui.matrix_editor import MatrixPanel

            window = self._window
            self.matrix = MatrixPanel(window.session, window.selection, window.clock)
            window.build.matrix_dock.fill(self.matrix)
        return self.matrix

    def make_data(self) -> None:
        """The data workspace."""
        if self.data is None:
            from nnstudio.ui.data import DataWorkspace

            self.data = DataWorkspace(self._window.session, self._window.selection)
            self._data_page.addWidget(self.data)

    def close(self) -> None:
        """Let all that are made listen no more."""
        alone = (self.inspector, self.history, self.outline, self.trace, self.matrix, self.data)
        for panel in (*alone, *self.plots.values()):
            if panel is not None:
                panel.close()
