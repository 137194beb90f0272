"""The outline as Qt sees it: rows are fetched when they are opened, values are read when they are painted or spoken."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnstudio.document import Array, Document, Parameters, StudioError
from nnstudio.document.edits import RenameGroup, RenameLayer
from nnstudio.session import Session
from nnstudio.ui.muting import muted_neurons, off_words
from nnstudio.ui.outline.nodes import Key, Node, bundle_children, layer_children, structure, top_rows
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import count_text, signed

Index = QModelIndex | QPersistentModelIndex
NODE = Qt.ItemDataRole.UserRole
SIDE = Qt.ItemDataRole.UserRole + 1  # the quiet text behind the name
VALUE = Qt.ItemDataRole.UserRole + 2  # the number at the right, a float or None


class OutlineModel(QAbstractItemModel):
    """``guard`` runs what a person typed and tells them of a refusal."""

    def __init__(self, session: Session, guard: Callable[[Callable[[], object]], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._guard = session, guard
        self._numbers = count(1)
        self._nodes: dict[int, Node] = {}
        self._root = Node("layer", 0, fetched=True)
        self._built: object = None
        self._document: Document = session.document
        self.values: dict[int, Array] = {}

    # -- keeping up -----------------------------------------------------------------------------------------------

    def changed(self) -> bool:
        """Whether the rows no longer fit the document."""
        return self._built is None or structure(self._session.document) != self._built

    def build(self) -> None:
        """All rows anew, nothing opened."""
        self.beginResetModel()
        self._document = self._session.document
        self._built = structure(self._document)
        self._nodes.clear()
        self._root = Node("layer", 0, fetched=True)
        self._adopt(self._root, top_rows(self._document))
        self.endResetModel()

    def take_over(self) -> None:
        """Other names and values in the same rows."""
        self._document = self._session.document

    def calculate(self, sample: int) -> None:
        """Run one sample of the data through the network; no values where that is not possible."""
        from nnstudio.engine import forward

        self.values = {}
        dataset = self._session.dataset
        if dataset is None or not len(dataset.inputs):
            return
        row = min(max(sample, 0), len(dataset.inputs) - 1)
        try:
            found = forward(self._document.network, self.parameters, dataset.inputs[row : row + 1])
        except StudioError:
            return  # the session's problems say what is missing
        self.values = {layer: activity.a[0] for layer, activity in found.items()}

    @property
    def parameters(self) -> Parameters:
        """The newest weights and biases."""
        return self._session.live.parameters

    # -- rows -----------------------------------------------------------------------------------------------------

    def _adopt(self, node: Node, children: list[Node]) -> None:
        """Put new rows behind those that there are."""
        node.adopt([*node.children, *children])
        for child in children:
            child.number = next(self._numbers)
            self._nodes[child.number] = child

    def node(self, index: Index) -> Node:
        """The row at ``index``; the root for an invalid one."""
        return self._nodes.get(index.internalId(), self._root) if index.isValid() else self._root

    def place(self, node: Node) -> QModelIndex:
        """The index of a row."""
        return QModelIndex() if node is self._root else self.createIndex(node.row, 0, node.number)

    def find(self, key: Key) -> QModelIndex:
        """The index of what ``key`` stands for, fetched where it was not; invalid where it is not in the network."""
        kind, of, i, j = key
        network = self._document.network
        if kind in ("bundle", "synapse"):
            bundle = network.synapses.get(of)
            if bundle is None:
                return QModelIndex()
            above = self._under(self.find(("layer", bundle.target, 0, 0)), ("bundle", of, 0, 0))
            if kind == "bundle":
                return above
            if (i, j) not in self.node(above).extra:
                self._ensure(above, key)
            return self._under(above, key)
        layer = next((node for node in self._root.children if node.of == of), None)
        if layer is None or kind in ("layer", "group", "note"):
            return self.place(layer) if layer else QModelIndex()
        if i >= layer.wanted and i < network.layers[of].size:
            self.show_more(self.place(layer), i + 1)
        return self._under(self.place(layer), key)

    def _under(self, parent: QModelIndex, key: Key) -> QModelIndex:
        if not parent.isValid():
            return parent
        self.fetchMore(parent)
        found = next((child for child in self.node(parent).children if child.key == key), None)
        return self.place(found) if found else QModelIndex()

    def _ensure(self, bundle: QModelIndex, key: Key) -> None:
        weights = self.parameters.weights.get(key[1])
        known = weights is not None and weights.ndim == 2 and key[2] < weights.shape[0] and key[3] < weights.shape[1]
        if bundle.isValid() and known and not self._under(bundle, key).isValid():
            self.node(bundle).extra.append(key[2:])
            self.show_more(bundle, self.node(bundle).wanted)

    def show_more(self, parent: QModelIndex, wanted: int) -> None:
        """Show at least that many neurons of a layer or synapses of a bundle."""
        node = self.node(parent)
        self.fetchMore(parent)
        node.wanted = max(node.wanted, wanted)
        children = self._children(node)
        pairs = zip(node.children, children, strict=False)
        same = next((row for row, (old, new) in enumerate(pairs) if old.key != new.key), None)
        same = min(len(node.children), len(children)) if same is None else same
        if same < len(node.children):
            self.beginRemoveRows(parent, same, len(node.children) - 1)
            for child in node.children[same:]:
                self._nodes.pop(child.number, None)
            del node.children[same:]
            self.endRemoveRows()
        if same < len(children):
            self.beginInsertRows(parent, same, len(children) - 1)
            self._adopt(node, children[same:])
            self.endInsertRows()

    def rank(self) -> None:
        """The strongest synapses of every opened bundle, by the weights as they are now."""
        for node in list(self._nodes.values()):
            weights, mask = self.parameters.weights.get(node.of), self.parameters.masks.get(node.of)
            stale = node.ranked[0] is not weights or node.ranked[1] is not mask
            if node.kind == "bundle" and node.fetched and stale and node.number in self._nodes:
                self.show_more(self.place(node), node.wanted)

    def _children(self, node: Node) -> list[Node]:
        if node.kind == "layer":
            return layer_children(self._document, node)
        return bundle_children(node, self.parameters)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether the rows below have not been asked for yet."""
        node = self.node(parent)
        return node.kind in ("layer", "bundle") and not node.fetched

    def fetchMore(self, parent: Index) -> None:
        """Make the rows below."""
        node = self.node(parent)
        if not self.canFetchMore(parent):
            return
        node.fetched = True
        children = self._children(node)
        if children:
            self.beginInsertRows(self.place(node), 0, len(children) - 1)
            self._adopt(node, children)
            self.endInsertRows()

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008 (Qt's own signature)
        """Whether there is anything below, fetched or not."""
        node = self.node(parent)
        return bool(node.children) or (node.kind in ("layer", "bundle") and not node.fetched)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows have been fetched below."""
        return len(self.node(parent).children)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One."""
        return 1

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """The row's index."""
        children = self.node(parent).children
        return self.place(children[row]) if column == 0 and 0 <= row < len(children) else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """The row above."""
        above = self.node(child).parent if child.isValid() else None
        return self.place(above) if above is not None else QModelIndex()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Everything can be chosen; layers and groups can be renamed."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self.node(index).kind in ("layer", "group") else flags

    # -- what rows show -------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, quiet text, value, and the whole of it in words."""
        node = self.node(index)
        if role == NODE:
            return node
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return self._name(node)
        if role == SIDE:
            return self._side(node)
        if role == VALUE:
            return self._value(node)
        return self._spoken(node) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a layer or a group."""
        node, name = self.node(index), str(value).strip()
        renaming = node.kind in ("layer", "group") and role == Qt.ItemDataRole.EditRole
        if not renaming or not name or name == self._name(node):
            return False
        edit = RenameLayer(node.of, name) if node.kind == "layer" else RenameGroup(node.of, name)
        self._guard(lambda: self._session.do(edit))
        return True

    def _name(self, node: Node) -> str:
        network = self._document.network
        if node.kind == "group":
            return self._document.groups[node.of].name
        if node.kind == "note":
            return self._document.notes[node.of].text.partition("\n")[0]
        if node.kind == "layer":
            return network.layers[node.of].name
        if node.kind == "neuron":
            return network.layers[node.of].label(node.i)
        if node.kind == "more":
            count = count_text(node.i)
            return tr("{count} more synapses…", count=count) if node.j else tr("{count} more neurons…", count=count)
        bundle = network.synapses[node.of]
        source, target = network.layers[bundle.source], network.layers[bundle.target]
        if node.kind == "bundle":
            return tr("from {layer}", layer=source.name)
        return f"{source.label(node.i)} → {target.label(node.j)}"

    def _side(self, node: Node) -> str:
        if node.kind == "group":
            count = len(self._document.groups[node.of].layers)
            return tr("{count} layers", count=count) if count != 1 else tr("1 layer")
        if node.kind == "layer":
            from nnstudio.catalog import activations

            layer = self._document.network.layers[node.of]
            parts = [count_text(layer.size)]
            if layer.kind != "input":
                known = activations.get(layer.activation.key)
                parts.append(tr(known.label) if known else layer.activation.key)
            return " · ".join(filter(None, (*parts, off_words(self._document, node.of))))
        if node.kind == "bundle":
            weights, mask = self.parameters.weights.get(node.of), self.parameters.masks.get(node.of)
            return "" if weights is None else count_text(weights.size if mask is None else int(mask.sum()))
        bias = self._bias(node)
        words = "" if bias is None else tr("bias {value}", value=signed(bias))
        muted = node.kind == "neuron" and node.i in muted_neurons(self._document, node.of)
        return " · ".join(filter(None, (words, tr("muted") if muted else "")))

    def _bias(self, node: Node) -> float | None:
        layer = self._document.network.layers.get(node.of) if node.kind == "neuron" else None
        biases = self.parameters.biases.get(node.of)
        known = layer is not None and layer.has_bias and biases is not None and node.i < len(biases)
        return float(biases[node.i]) if known and biases is not None else None

    def _value(self, node: Node) -> float | None:
        if node.kind == "neuron":
            values = self.values.get(node.of)
            return float(values[node.i]) if values is not None and node.i < len(values) else None
        if node.kind != "synapse":
            return None
        weights = self.parameters.weights.get(node.of)
        fits = weights is not None and weights.ndim == 2 and node.i < weights.shape[0] and node.j < weights.shape[1]
        return float(weights[node.i, node.j]) if fits and weights is not None else None

    def _spoken(self, node: Node) -> str:
        name, side, value = self._name(node), self._side(node), self._value(node)
        network = self._document.network
        if node.kind == "group":
            group = self._document.groups[node.of]
            names = ", ".join(layer.name for i, layer in network.layers.items() if i in group.layers)
            return tr("Group {name}: {layers}", name=name, layers=names)
        if node.kind == "note":
            return tr("Note: {words}", words=self._document.notes[node.of].text)
        if node.kind == "layer":
            text = tr("Layer {name}, {count} neurons", name=name, count=network.layers[node.of].size)
            words = [text, side.partition(" · ")[2]]
        elif node.kind == "neuron":
            words = [tr("Neuron {name}", name=name), side]
            words.append("" if value is None else tr("activation {value}", value=signed(value)))
        elif node.kind == "bundle":
            words = [tr("Synapses {name}", name=name), side]
        elif node.kind == "synapse":
            bundle = network.synapses[node.of]
            a, b = network.layers[bundle.source].label(node.i), network.layers[bundle.target].label(node.j)
            words = [tr("Synapse from {a} to {b}", a=a, b=b)]
            words.append("" if value is None else tr("weight {value}", value=signed(value)))
        else:
            words = [name]
        return ", ".join(word for word in words if word)
