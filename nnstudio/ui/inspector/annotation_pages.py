"""A group or a note selected: what it is, its name, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from nnstudio.catalog.counting import own_count, weight_count
from nnstudio.document import Document, Group, Layer, Note
from nnstudio.document.edits import CollapseGroups, RenameGroup
from nnstudio.session import Session
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.commit_line import TextField
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.labels import dim, show_sentence
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.switch import Switch

MOST_NAMES = 24


class GroupPage(Page):
    """The form of one group, its layers and what they count."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._group: Group | None = None
        form = Form()
        self.name = TextField()
        self.name.setMaxLength(80)
        self._name_row = form.add("group.name", tr("Name"), self.name)
        self.name.text_committed.connect(self._rename)
        self.collapsed = Switch()
        hint = tr("On: one card stands for all its layers, and their wires meet there  (G)")
        self._collapsed_row = form.add("group.collapsed", tr("Collapsed"), self.collapsed, hint, stretch=False)
        self.collapsed.switched.connect(self._collapse)
        self.facts = Facts()
        for key, name, hint in (
            ("layers", tr("layers"), ""),
            ("neurons", tr("neurons"), ""),
            (
                "parameters",
                tr("parameters"),
                tr("Weights that arrive at its layers, biases, and what else is trained."),
            ),
            ("within", tr("wires within"), ""),
            ("outside", tr("wires to the outside"), ""),
        ):
            self.facts.add(key, name, hint)
        self.box.addWidget(Section("", form, self.facts))
        self.names = dim()
        self.names.setTextFormat(Qt.TextFormat.PlainText)
        self.select_layers = QPushButton(tr("Select its layers"))
        self.select_layers.setProperty("compact", True)
        self.select_layers.clicked.connect(self._select)
        self.box.addWidget(Section(tr("Layers"), self.names, self.select_layers))
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """The name."""
        return tr("Group · {name}", name=self._group.name) if self._group else ""

    def show_reading(self, reading: Reading) -> None:
        """Name, state and counts."""
        document = reading.document
        groups = self.selection.groups & document.groups.keys()
        self._group = group = document.groups[min(groups)] if groups else None
        if group is None:
            return
        self.name.set_text(group.name)
        self.collapsed.set_on(group.collapsed)
        network = document.network
        layers = [layer for i, layer in network.layers.items() if i in group.layers]
        ends = [(s.source in group.layers, s.target in group.layers) for s in network.synapses.values()]
        self.facts.show_value("layers", count_text(len(layers)))
        self.facts.show_value("neurons", count_text(sum(layer.size for layer in layers)))
        self.facts.show_value("parameters", count_text(_parameters(document, layers)))
        self.facts.show_value("within", count_text(sum(a and b for a, b in ends)))
        self.facts.show_value("outside", count_text(sum(a != b for a, b in ends)))
        names = ", ".join(layer.name for layer in layers[:MOST_NAMES])
        if len(layers) > MOST_NAMES:
            names = tr("{names} and {count} more", names=names, count=len(layers) - MOST_NAMES)
        show_sentence(self.names, names)

    def show_live(self, reading: Reading) -> None:
        """Nothing on this page moves while training."""

    def _rename(self, name: str) -> None:
        if self._group is not None:
            self.do(RenameGroup(self._group.id, name), self._name_row)

    def _collapse(self, on: bool) -> None:
        if self._group is not None:
            self.do(CollapseGroups(frozenset({self._group.id}), bool(on)), self._collapsed_row)

    def _select(self) -> None:
        if self._group is not None:
            self.selection.select(self._group.layers)


def _parameters(document: Document, layers: list[Layer]) -> int:
    arriving = (s.id for layer in layers for s in document.network.incoming[layer.id])
    count = sum(weight_count(document.parameters, i) for i in arriving)
    return count + sum((layer.bias_count if layer.has_bias else 0) + own_count(layer) for layer in layers)


class NotePage(Page):
    """The text of one note, and a button that writes it where it lies."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._note: Note | None = None
        self.words = dim()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.write = QPushButton(tr("Write"))
        self.write.setProperty("compact", True)
        self.write.setToolTip(tr("Write the note where it lies  (Enter on the canvas)"))
        self.write.clicked.connect(self._write)
        self.box.addWidget(Section("", self.words, self.write))
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """What it is."""
        return tr("Note")

    def show_reading(self, reading: Reading) -> None:
        """The text."""
        notes = self.selection.notes & reading.document.notes.keys()
        self._note = reading.document.notes[min(notes)] if notes else None
        show_sentence(self.words, self._note.text if self._note else "")

    def show_live(self, reading: Reading) -> None:
        """Nothing on this page moves while training."""

    def _write(self) -> None:
        if self._note is not None:
            self.selection.writing_wanted.emit(self._note.id)
