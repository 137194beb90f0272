"""The panel of the outline: what is chosen in the tree is chosen on the canvas, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QVBoxLayout, QWidget

from nnstudio.session import Change, Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.outline.model import OutlineModel
from nnstudio.ui.outline.nodes import FIRST, Key, Node
from nnstudio.ui.outline.row import OutlineRow
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.lifetime import Subscriptions

LIVE_INTERVAL_MS = 100
INDENT = 16
Flag = QItemSelectionModel.SelectionFlag


class OutlineTree(QTreeView):
    """Typed letters seek a row and F2 renames here, before any shortcut of the window."""

    def event(self, event: QEvent) -> bool:
        """Keys that the tree wants."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
            if plain and ((event.text().isprintable() and event.text().strip()) or event.key() == Qt.Key.Key_F2):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 on a neuron or a bundle renames the layer that it belongs to."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_F2 and index.isValid():
            while index.parent().isValid():
                index = index.parent()
            self.setCurrentIndex(index)
            if index.flags() & Qt.ItemFlag.ItemIsEditable and self.state() != self.State.EditingState:
                self.edit(index)
            return
        super().keyPressEvent(event)


class OutlinePanel(QWidget):
    """``guard`` runs edits and tells of a refusal; ``show_layer`` shows a layer, group or note on the canvas."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        clock: FrameClock,
        guard: Callable[[Callable[[], object]], None],
        show_layer: Callable[[int], object],
    ) -> None:
        super().__init__()
        self.setObjectName("outline")
        self.setAccessibleName(self.title)
        self._session, self._selection, self._show_layer = session, selection, show_layer
        self._stale, self._busy = True, False
        self.model = OutlineModel(session, guard, self)
        self.tree = OutlineTree(self)
        self.tree.setObjectName("outlineTree")
        self.tree.setAccessibleName(tr("The network: layers, neurons, synapses"))
        self.tree.setModel(self.model)
        self._rows = OutlineRow(self.tree)
        self.tree.setItemDelegate(self._rows)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(INDENT)
        self.tree.setMouseTracking(True)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.viewport().setAutoFillBackground(False)
        self.tree.selectionModel().selectionChanged.connect(self._chosen)
        self.tree.activated.connect(self._activated)
        self.tree.clicked.connect(self._clicked)
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 0, 4)
        box.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self._ticket = clock.register(self._draw_live, self, LIVE_INTERVAL_MS)
        self._sample = selection.sample
        self._subscriptions = Subscriptions(
            self,
            session.changed.connect(self._changed),
            session.live_changed.connect(lambda _live: self._ticket.mark()),
            selection.changed.connect(self._selected),
            theme.changed.connect(lambda _name: self.tree.viewport().update()),
            self._ticket.close,
        )

    @property
    def title(self) -> str:
        """The panel's name."""
        return tr("Outline")

    # -- keeping up -----------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        if not self.isVisible():
            self._stale = True
            return
        self.refresh(change.before.parameters is not change.after.parameters)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self, weights_too: bool = True) -> None:
        """Bring rows, values and selection up to date; what was opened stays open."""
        self._stale = False
        with self._quietly():
            self._take_document(weights_too)
        self._follow()
        self._draw_live()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Meanwhile nothing that is chosen in the tree is chosen on the canvas, nor the other way round."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    def _take_document(self, weights_too: bool) -> None:
        self._rows.kinds = {i: layer.kind for i, layer in self._session.document.network.layers.items()}
        if self.model.changed():
            opened, place = self._opened(), self.tree.verticalScrollBar().value()
            self.model.build()
            for key in opened:
                index = self.model.find(key)
                if index.isValid():
                    self.tree.expand(index)
            self.tree.verticalScrollBar().setValue(place)
        else:
            self.model.take_over()
            if weights_too:
                self.model.rank()

    def _opened(self) -> list[Key]:
        keys: list[Key] = []

        def look(parent: QModelIndex) -> None:
            for row in range(self.model.rowCount(parent)):
                index = self.model.index(row, 0, parent)
                if self.tree.isExpanded(index):
                    keys.append(self.model.node(index).key)
                    look(index)

        look(QModelIndex())
        return keys

    def _draw_live(self) -> None:
        if not self._stale:
            self.model.calculate(self._selection.sample)
            self.tree.viewport().update()

    # -- selection ------------------------------------------------------------------------------------------------

    def _selected(self, _selection: object) -> None:
        if not self.isVisible():
            self._stale = True
        elif not self._busy and not self.model.changed():
            self._follow()
            if self._sample != self._selection.sample:
                self._sample = self._selection.sample
                self._ticket.mark()

    def _keys(self) -> list[Key]:
        chosen = self._selection
        if chosen.neuron is not None:
            return [("neuron", chosen.neuron.layer, chosen.neuron.neuron, 0)]
        if chosen.synapse is not None:
            return [("synapse", chosen.synapse.synapses, chosen.synapse.source, chosen.synapse.target)]
        layers: list[Key] = [("layer", layer, 0, 0) for layer in sorted(chosen.layers)]
        layers += [("bundle", synapses, 0, 0) for synapses in sorted(chosen.synapses)]
        layers += [("group", group, 0, 0) for group in sorted(chosen.groups)]
        return [*layers, *(("note", note, 0, 0) for note in sorted(chosen.notes))]

    def _follow(self) -> None:
        """Choose in the tree what is chosen on the canvas."""
        with self._quietly():
            wanted = [index for key in self._keys() if (index := self.model.find(key)).isValid()]
            chosen = self.tree.selectionModel()
            items = QItemSelection()
            for index in wanted:
                items.select(index, index)
            current = self.tree.currentIndex()
            if wanted and current not in wanted:
                chosen.setCurrentIndex(wanted[-1], Flag.NoUpdate)
                self.tree.scrollTo(wanted[-1])
            chosen.select(items, Flag.ClearAndSelect)

    def _chosen(self, *_: object) -> None:
        """Choose on the canvas what is chosen in the tree."""
        if self._busy:
            return
        nodes = [self.model.node(index) for index in self.tree.selectionModel().selectedIndexes()]
        nodes = [node for node in nodes if node.kind != "more"]
        if not nodes:
            return
        with self._quietly():
            self._choose(nodes)
        self._show(nodes[-1])

    def _choose(self, nodes: list[Node]) -> None:
        if len(nodes) == 1 and nodes[0].kind == "neuron":
            self._selection.select_neuron(NeuronRef(nodes[0].of, nodes[0].i))
        elif len(nodes) == 1 and nodes[0].kind == "synapse":
            self._selection.select_synapse(SynapseRef(nodes[0].of, nodes[0].i, nodes[0].j))
        else:
            layers = {node.of for node in nodes if node.kind in ("layer", "neuron")}
            bundles = {node.of for node in nodes if node.kind in ("bundle", "synapse")}
            groups, notes = ({node.of for node in nodes if node.kind == kind} for kind in ("group", "note"))
            self._selection.select_annotations(notes, groups, layers, bundles)

    def _show(self, node: Node) -> None:
        if node.kind in ("layer", "neuron", "group", "note"):
            self._show_layer(node.of)
        elif (bundle := self._session.document.network.synapses.get(node.of)) is not None:
            self._show_layer(bundle.target)

    # -- opening more ---------------------------------------------------------------------------------------------

    def _clicked(self, index: QModelIndex) -> None:
        if index.isValid() and self.model.node(index).kind == "more":
            self._activated(index)

    def _activated(self, index: QModelIndex) -> None:
        """Enter, or a double click: fetch what is not shown yet, open or close."""
        node = self.model.node(index)
        if node.kind == "more" and node.parent is not None:
            above, row = index.parent(), index.row()
            self.model.show_more(above, node.parent.wanted + 4 * FIRST)
            self.tree.setCurrentIndex(self.model.index(row, 0, above))
        elif node.kind in ("layer", "bundle"):
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
