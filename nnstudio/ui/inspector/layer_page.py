"""A layer selected: its name, size, activation and bias, and what its weights look like."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable

import numpy as np

from nnstudio.catalog import activations
from nnstudio.catalog.counting import own_count
from nnstudio.document import Array, Layer, Part
from nnstudio.document.edits import (
    Bypass,
    Mute,
    RenameLayer,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetBiasRule,
    SetLabels,
)
from nnstudio.document.edits.structure import LARGEST_LAYER, shape_text
from nnstudio.session import Session
from nnstudio.ui.inspector.curve import CurveView
from nnstudio.ui.inspector.neuron_page import smooth_text
from nnstudio.ui.inspector.normal import trained_part
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.regular_form import RegularForm
from nnstudio.ui.inspector.statistics import spread_text, strongest_text
from nnstudio.ui.muting import wholly_muted
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.commit_line import TextField
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import MINUS, count_text, fixed
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.settings_form import SettingsForm
from nnstudio.ui.widgets.switch import Switch


class LayerPage(Page):
    """The form of one layer, its curve and its statistics."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._layer: Layer | None = None
        form = Form()
        self.name = TextField()
        self.name.setMaxLength(80)
        self._name_row = form.add("layer.name", tr("Name"), self.name)
        self.name.text_committed.connect(self._rename)
        self.size_field = NumberField(1, integer=True, minimum=1, maximum=LARGEST_LAYER)
        self._size_row = form.add("layer.neurons", tr("Neurons"), self.size_field)
        self.size_field.value_committed.connect(self._resize)
        self.shape = TextField()
        hint = tr("Rows × columns × maps of an image, for example 28 × 28 × 1; or one number for neurons in a row.")
        self._shape_row = form.add("layer.shape", tr("Shape"), self.shape, hint)
        self.shape.text_committed.connect(self._reshape)
        self.activation = Combo()
        self._activation_row = form.add("layer.activation", tr("Activation"), self.activation)
        self.activation.chosen.connect(self._activate)
        self._settings = SettingsForm(self._activation_changed, "activation")
        self._regular = RegularForm(self.do)
        self.bias = Switch()
        self._bias_row = Form()
        self._bias_row.add(
            "layer.bias",
            tr("Bias"),
            self.bias,
            tr("One number for each neuron, added to its weighted input."),
            stretch=False,
        )
        self.bias.switched.connect(self._set_bias)
        self.muted = Switch()
        self._bias_row.add(
            "layer.muted",
            tr("Muted"),
            self.muted,
            tr("On: its neurons send 0, to see what they do  (M)"),
            stretch=False,
        )
        self.muted.switched.connect(self._mute)
        self.bypassed = Switch()
        self._bypassed_row = self._bias_row.add(
            "layer.bypassed",
            tr("Bypassed"),
            self.bypassed,
            tr("On: the activation is skipped, a = z  (B)"),
            stretch=False,
        )
        self.bypassed.switched.connect(self._bypass)
        self.labels = TextField()
        self.labels.setPlaceholderText(tr("1, 2, 3, …"))
        labels = Form()
        self._labels_row = labels.add(
            "layer.labels",
            tr("Names of neurons"),
            self.labels,
            tr("Names with commas between them; leave empty for numbers."),
        )
        self.labels.text_committed.connect(self._set_labels)
        self.box.addWidget(Section("", form, self._settings, self._regular, self._bias_row, labels))
        self.curve = CurveView()
        self._facts = Facts()
        self._facts.add("range", tr("range"))
        self._facts.add("smooth", tr("differentiable"))
        self._curve = Section("", self.curve, self._facts)
        self.box.addWidget(self._curve)
        self.weights = Facts()
        for key, name, hint in (
            ("parameters", tr("parameters"), tr("Weights that arrive here, biases, and what else is trained.")),
            ("weights", tr("weights, mean ± std"), tr("Of all weights that arrive here.")),
            ("strongest", tr("strongest weight"), tr("The weight farthest from zero.")),
            ("biases", tr("biases, mean ± std"), ""),
            ("outputs", tr("outputs of the sample"), tr("The least and the greatest output for the chosen sample.")),
        ):
            self.weights.add(key, name, hint)
        self._weights_section = Section(tr("Weights"), self.weights)
        self.box.addWidget(self._weights_section)
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:
        """The kind and the name."""
        layer = self._selected(reading)
        if layer is None:
            return ""
        kinds = {"input": tr("Input layer"), "hidden": tr("Hidden layer"), "output": tr("Output layer")}
        return f"{kinds[layer.kind]} · {layer.name}"

    def _selected(self, reading: Reading) -> Layer | None:
        return reading.document.network.layers.get(next(iter(self.selection.layers), -1))

    def show_reading(self, reading: Reading) -> None:
        """The whole form."""
        layer = self._layer = self._selected(reading)
        if layer is None:
            return
        self.name.set_text(layer.name)
        self.size_field.set_value(layer.size)
        self.shape.set_text(shape_text(layer.shape))
        active = layer.kind != "input"
        for widget in (self._activation_row, self._curve, self._weights_section):
            widget.setVisible(active)
        if not self.activation.keys:
            self.activation.set_entries(activations)
        entry = activations[layer.activation.key]
        self.activation.set_key(layer.activation.key)
        self._settings.show_part(layer.activation, entry)
        if not active:
            self._settings.hide()
        self._regular.show_layer(layer)
        self.bias.set_on(layer.bias)
        for part in (self.bias, self._bias_row.rows["layer.bias"].label):
            part.setToolTip(bias_hint(layer))
        self._bias_row.rows["layer.bias"].setVisible(active)
        self._bypassed_row.setVisible(active)
        self._bias_row.rows["layer.muted"].setVisible(layer.kind != "output")
        self.muted.set_on(wholly_muted(reading.document, layer.id))
        self.bypassed.set_on(layer.bypassed)
        self.labels.set_text(labels_text(layer.labels))
        self._curve.set_title(tr("Activation · {name}", name=tr(entry.label)))
        self.curve.show_activation(trained_part(layer, reading.parameters))
        self._facts.show_value("range", tr(entry.range_text).replace("-", MINUS), hint=entry.formula)
        self._facts.show_value("smooth", smooth_text(entry.kinks), hint=tr(entry.differentiable_text))
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """The statistics."""
        layer = self._layer
        if layer is None or layer.kind == "input":
            return
        parameters = reading.parameters
        arriving = [
            np.asarray(parameters.weights[s.id])[parameters.masks.get(s.id, ...)].ravel()
            for s in reading.document.network.incoming[layer.id]
            if s.id in parameters.weights
        ]
        weights: Array = np.concatenate(arriving) if len(arriving) > 1 else arriving[0] if arriving else np.zeros(0)
        biases = parameters.biases.get(layer.id) if layer.has_bias else None
        count = len(weights) + (0 if biases is None else len(biases)) + own_count(layer)
        self.weights.show_value("parameters", count_text(count))
        self.weights.show_value("weights", spread_text(weights))
        self.weights.show_value("strongest", *strongest_text(weights))
        self.weights.show_value("biases", "" if biases is None else spread_text(biases))
        outputs = reading.output(layer.id)
        self.weights.show_value("outputs", "" if outputs is None else range_text(outputs))

    def _rename(self, name: str) -> None:
        if self._layer is not None:
            self.do(RenameLayer(self._layer.id, name), self._name_row)

    def _resize(self, size: int) -> None:
        if self._layer is not None:
            key = self.size_field.merge_key
            self.do(ResizeLayer(self._layer.id, int(size)), self._size_row, key and f"size {self._layer.id} {key}")

    def _reshape(self, text: str) -> None:
        lengths = [int(number) for number in re.findall(r"\d{1,6}", text)]
        if re.fullmatch(r"[\d\s×xX*,;()]+", text) is None or not lengths:
            self.shape.refuse(tr("A shape is one number, or rows × columns × maps: 28 × 28 × 1."))
        elif self._layer is not None:
            shape = (*lengths, 1) if len(lengths) == 2 else tuple(lengths)
            self.do(ReshapeLayer(self._layer.id, shape), self._shape_row)

    def _activate(self, key: str) -> None:
        if self._layer is not None:
            self.do(SetActivation(self._layer.id, Part(key)), self._activation_row)

    def _activation_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        if self._layer is not None:
            self.do(SetActivation(self._layer.id, part), row, merge)

    def _set_bias(self, on: bool) -> None:
        if self._layer is not None:
            self.do(SetBiasRule(self._layer.id, bool(on)))

    def _mute(self, on: bool) -> None:
        if self._layer is not None:
            self.do(Mute(self._layer.id, None, bool(on)), self._bias_row.rows["layer.muted"])

    def _bypass(self, on: bool) -> None:
        if self._layer is not None:
            self.do(Bypass(self._layer.id, bool(on)), self._bypassed_row)

    def _set_labels(self, text: str) -> None:
        if self._layer is None:
            return
        labels = read_labels(text)
        if labels and len(labels) != self._layer.size:
            self.labels.refuse(
                tr("There are {given} names for {size} neurons.", given=len(labels), size=self._layer.size)
            )
        elif any(not label for label in labels):
            self.labels.refuse(tr("Every neuron needs a name: one is empty."))
        else:
            self.do(SetLabels(self._layer.id, labels), self._labels_row)


def bias_hint(layer: Layer) -> str:
    """What a bias does here."""
    if layer.normalization is not None and layer.normalization.key == "batch":
        return tr("Batch normalization takes the mean away, and a bias with it: its shift does a bias's work.")
    return tr("One number for each neuron, added to its weighted input.")


def labels_text(labels: tuple[str, ...]) -> str:
    """Names with commas between them; those that hold a comma in quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(labels)
    return line.getvalue().replace(",", ", ") if not any("," in label for label in labels) else line.getvalue()


def read_labels(text: str) -> tuple[str, ...]:
    """The names in a line with commas between them."""
    if not text.strip():
        return ()
    return tuple(label.strip() for label in next(csv.reader([text], skipinitialspace=True)))


def range_text(values: Array) -> str:
    """From the least to the greatest."""
    return tr("{low} to {high}", low=fixed(float(values.min())), high=fixed(float(values.max())))
