"""Several synapses or several neurons selected: what they have in common, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from nnstudio.document import Array
from nnstudio.document.edits import Prune, SetChosen
from nnstudio.session import Session
from nnstudio.ui import choosing, muting
from nnstudio.ui.icons import set_icon
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.statistics import spread_text, strongest_text
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.labels import dim
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import count_text, decimals_for, signed
from nnstudio.ui.widgets.section import Section


def range_text(values: Array) -> str:
    """From the least to the greatest; empty without values."""
    if not values.size:
        return ""
    low, high = float(values.min()), float(values.max())
    decimals = decimals_for((low, high))
    return tr("{low} to {high}", low=signed(low, decimals), high=signed(high, decimals))


def common_value(values: Array) -> float | None:
    """The value that all share; None where they differ, or there is none."""
    return float(values[0]) if values.size and (values == values[0]).all() else None


class _Buttons(QWidget):
    """Buttons beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)

    def add(self, key: str, text: str, tip: str, icon: str, run: Callable[[], object]) -> QPushButton:
        """One more button."""
        button = QPushButton(text, self)
        button.setObjectName(key)
        button.setProperty("compact", True)
        button.setToolTip(tip)
        if icon:
            set_icon(button, icon)
        button.clicked.connect(lambda _checked=False: run())
        self._row.addWidget(button, 1)
        return button


