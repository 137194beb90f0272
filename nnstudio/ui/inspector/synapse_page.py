"""One synapse selected: its weight, what it carries for the sample, and its share of the neuron's weighted input."""

from __future__ import annotations

import math
import time

import numpy as np
import shiboken6

from nnstudio import catalog
from nnstudio.catalog.joints import arriving, counted, place_of, strengths
from nnstudio.document import Synapses
from nnstudio.document.edits import SetFrozen, SetWeight
from nnstudio.session import Session
from nnstudio.ui.inspector.matrix import MatrixView
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.slice import Slice, loss_slice
from nnstudio.ui.inspector.slice_view import SliceView
from nnstudio.ui.inspector.statistics import spread_text, strongest_text
from nnstudio.ui.selection import Selection, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.labels import dim, show_sentence, tone_of
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import MINUS, count_text, decimals_for, fixed, number_text, signed
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.switch import Switch
from nnstudio.ui.widgets.well import Well

SLICE_PAUSE = 1.0  # seconds between two slices while training


class SynapsePage(Page):
    """Weight, product and share of one synapse, and its place in the bundle."""

    wants_sample = True

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self._ref: SynapseRef | None = None
        ends = Facts()
        ends.add("from", tr("from"))
        ends.add("to", tr("to"))
        self.ends = ends
        form = Form()
        self.weight = NumberField(0.0, step=0.1)
        self._weight_row = form.add("synapse.weight", tr("Weight w"), self.weight)
        self.weight.value_committed.connect(self._set_weight)
        self.frozen = Switch()
        self._frozen_row = form.add(
            "synapse.frozen", tr("Frozen"), self.frozen, tr("On: training leaves this weight alone."), stretch=False
        )
        self.frozen.switched.connect(self._freeze)
        self.box.addWidget(Section("", ends, form))
        self.facts = Facts()
        for key, name, hint in (
            ("x", "x", tr("What the synapse receives for the chosen sample.")),
            ("product", "x·w", tr("What it adds to the weighted input.")),
            ("z", tr("weighted input z there"), ""),
            ("share", tr("its share of z"), tr("|x·w| out of the sum of all |x·w| and |bias| that make up z.")),
        ):
            self.facts.add(key, name, hint)
        self._note = dim()
        self.box.addWidget(Section(tr("For the sample"), Well(self.facts), self._note))
        self.bundle = Facts()
        self.bundle.add("spread", tr("mean ± std"))
        self.bundle.add("strongest", tr("strongest weight"))
        self.matrix = MatrixView()
        self.matrix.cell_chosen.connect(self._choose)
        self._bundle_section = Section("", self.matrix, self.bundle)
        self.slice = SliceView()
        self.slice_facts = Facts()
        self.slice_facts.add("loss", tr("loss"))
        self.slice_facts.add("slope", "∂loss/∂w", tr("How fast the loss rises as this weight grows."))
        self.slice_facts.add(
            "step", tr("one step downhill"), tr("− learning rate · ∂loss/∂w, over these samples at once.")
        )
        self._slice_section = Section(tr("Loss along this weight"), self.slice, self.slice_facts)
        self._slice_section.hide()
        self._sliced: tuple[object, ...] = ()
        self._asked = -math.inf
        self.box.addWidget(self._slice_section)
        self.box.addWidget(self._bundle_section)
        self.box.addStretch(1)

    def heading(self, reading: Reading) -> str:
        """Both layers."""
        bundle = self._selected(reading)
        if bundle is None:
            return ""
        layers = reading.document.network.layers
        return tr("Synapse · {a} → {b}", a=layers[bundle.source].name, b=layers[bundle.target].name)

    def _selected(self, reading: Reading) -> Synapses | None:
        self._ref = self.selection.synapse
        return reading.document.network.synapses.get(self._ref.synapses) if self._ref else None

    def show_reading(self, reading: Reading) -> None:
        """Everything."""
        bundle, ref = self._selected(reading), self._ref
        if bundle is None or ref is None:
            return
        if self.slice.shown is not None and self.slice.shown.ref != ref:
            self._slice_section.hide()
            self._sliced = ()
        layers = reading.document.network.layers
        source, target = layers[bundle.source], layers[bundle.target]
        self.ends.show_value("from", f"{source.name} · {source.label(ref.source)}")
        self.ends.show_value("to", f"{target.name} · {target.label(ref.target)}")
        mask = reading.parameters.frozen.get(bundle.id)
        document = reading.document
        place = place_of(document.network, document.parameters, bundle, ref.source, ref.target)
        self.frozen.set_on(mask is not None and place is not None and bool(mask[place]))
        self._bundle_section.set_title(
            tr("Its wire · {count}", count=count_text(counted(document.network, document.parameters, bundle)))
        )
        self.show_live(reading)

    def show_live(self, reading: Reading) -> None:
        """The numbers."""
        bundle, ref = self._selected(reading), self._ref
        if bundle is None or ref is None or bundle.id not in reading.parameters.weights:
            return
        layers = reading.document.network.layers
        weights = np.asarray(reading.parameters.weights[bundle.id])
        place = place_of(reading.document.network, reading.parameters, bundle, ref.source, ref.target)
        for row in (self._weight_row, self._frozen_row):
            row.setEnabled(place is not None)
        w = float(weights[place]) if place is not None else 0.0 if weights.size else 1.0
        self.weight.set_value(w if place is not None else None)
        self.matrix.setVisible(weights.ndim == 2)
        if weights.ndim == 2:
            ends = layers[bundle.source], layers[bundle.target], (ref.source, ref.target)
            self.matrix.show_weights(weights, *ends, reading.parameters.masks.get(bundle.id))
        mask = reading.parameters.masks.get(bundle.id)
        weights = weights if mask is None or mask.shape != weights.shape else weights[mask]
        self.bundle.show_value("spread", spread_text(weights))
        self.bundle.show_value("strongest", *strongest_text(weights))
        show_sentence(self._note, reading.problem)
        self._ask_slice(reading, ref)
        outputs, z = reading.output(bundle.source), reading.weighted(bundle.target)
        if outputs is None or z is None:
            for key in ("x", "product", "z", "share"):
                self.facts.show_value(key, "·", "dim")
            return
        x = float(outputs[ref.source])
        decimals = decimals_for((x, x * w, float(z[ref.target])))
        self.facts.show_value("x", fixed(x, decimals), hint=number_text(x, 9))
        self.facts.show_value("product", signed(x * w, decimals), tone_of(x * w), number_text(x * w, 9))
        self.facts.show_value("z", signed(float(z[ref.target]), decimals), hint=number_text(float(z[ref.target]), 9))
        self.facts.show_value("share", share_text(x * w, total_strength(reading, bundle.target, ref.target)))

    def _ask_slice(self, reading: Reading, ref: SynapseRef) -> None:
        """Have the loss along the weight worked out in the background, at most once a second while training."""
        wanted = (reading.parameters, reading.dataset, reading.document.network, ref, reading.document.training.loss)
        if reading.dataset is None or any(problem.severity == "error" for problem in self.session.problems):
            self._slice_section.hide()
            self._sliced = ()
            return
        now = time.monotonic()
        training = self.session.state == "running"
        same = len(self._sliced) == 5 and wanted[3:] == self._sliced[3:]
        same = same and all(a is b for a, b in zip(wanted[:3], self._sliced[:3], strict=True))  # arrays inside
        if same and self.slice.shown is not None:
            self._show_step(self.slice.shown)
        if same or (training and now - self._asked < SLICE_PAUSE):
            return
        self._sliced, self._asked = wanted, now
        document, parameters, dataset = reading.document, reading.parameters, reading.dataset
        self.session.background.submit(
            "loss slice", lambda: loss_slice(document, parameters, dataset, ref), self._show_slice
        )

    def _show_slice(self, found: Slice | None) -> None:
        if not shiboken6.isValid(self) or found is None or found.ref != self.selection.synapse:
            return
        self.slice.show_slice(found)
        decimals = decimals_for((found.slope,))
        count = count_text(found.samples)
        self.slice_facts.show_value("loss", number_text(found.loss, 4), hint=tr("over {count} samples", count=count))
        self.slice_facts.show_value("slope", signed(found.slope, decimals), tone_of(found.slope))
        self._show_step(found)
        self._slice_section.show()

    def _show_step(self, found: Slice) -> None:
        """How gradient descent would move the weight, where nothing else has a part in it."""
        training = self.session.document.training
        settings = catalog.optimizers[training.optimizer.key].values(training.optimizer)
        bundle = self.session.document.network.synapses.get(found.ref.synapses)
        plain = training.optimizer.key == "sgd" and not settings["momentum"] and not settings["weight_decay"]
        plain = plain and training.schedule is None and training.clip_norm is training.clip_value is None
        plain = plain and bundle is not None and bundle.trainable and bundle.l1 == bundle.l2 == 0.0
        plain = plain and not self.frozen.isChecked()
        downhill = catalog.losses[training.loss.key].downhill
        step = -float(settings["learning_rate"]) * downhill * found.slope
        text = f"w {'+' if step >= 0 else MINUS} {number_text(abs(step), 3)}"
        self.slice_facts.show_value("step", text if plain else "")

    def _set_weight(self, value: float) -> None:
        if self._ref is not None:
            ref, key = self._ref, self.weight.merge_key
            self.do(
                SetWeight(ref.synapses, ref.source, ref.target, value, self._place(ref)),
                self._weight_row,
                ("weight", ref, key) if key else None,
            )

    def _freeze(self, on: bool) -> None:
        if self._ref is not None:
            ref = self._ref
            edit = SetFrozen(ref.synapses, ref.source, ref.target, bool(on), self._place(ref))
            self.do(edit, self._frozen_row)

    def _place(self, ref: SynapseRef) -> tuple[int, ...] | None:
        document = self.session.document
        bundle = document.network.synapses[ref.synapses]
        return place_of(document.network, document.parameters, bundle, ref.source, ref.target)

    def _choose(self, source: int, target: int) -> None:
        if self._ref is not None:
            self.selection.select_synapse(SynapseRef(self._ref.synapses, source, target))


def total_strength(reading: Reading, layer: int, neuron: int) -> float:
    """The sum of |x·w| over all synapses that arrive at a neuron, and of its |bias|."""
    total = 0.0
    for synapses in reading.document.network.incoming[layer]:
        x = reading.output(synapses.source)
        if x is not None and synapses.id in reading.parameters.weights:
            joined, places = arriving(reading.document.network, reading.parameters, synapses, neuron)
            total += float(np.abs(x[joined] * strengths(reading.parameters.weights[synapses.id], places)).sum())
    bias = reading.parameters.biases.get(layer)
    if bias is not None and reading.document.network.layers[layer].has_bias:
        total += abs(float(bias[neuron % len(bias)]))
    return total


def share_text(product: float, total: float) -> str:
    """A share in per cent, for example ``12 %``; its sign says which way it pulls."""
    if total <= 0.0:
        return "0 %"
    sign = "+" if product > 0 else MINUS if product < 0 else ""
    return f"{sign}{abs(product) / total * 100:.0f} %"
