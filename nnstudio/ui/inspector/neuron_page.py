"""A neuron selected: its worked equation, its curve, and where on it the neuron stands."""

from __future__ import annotations

from nnstudio.catalog import activations
from nnstudio.catalog.fields import is_image, spot_of
from nnstudio.catalog.joints import place_of
from nnstudio.document import FittedColumn, Layer
from nnstudio.document.edits import Edit, Mute, SetBias, SetFrozen, SetFrozenBias, SetFrozenOwn, SetOwn, SetWeight
from nnstudio.session import Session
from nnstudio.ui.inspector.curve import CurveView
from nnstudio.ui.inspector.equation import Place, equation
from nnstudio.ui.inspector.equation_rows import rows_of
from nnstudio.ui.inspector.equation_table import EquationTable
from nnstudio.ui.inspector.normal import trained_part
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.muting import muted_neurons
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form, attempt
from nnstudio.ui.widgets.labels import dim, problem_label, show_sentence
from nnstudio.ui.widgets.numbers import MINUS, fixed, number_text, signed
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.switch import Switch
from nnstudio.ui.widgets.well import Well


class NeuronPage(Page):
    """The equation, editable in place, over the activation curve."""

    wants_sample = True

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._ref: NeuronRef | None = None
        self._keep: tuple[Place, ...] = ()
        self._kept_for: tuple[object, ...] = ()
        self.table = EquationTable()
        self.table.weight_edited.connect(self._set_weight)
        self.table.bias_edited.connect(self._set_bias)
        self.table.freeze_wanted.connect(self._freeze)
        self.table.own_edited.connect(self._set_own)
        self.table.own_freeze_wanted.connect(self._freeze_own)
        self.table.synapse_wanted.connect(self._select_synapse)
        self._well = Well(self.table)
        self._problem = problem_label()
        self._note = dim()
        self._input = Facts()
        self._input.add("value", tr("value in the data"))
        self._input.add("scaled", tr("scaled"))
        self._input.add("output", tr("output x"), tr("What the synapses that leave this neuron carry."))
        self.box.addWidget(Section("", self._well, self._input, self._problem, self._note))
        form = Form()
        self.muted = Switch()
        self._muted_row = form.add(
            "neuron.muted", tr("Muted"), self.muted, tr("On: it sends 0, to see what it does  (M)"), stretch=False
        )
        self.muted.switched.connect(self._mute)
        self.box.addWidget(form)
        self.curve = CurveView()
        self.facts = Facts()
        self.facts.add("range", tr("range"))
        self.facts.add("slope", tr("slope at z"))
        self.facts.add("smooth", tr("differentiable"))
        self._activation = Section("", self.curve, self.facts)
        self.box.addWidget(self._activation)
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:
        """The layer and the neuron."""
        ref = self.selection.neuron
        if ref is None:
            return ""
        layer = reading.document.network.layers[ref.layer]
        if is_image(layer):
            row, column, map_ = (place + 1 for place in spot_of(layer, ref.neuron))
            where = tr("row {row}, column {column}", row=row, column=column)
            if layer.shape[2] > 1:
                where = tr("map {map}, {place}", map=map_, place=where)
            return tr("Neuron · {layer}, {place}", layer=layer.name, place=where)
        name = tr("Neuron · {layer}, neuron {number}", layer=layer.name, number=ref.neuron + 1)
        return f"{name} · {layer.labels[ref.neuron]}" if ref.neuron < len(layer.labels) else name

    def show_reading(self, reading: Reading) -> None:
        """Another neuron, document or sample: the strongest synapses are chosen anew."""
        ref = self.selection.neuron
        document = reading.document
        chosen_for = (ref, reading.row, document.network, document.data)
        if chosen_for != self._kept_for:
            self._keep, self._kept_for = (), chosen_for
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """The numbers, in the rows that are there."""
        ref = self._ref = self.selection.neuron
        if ref is None:
            return
        layer = reading.document.network.layers[ref.layer]
        is_input = layer.kind == "input"
        self._muted_row.setVisible(layer.kind != "output")
        self.muted.set_on(ref.neuron in muted_neurons(reading.document, ref.layer))
        self._well.setVisible(not is_input)
        self._activation.setVisible(not is_input)
        self._input.setVisible(is_input)
        show_sentence(self._note, reading.problem)
        if is_input:
            self._show_input(reading, layer, ref)
            return
        found = equation(reading, ref, self._keep)
        self._keep = found.places
        self.table.show_rows(rows_of(found, layer))
        entry = activations[layer.activation.key]
        self._activation.set_title(tr("Activation · {name}", name=tr(entry.label)))
        self.curve.show_activation(trained_part(layer, reading.parameters), reading.taken(ref.layer), ref.neuron)
        self.facts.show_value("range", tr(entry.range_text).replace("-", MINUS), hint=entry.formula)
        slope = fixed(self.curve.point_slope) if self.curve.point is not None else ""
        self.facts.show_value("slope", slope, hint=entry.slope_formula)
        self.facts.show_value("smooth", smooth_text(entry.kinks), hint=tr(entry.differentiable_text))

    def _show_input(self, reading: Reading, layer: Layer, ref: NeuronRef) -> None:
        output = reading.output(ref.layer)
        fitted = fitted_input(reading, layer, ref.neuron)
        if output is None:
            for key in ("value", "scaled", "output"):
                self._input.show_value(key, "")
            return
        x = float(output[ref.neuron])
        self._input.show_value("output", signed(x))
        value = scaled = ""
        if fitted is not None and fitted.kind == "numeric":
            raw = x * fitted.scale + fitted.center
            value = number_text(raw, 5)
            centre = (
                f"+ {number_text(-fitted.center, 4)}"
                if fitted.center < 0
                else (f"{MINUS} {number_text(fitted.center, 4)}")
            )
            if (fitted.center, fitted.scale) != (0.0, 1.0):
                scaled = f"({value} {centre}) / {number_text(fitted.scale, 4)}"
        elif fitted is not None:
            value = tr("yes") if x else tr("no")
        self._input.show_value("value", value)
        self._input.show_value("scaled", scaled)

    def _set_weight(self, place: Place, value: float) -> None:
        if self._ref is not None:
            edit = SetWeight(place[0], place[1], self._ref.neuron, value, self._own(place, self._ref.neuron))
            attempt(lambda: self.session.do(edit, self._merge(place)), self.table.refuse)

    def _own(self, place: Place, neuron: int) -> tuple[int, ...] | None:
        """Where that synapse's weight stands among those of its bundle."""
        document = self.session.document
        bundle = document.network.synapses.get(place[0])
        return None if bundle is None else place_of(document.network, document.parameters, bundle, place[1], neuron)

    def _set_bias(self, value: float) -> None:
        if self._ref is not None:
            edit = SetBias(self._ref.layer, self._ref.neuron, value)
            attempt(lambda: self.session.do(edit, self._merge("bias")), self.table.refuse)

    def _set_own(self, name: str, value: float) -> None:
        if self._ref is not None:
            edit = SetOwn(self._ref.layer, name, self._ref.neuron, value)
            attempt(lambda: self.session.do(edit, self._merge(name)), self.table.refuse)

    def _freeze_own(self, name: str, frozen: bool) -> None:
        if self._ref is not None:
            edit = SetFrozenOwn(self._ref.layer, name, self._ref.neuron, frozen)
            attempt(lambda: self.session.do(edit), lambda sentence: show_sentence(self._problem, sentence))

    def _merge(self, what: object) -> tuple[object, ...] | None:
        key = self.table.field.merge_key if self.table.field is not None else None
        return (what, self._ref, key) if key else None

    def _freeze(self, place: Place | None, frozen: bool) -> None:
        if self._ref is None:
            return
        layer, neuron = self._ref.layer, self._ref.neuron
        edit: Edit = SetFrozenBias(layer, neuron, frozen)
        if place is not None:
            edit = SetFrozen(*place, neuron, frozen, self._own(place, neuron))
        attempt(lambda: self.session.do(edit), lambda sentence: show_sentence(self._problem, sentence))

    def _mute(self, on: bool) -> None:
        if self._ref is not None:
            self.do(Mute(self._ref.layer, (self._ref.neuron,), bool(on)), self._muted_row)

    def _select_synapse(self, place: Place) -> None:
        if self._ref is not None:
            self.selection.select_synapse(SynapseRef(place[0], place[1], self._ref.neuron))


def smooth_text(kinks: tuple[float, ...]) -> str:
    """Where an activation has a derivative."""
    if not kinks:
        return tr("everywhere")
    return tr("everywhere but at {places}", places=", ".join(number_text(kink) for kink in kinks))


def fitted_input(reading: Reading, layer: Layer, neuron: int) -> FittedColumn | None:
    """The column of the data that feeds an input neuron."""
    data = reading.document.data
    if data is None or data.preparation is None:
        return None
    before = sum(other.size for other in reading.document.network.of_kind("input") if other.id < layer.id)
    columns = [column for column in data.preparation.inputs for _ in column.neurons]
    place = before + neuron
    return columns[place] if place < len(columns) else None