class SynapsesPage(Page):
    """Several synapses: how many, how large, and one weight or one fate for all."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._chosen = selection.chosen  # those that are shown: what is typed is for them
        self.facts = Facts()
        for key, name in (
            ("count", tr("synapses")),
            ("bundles", tr("of")),
            ("spread", tr("mean ± std")),
            ("range", tr("range")),
            ("strongest", tr("strongest weight")),
            ("frozen", tr("frozen")),
        ):
            self.facts.add(key, name)
        self.box.addWidget(self.facts)
        form = Form()
        self.weight = NumberField(None, step=0.1)
        self.weight.setPlaceholderText(tr("different"))
        self._weight_row = form.add("synapses.weight", tr("Weight of all"), self.weight)
        self.weight.value_committed.connect(self._set)
        self.buttons = _Buttons()
        add = self.buttons.add
        self.prune = add("synapses_prune", tr("Prune"), tr("Cut these synapses  (Del)"), "delete", self._prune)
        self.freeze = add(
            "synapses_freeze", tr("Freeze"), tr("Training leaves these weights alone  (K)"), "frozen", self._freeze
        )
        self.free = add("synapses_free", tr("Free"), tr("Training moves these weights again"), "", self._free)
        self._note = dim(tr("Each of these is one step that can be undone."))
        self.box.addWidget(Section(tr("All selected synapses"), form, self.buttons, self._note))
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """How many."""
        return tr("{count} synapses selected", count=count_text(self.selection.chosen_count))

    def show_reading(self, reading: Reading) -> None:
        """Counts, statistics, and the weight that they share."""
        network, chosen = reading.document.network, self.selection.chosen
        layers = network.layers
        bundles = [network.synapses[i] for i in chosen if i in network.synapses]
        names = [f"{layers[b.source].name} → {layers[b.target].name}" for b in bundles]
        many = tr("{count} bundles", count=len(names))
        self.facts.show_value("bundles", names[0] if len(names) == 1 else many, hint="\n".join(names))
        total = sum(reading.parameters.weights[b.id].size for b in bundles if b.id in reading.parameters.weights)
        count = self.selection.chosen_count
        of = tr("{count} of {total}", count=count_text(count), total=count_text(total))
        self.facts.show_value("count", of)
        held = choosing.held_count(reading.document.parameters, chosen)
        self.facts.show_value("frozen", count_text(held) if held else "")
        self.freeze.setEnabled(held < count)
        self.free.setEnabled(held > 0)
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """Statistics."""
        chosen = self._chosen = self.selection.chosen
        values = choosing.values_of(reading.parameters, chosen)
        self.facts.show_value("spread", spread_text(values))
        self.facts.show_value("range", range_text(values))
        self.facts.show_value("strongest", *strongest_text(values))
        self.weight.set_value(common_value(values))

    def _set(self, value: float) -> None:
        if self._chosen:
            key = self.weight.merge_key
            self.do(SetChosen(dict(self._chosen), value), self._weight_row, key and f"weights {key}")

    def _prune(self) -> None:
        if self.selection.chosen and self.do(Prune(dict(self.selection.chosen)), self._weight_row):
            self.selection.clear()

    def _freeze(self) -> None:
        self.do(choosing.freezing(dict(self.selection.chosen), True), self._weight_row)

    def _free(self) -> None:
        self.do(choosing.freezing(dict(self.selection.chosen), False), self._weight_row)


class NeuronsPage(Page):
    """Several neurons: their biases, outputs for the sample, and what can be done with all of them."""

    wants_sample = True

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._refs = selection.neurons  # those that are shown: what is typed is for them
        self.facts = Facts()
        for key, name in (
            ("count", tr("neurons")),
            ("layers", tr("of")),
            ("biases", tr("biases, mean ± std")),
            ("outputs", tr("outputs of the sample")),
            ("frozen", tr("frozen biases")),
        ):
            self.facts.add(key, name)
        self.box.addWidget(self.facts)
        form = Form()
        self.bias = NumberField(None, step=0.1)
        self.bias.setPlaceholderText(tr("different"))
        self._bias_row = form.add("neurons.bias", tr("Bias of all"), self.bias)
        self.bias.value_committed.connect(self._set)
        self.buttons = _Buttons()
        add = self.buttons.add
        self.freeze = add(
            "neurons_freeze", tr("Freeze"), tr("Training leaves these biases alone  (K)"), "frozen", self._freeze
        )
        self.free = add("neurons_free", tr("Free"), tr("Training moves these biases again"), "", self._free)
        self.delete = add("neurons_delete", tr("Delete"), tr("Take these neurons out  (Del)"), "delete", self._delete)
        self.mute = QPushButton(tr("Mute"))
        self.mute.setObjectName("neurons_mute")
        self.mute.setToolTip(tr("They send nothing on, to see what they do  (M)"))
        self.mute.clicked.connect(lambda _checked=False: self._mute())
        self.synapses = QPushButton(tr("Select their synapses"))
        self.synapses.setObjectName("neurons_synapses")
        self.synapses.clicked.connect(lambda _checked=False: self._select_synapses())
        self.box.addWidget(Section(tr("All selected neurons"), form, self.buttons, self.mute, self.synapses))
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """How many."""
        return tr("{count} neurons selected", count=count_text(len(self.selection.neurons)))

    def show_reading(self, reading: Reading) -> None:
        """Counts and values."""
        refs, layers = self.selection.neurons, reading.document.network.layers
        names = [layers[i].name for i in sorted({ref.layer for ref in refs})]
        self.facts.show_value("count", count_text(len(refs)))
        self.facts.show_value("layers", ", ".join(names))
        found = choosing.biases_of(reading.document, reading.document.parameters, refs)
        self.facts.show_value("frozen", count_text(found.held) if found.held else "")
        self._bias_row.setVisible(bool(found.refs))
        self.freeze.setEnabled(found.held < len(found.refs))
        self.free.setEnabled(found.held > 0)
        self.mute.setText(tr("Unmute") if muting.all_muted(reading.document, self.selection) else tr("Mute"))
        self.mute.setEnabled(bool(muting.mutable(reading.document, self.selection)))
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """Values."""
        refs = self._refs = self.selection.neurons
        found = choosing.biases_of(reading.document, reading.parameters, refs)
        self.facts.show_value("biases", spread_text(found.values))
        self.bias.set_value(common_value(found.values))
        outputs = {ref.layer: reading.output(ref.layer) for ref in refs}
        known = [float(a[ref.neuron]) for ref in refs if (a := outputs[ref.layer]) is not None]
        self.facts.show_value("outputs", range_text(np.array(known)))

    def _set(self, value: float) -> None:
        document, layers = self.session.document, self.session.document.network.layers
        there = [ref for ref in self._refs if ref.layer in layers and ref.neuron < layers[ref.layer].size]
        refs = choosing.biases_of(document, document.parameters, there).refs
        if refs:
            key = self.bias.merge_key
            self.do(choosing.setting_biases(refs, value), self._bias_row, key and f"biases {key}")

    def _freeze(self) -> None:
        self._hold(True)

    def _free(self) -> None:
        self._hold(False)

    def _hold(self, frozen: bool) -> None:
        document = self.session.document
        refs = choosing.biases_of(document, document.parameters, self.selection.neurons).refs
        if refs:
            self.do(choosing.freezing_biases(refs, frozen), self._bias_row)

    def _mute(self) -> None:
        edit = muting.muting(self.session.document, self.selection)
        if edit is not None:
            self.do(edit, self._bias_row)

    def _delete(self) -> None:
        if self.do(choosing.removing_neurons(self.selection.neurons), self._bias_row):
            self.selection.clear()

    def _select_synapses(self) -> None:
        self.selection.choose(choosing.synapses_of(self.session.document, self.selection.neurons))
