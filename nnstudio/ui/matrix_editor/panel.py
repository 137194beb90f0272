"""The panel with the spreadsheet: which bundle it shows, what was refused, and what the network does meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.document import StudioError
from nnstudio.document.edits import Edit
from nnstudio.session import Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.matrix_editor.layouts import has_matrix
from nnstudio.ui.matrix_editor.model import MatrixModel
from nnstudio.ui.matrix_editor.table import MatrixTable
from nnstudio.ui.selection import Selection, SynapseRef
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.form import attempt
from nnstudio.ui.widgets.labels import dim, problem_label, show_sentence
from nnstudio.ui.widgets.lifetime import Subscriptions

LIVE_INTERVAL_MS = 100


class MatrixPanel(QWidget):
    """Follows the selection: a bundle or a synapse that is selected is shown, a cell that is chosen is selected."""

    def __init__(self, session: Session, selection: Selection, clock: FrameClock) -> None:
        super().__init__()
        self.setObjectName("matrix")
        self.setAccessibleName(self.title)
        self._session, self._selection = session, selection
        self._bundle: int | None = None
        self._following = False
        self._stale = True
        self.bundles = Combo()
        self.bundles.setAccessibleName(tr("Which synapses"))
        self.bundles.setMinimumContentsLength(18)
        self.bundles.chosen.connect(lambda key: self.show_bundle(int(key)))
        self.note = dim()
        self.note.setWordWrap(False)
        self.problem = problem_label()
        self.cells = MatrixModel(self._do, self._complain, self)
        self.table = MatrixTable(self.cells, self)
        self.table.complained.connect(self._complain)
        self.table.freeze_wanted.connect(self._freeze)
        self.table.selectionModel().currentChanged.connect(self._moved)
        self.empty = QLabel(tr("Select the synapses between two layers to see their weights as a matrix."))
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "dim")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 10, 6)
        head.setSpacing(10)
        head.addWidget(self.bundles)
        head.addWidget(self.note, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        self.problem.setContentsMargins(10, 0, 10, 6)
        box.addWidget(self.problem)
        box.addWidget(self.table, 1)
        box.addWidget(self.empty, 1)
        self.setFocusProxy(self.table)
        self._ticket = clock.register(self._draw_live, self, LIVE_INTERVAL_MS)
        self._subscriptions = Subscriptions(
            self,
            session.changed.connect(self._changed),
            session.live_changed.connect(lambda _live: self._ticket.mark()),
            session.state_changed.connect(lambda _state: self._tell_state()),
            selection.changed.connect(self._selected),
            theme.changed.connect(lambda _name: self.table.viewport().update()),
            self._ticket.close,
        )
        self.refresh()

    @property
    def title(self) -> str:
        """The panel's name."""
        return tr("Weight matrix")

    @property
    def bundle(self) -> int | None:
        """The id of the synapses that are shown."""
        return self._bundle

    # -- what is shown --------------------------------------------------------------------------------------------

    def show_bundle(self, synapses: int) -> None:
        """Show the weights of these synapses."""
        self._bundle = synapses
        show_sentence(self.problem, "")
        self.refresh()
        ref = self._selection.synapse
        if ref is not None and ref.synapses == synapses:
            self._show_synapse(ref)

    def refresh(self) -> None:
        """Bring everything up to date."""
        self._stale = False
        document, parameters = self._session.document, self._session.live.parameters
        network = document.network
        weights = parameters.weights
        shown = [b for b in network.synapses.values() if b.id in weights and has_matrix(weights[b.id])]
        if self._bundle not in {bundle.id for bundle in shown}:
            self._bundle = shown[0].id if shown else None
        names = {b.id: f"{network.layers[b.source].name} → {network.layers[b.target].name}" for b in shown}
        choices = [(str(b.id), names[b.id], "", "") for b in shown]
        if [(c[0], c[1]) for c in choices] != getattr(self, "_choices", None):
            self._choices = [(c[0], c[1]) for c in choices]
            self.bundles.set_choices(choices)
        self.bundles.set_key("" if self._bundle is None else str(self._bundle))
        self._following = True
        try:
            found = network.synapses.get(self._bundle) if self._bundle is not None else None
            self.cells.show_bundle(document, parameters, found)
            if self.cells.layout is not None:
                self.table.setAccessibleName(self.cells.layout.words)
        finally:
            self._following = False
        self.table.setVisible(self._bundle is not None)
        self.bundles.setVisible(self._bundle is not None)
        self.empty.setVisible(self._bundle is None)
        self._tell_state()
        self.table.viewport().update()

    def _draw_live(self) -> None:
        document, bundle = self._session.document, self._bundle
        if bundle is not None and bundle in document.network.synapses:
            self.cells.show_bundle(document, self._session.live.parameters, document.network.synapses[bundle])
            self.table.viewport().update()

    def _tell_state(self) -> None:
        layout = self.cells.layout
        if self._bundle is None or layout is None:
            self.note.setText("")
            return
        text = layout.size_text
        if self._session.state == "running":
            text += " · " + tr("live; edits count from the next batch")
        self.note.setText(text)
        self.note.setToolTip(text)

    def _changed(self, _change: object) -> None:
        show_sentence(self.problem, "")
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # -- the selection --------------------------------------------------------------------------------------------

    def _selected(self, selection: Selection) -> None:
        """Another object was selected, perhaps by this panel."""
        if self._following:
            return
        ref = selection.synapse
        bundle = ref.synapses if ref else next(iter(selection.synapses)) if len(selection.synapses) == 1 else None
        weights = self._session.document.parameters.weights.get(bundle) if bundle is not None else None
        if bundle is not None and weights is not None and has_matrix(weights) and bundle != self._bundle:
            self._bundle = bundle
            if self.isVisible():
                self.refresh()
            else:
                self._stale = True
        if ref is not None and ref.synapses == self._bundle and self.isVisible():
            self._show_synapse(ref)

    def _show_synapse(self, ref: SynapseRef) -> None:
        """Make its cell the current one."""
        layout = self.cells.layout
        cell = None if layout is None else layout.cell(self._session.document, ref)
        if cell is not None:
            self._following = True
            self.table.select_cell(cell[0] + self.cells.top, cell[1])
            self._following = False

    def _moved(self, current: QModelIndex, _before: QModelIndex) -> None:
        """A cell was chosen: its synapse is selected on the canvas."""
        layout = self.cells.layout
        if self._following or not current.isValid() or layout is None:
            return
        row, column = current.row(), current.column()
        self.table.setAccessibleDescription(self.cells.sentence(row, column))
        if row >= self.cells.top and self.cells.exists(row, column):
            cell = (row - self.cells.top, column)
            ref = layout.synapse(self._session.document, cell, self._near(layout.target.id))
            if ref is not None:
                self._following = True
                self._selection.select_synapse(ref)
                self._following = False

    def _near(self, layer: int) -> int | None:
        """The neuron of a layer that is looked at."""
        neuron, synapse = self._selection.neuron, self._selection.synapse
        if synapse is not None and synapse.synapses == self._bundle:
            return synapse.target
        return neuron.neuron if neuron is not None and neuron.layer == layer else None

    # -- changes --------------------------------------------------------------------------------------------------

    def _do(self, edit: Edit) -> bool:
        show_sentence(self.problem, "")
        return attempt(lambda: self._session.do(edit), lambda sentence: show_sentence(self.problem, sentence))

    def _complain(self, error: StudioError) -> None:
        show_sentence(self.problem, message_text(error.message))

    def _freeze(self, frozen: bool) -> None:
        block = self.table.block()
        edit = None if block is None else self.cells.freezing(block, frozen)
        if edit is not None:
            self._do(edit)
