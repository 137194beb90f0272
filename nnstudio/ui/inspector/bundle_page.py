"""A bundle of synapses selected: what it joins, how it starts, whether it is trained, and a picture of its weights."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtWidgets import QPushButton

from nnstudio.catalog import initializers, wirings
from nnstudio.catalog.fields import is_image
from nnstudio.catalog.joints import counted
from nnstudio.document import Part, Synapses
from nnstudio.document.edits import SetSynapses
from nnstudio.session import Session
from nnstudio.ui.icons import set_icon
from nnstudio.ui.inspector.matrix import MatrixView
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.statistics import spread_text, strongest_text
from nnstudio.ui.selection import Selection, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.labels import dim
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.settings_form import SettingsForm
from nnstudio.ui.widgets.switch import Switch


class BundlePage(Page):
    """The form of one bundle."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._bundle: Synapses | None = None
        self.facts = Facts()
        self.facts.add("ends", tr("from → to"))
        self.facts.add("count", tr("synapses"))
        self.facts.add("spread", tr("mean ± std"))
        self.facts.add("strongest", tr("strongest weight"))
        self.facts.add("frozen", tr("frozen"))
        joining = Form()
        self.wiring = Combo()
        self._wiring_row = joining.add(
            "synapses.wiring", tr("Wiring"), self.wiring, tr("Another wiring starts with weights that are newly drawn.")
        )
        self.wiring.chosen.connect(lambda key: self._set("wiring", Part(key), self._wiring_row))
        self._wiring_settings = SettingsForm(self._wiring_changed, "wiring")
        form = Form()
        self.initializer = Combo()
        self._initializer_row = form.add("synapses.initializer", tr("Initial weights"), self.initializer)
        self.initializer.chosen.connect(lambda key: self._set("initializer", Part(key), self._initializer_row))
        self._settings = SettingsForm(self._initializer_changed, "initializer")
        note = dim(tr("It counts from the next time that initial weights are drawn."))
        rest = Form()
        self.trainable = Switch(True)
        rest.add(
            "synapses.trainable",
            tr("Trained"),
            self.trainable,
            tr("Off: training leaves all these weights alone."),
            stretch=False,
        )
        self.trainable.switched.connect(lambda on: self._set("trainable", bool(on)))
        self.penalties = {
            "l1": self._penalty(rest, "l1", tr("L1"), tr("Adds l1 · Σ|w| to the loss: idle weights go to 0.")),
            "l2": self._penalty(rest, "l2", tr("L2"), tr("Adds l2/2 · Σw² to the loss: large weights shrink.")),
        }
        self.matrix = MatrixView()
        self.matrix.cell_chosen.connect(self._choose)
        self._caption = dim()
        self.box.addWidget(self.facts)
        self.unrolled = Switch(False)
        self._unrolled_row = joining.add(
            "synapses.unrolled",
            tr("Show as synapses"),
            self.unrolled,
            tr("Draws each synapse of the neuron under the pointer, or of the selected one. This is no edit."),
            stretch=False,
        )
        self.unrolled.switched.connect(self._unroll)
        self.box.addWidget(Section(tr("Wiring"), joining, self._wiring_settings))
        self._training = Section(tr("Training"), form, self._settings, note, rest)
        self.box.addWidget(self._training)
        self.edit_matrix = QPushButton(tr("Edit as a matrix"))
        self.edit_matrix.setObjectName("bundle_matrix")
        self.edit_matrix.setToolTip(tr("All weights as a spreadsheet  (Ctrl+M)"))
        set_icon(self.edit_matrix, "table")
        self.edit_matrix.clicked.connect(lambda _checked=False: self._edit_matrix())
        self._picture = Section(tr("Weights"), self.matrix, self._caption, self.edit_matrix)
        self.box.addWidget(self._picture)
        self.box.addStretch(1)

    def _penalty(self, form: Form, name: str, label: str, hint: str) -> NumberField:
        field = NumberField(0.0, minimum=0.0, maximum=1e6, steps="decades")
        row = form.add(f"synapses.{name}", label, field, hint)
        field.value_committed.connect(
            lambda value: self._set(name, float(value), row, field.merge_key and f"{name} {field.merge_key}")
        )
        return field

    def heading(self, reading: Reading) -> str:
        """Both layers."""
        bundle = self._selected(reading)
        if bundle is None:
            return ""
        layers = reading.document.network.layers
        return tr("Synapses · {a} → {b}", a=layers[bundle.source].name, b=layers[bundle.target].name)

    def _selected(self, reading: Reading) -> Synapses | None:
        return reading.document.network.synapses.get(next(iter(self.selection.synapses), -1))

    def show_reading(self, reading: Reading) -> None:
        """The form and the picture."""
        bundle = self._bundle = self._selected(reading)
        if bundle is None:
            return
        layers = reading.document.network.layers
        source, target = layers[bundle.source], layers[bundle.target]
        self.facts.show_value("ends", f"{source.name} → {target.name}")
        if not self.wiring.keys:
            self.wiring.set_entries(wirings)
        self.wiring.set_key(bundle.wiring.key)
        self._unrolled_row.setVisible(is_image(source) or is_image(target))
        self.unrolled.set_on(bundle.id in self.selection.unrolled)
        self._wiring_settings.show_part(bundle.wiring, wirings[bundle.wiring.key])
        if not self.initializer.keys:
            self.initializer.set_entries(initializers)
        self.initializer.set_key(bundle.initializer.key)
        self._settings.show_part(bundle.initializer, initializers[bundle.initializer.key])
        self.trainable.set_on(bundle.trainable)
        for name, field in self.penalties.items():
            field.set_value(getattr(bundle, name))
        self._caption.setText(
            tr(
                "{rows} rows: {source}; {columns} columns: {target}.",
                rows=source.size,
                source=source.name,
                columns=target.size,
                target=target.name,
            )
        )
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """Statistics and picture."""
        bundle = self._bundle
        if bundle is None or bundle.id not in reading.parameters.weights:
            return
        weights = np.asarray(reading.parameters.weights[bundle.id])
        layers = reading.document.network.layers
        mask = reading.parameters.masks.get(bundle.id)
        count = count_text(counted(reading.document.network, reading.parameters, bundle))
        self._training.setVisible(bool(weights.size))
        self._picture.setVisible(bool(weights.size))
        self.matrix.setVisible(weights.ndim == 2)
        self._caption.setVisible(weights.ndim == 2)
        if weights.ndim == 2:
            if mask is None:
                count = f"{weights.shape[0]} × {weights.shape[1]} = {count}"
            self.matrix.show_weights(weights, layers[bundle.source], layers[bundle.target], None, mask)
        elif weights.ndim == 4:
            count = tr("{count} share {weights} weights", count=count, weights=count_text(weights.size))
        self.facts.show_value("count", count)
        weights = weights if mask is None else weights[mask]
        self.facts.show_value("spread", spread_text(weights))
        self.facts.show_value("strongest", *strongest_text(weights))
        frozen = reading.parameters.frozen.get(bundle.id)
        held = int(frozen.sum()) if frozen is not None else 0
        self.facts.show_value("frozen", count_text(held) if held else "")

    def _edit_matrix(self) -> None:
        if self._bundle is not None:
            self.selection.matrix_wanted.emit(self._bundle.id)

    def _unroll(self, on: bool) -> None:
        if self._bundle is not None:
            self.selection.unroll(self._bundle.id, bool(on))

    def _choose(self, source: int, target: int) -> None:
        if self._bundle is not None:
            self.selection.select_synapse(SynapseRef(self._bundle.id, source, target))

    def _set(self, name: str, value: object, row: FormRow | None = None, merge: Hashable | None = None) -> None:
        if self._bundle is not None:
            self.do(SetSynapses(self._bundle.id, ((name, value),)), row, merge)

    def _wiring_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        self._set("wiring", part, row, merge)

    def _initializer_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        self._set("initializer", part, row, merge)
