"""Nothing selected: how to train, and what the network amounts to."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from nnstudio import catalog
from nnstudio.catalog import activations
from nnstudio.catalog.counting import parameter_count, synapse_count
from nnstudio.document import Document, Layer, Part
from nnstudio.document.edits import SetTraining
from nnstudio.document.edits.settings import LIMITS
from nnstudio.session import Session
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.rules_form import RulesForm
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.labels import dim, show_sentence
from nnstudio.ui.widgets.number_field import NumberField, Steps
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.settings_form import SettingsForm
from nnstudio.ui.widgets.switch import Switch

MANY = 40  # layers: a longer list takes so long to lay out that it follows a moment later


class NetworkPage(Page):
    """The training form and the summary."""

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__(session, selection)
        self.loss = Combo()
        self.loss.setObjectName("training.loss")
        top = Form()
        self._loss_row = top.add("loss", tr("Loss"), self.loss)
        self.loss.chosen.connect(lambda key: self._set("loss", Part(key), self._loss_row))
        self._loss_settings = SettingsForm(self._loss_changed, "loss")
        self._weighing = Form()
        self.class_weight = Combo()
        self.class_weight.setObjectName("training.class_weight")
        self.class_weight.chosen.connect(lambda key: self._set("class_weight", key or None))
        self._weighing.add(
            "class_weight",
            tr("Classes count"),
            self.class_weight,
            tr("Balanced: samples of rare classes count more in the loss, so that all classes have the same say."),
        )
        self.optimizer = Combo()
        self.optimizer.setObjectName("training.optimizer")
        self.optimizer.chosen.connect(self._optimizer_chosen)
        second = Form()
        self._optimizer_row = second.add("optimizer", tr("Optimizer"), self.optimizer)
        self._optimizer_settings = SettingsForm(self._optimizer_changed, "optimizer")
        self.whole = dim()
        self._rest = Form()
        self._number("batch_size", tr("Batch size"), tr("Samples between two updates of the weights."), "doubling")
        self._number(
            "accumulate",
            tr("In parts"),
            tr("A batch is worked through in so many parts one after the other: the same weights with less memory."),
            "linear",
        )
        self._number("epochs", tr("Epochs"), tr("How often all samples are gone through."), "decades")
        self._number("seed", tr("Seed of the order"), tr("The same seed shuffles in the same order."), "linear")
        self.shuffle = self._switch("shuffle", tr("Shuffle every epoch"), tr("Another order of samples in each epoch."))
        self.carry_over = self._switch(
            "carry_over",
            tr("Carry the rest over"),
            tr("What an epoch leaves over of a batch joins the next epoch's first one, as in TensorFlow Playground."),
        )
        self.precision = Combo()
        self.precision.setObjectName("training.dtype")
        self.precision.set_choices(
            (
                ("float32", tr("32 bit"), tr("fast"), tr("About 7 decimal digits; the usual choice.")),
                ("float64", tr("64 bit"), tr("exact"), tr("About 16 decimal digits; slower.")),
            )
        )
        self.precision.chosen.connect(lambda key: self._set("dtype", key))
        self._rest.add("dtype", tr("Precision"), self.precision)
        third = Form()
        self.schedule = Combo()
        self.schedule.setObjectName("training.schedule")
        self.schedule.chosen.connect(self._schedule_chosen)
        self._schedule_row = third.add(
            "schedule", tr("Schedule"), self.schedule, tr("How the learning rate moves while training goes on.")
        )
        self._schedule_settings = SettingsForm(self._schedule_changed, "schedule")
        training = Section(
            tr("Training"),
            top,
            self._loss_settings,
            self._weighing,
            second,
            self._optimizer_settings,
            self.whole,
            third,
            self._schedule_settings,
            self._rest,
        )
        self.box.addWidget(training)
        self._rules = RulesForm(self._set)
        self.box.addWidget(Section(tr("Bounds and stop rules"), self._rules))
        self._facts = Facts()
        for key, name, hint in (
            ("layers", tr("layers"), ""),
            ("neurons", tr("neurons"), ""),
            ("synapses", tr("synapses"), tr("Weights between neurons.")),
            ("parameters", tr("parameters"), tr("Weights and biases that training moves.")),
            ("products", tr("multiply-adds a sample"), tr("Products that one sample costs on its way forward.")),
            ("frozen", tr("frozen"), tr("Weights and biases that training leaves alone.")),
        ):
            self._facts.add(key, name, hint)
        self._layers = Facts()
        self._listed: dict[int, Layer] = {}
        self._empty = dim(
            tr("The canvas is empty: drag an input, a hidden and an output layer onto it, then wire them.")
        )
        self._summary = Section(tr("Network"), self._empty, self._facts)
        self.box.addWidget(self._summary)
        self._layers_section = Section(tr("Layers"), self._layers)
        self.box.addWidget(self._layers_section)
        self.box.addStretch(1)

    def _switch(self, key: str, name: str, hint: str) -> Switch:
        switch = Switch()
        switch.setObjectName(f"training.{key}")
        switch.switched.connect(lambda on: self._set(key, bool(on)))
        self._rest.add(key, name, switch, hint, stretch=False)
        return switch

    def _number(self, key: str, name: str, hint: str, steps: Steps) -> None:
        low, high = LIMITS[key]
        field = NumberField(low, integer=True, minimum=low, maximum=high, steps=steps)
        field.setObjectName(f"training.{key}")
        row = self._rest.add(key, name, field, hint)
        field.value_committed.connect(
            lambda value: self._set(key, value, row, field.merge_key and f"{key} {field.merge_key}")
        )

    def show_reading(self, reading: Reading) -> None:
        """All settings and the counts."""
        document = reading.document
        training = document.training
        outputs = [layer.applied.key for layer in document.network.of_kind("output")]

        def unfit(key: str) -> str:
            loss = catalog.losses[key]
            refusals = [loss.refusal(output) for output in outputs]
            found = next((refusal for refusal in refusals if refusal is not None), None)
            if found is None and document.data is not None and document.data.task not in loss.tasks:
                return tr("It does not fit this data.")
            return message_text(found) if found else ""

        self.loss.set_entries(catalog.losses, unfit)
        self.loss.set_key(training.loss.key)
        self._loss_row.show_problem(unfit(training.loss.key))
        self._loss_settings.show_part(training.loss, catalog.losses[training.loss.key])
        self._show_weights(document)
        if not self.optimizer.keys:
            self.optimizer.set_entries(catalog.optimizers)
        self.optimizer.set_key(training.optimizer.key)
        self._optimizer_settings.show_part(training.optimizer, catalog.optimizers[training.optimizer.key])
        show_sentence(self.whole, _whole_text(training.optimizer.key))
        if not self.schedule.keys:
            self.schedule.set_choices(
                (key, tr(entry.label), entry.formula, "\n".join((tr(entry.summary), entry.formula)))
                for key, entry in catalog.schedules.items()
            )
        schedule = training.schedule or Part("constant")
        self.schedule.set_key(schedule.key)
        self._schedule_settings.show_part(schedule, catalog.schedules[schedule.key])
        self._schedule_settings.setVisible(training.schedule is not None)
        self._rules.show_training(training)
        for key in ("batch_size", "accumulate", "epochs", "seed"):
            field = self._rest.rows[key].control
            if isinstance(field, NumberField):
                field.set_value(getattr(training, key))
        self.shuffle.set_on(training.shuffle)
        self.carry_over.set_on(training.carry_over)
        self.precision.set_key(training.dtype)
        self._summarize(document)

    def _show_weights(self, document: Document) -> None:
        chosen = document.training.class_weight
        own = isinstance(chosen, tuple)
        choices = [("", tr("by their samples"), "", ""), ("balanced", tr("alike"), "", "")]
        if own:
            choices.append(("own", tr("by their own weights"), "", ""))
        if len(choices) != len(self.class_weight.keys):
            self.class_weight.set_choices(choices)
        self.class_weight.set_key("own" if own else str(chosen or ""))
        task = None if document.data is None else document.data.task
        self._weighing.setVisible(task == "classification" or chosen is not None)

    def show_live(self, reading: Reading) -> None:
        """Nothing on this page moves while training; a long list of layers follows."""
        if self.behind:
            self._list_layers(reading.document)

    def _summarize(self, document: Document) -> None:
        network, parameters = document.network, document.parameters
        synapses = synapse_count(document)
        masks = [*parameters.frozen.values(), *parameters.frozen_biases.values(), *parameters.frozen_own.values()]
        held = sum(int(mask.sum()) for mask in masks)
        self._facts.show_value("layers", count_text(len(network.layers)) if network.layers else "")
        self._facts.show_value(
            "neurons", count_text(sum(layer.size for layer in network.layers.values())) if network.layers else ""
        )
        self._facts.show_value("synapses", count_text(synapses) if network.layers else "")
        self._facts.show_value("parameters", count_text(parameter_count(document)) if network.layers else "")
        self._facts.show_value("products", count_text(synapses) if network.layers else "")
        self._facts.show_value("frozen", count_text(held) if held else "")
        self._facts.setVisible(bool(network.layers))
        self._empty.setVisible(not network.layers)
        self.behind = len(document.network.layers) > MANY
        if not self.behind:
            self._list_layers(document)

    def _list_layers(self, document: Document) -> None:
        self.behind = False
        layers, listed = document.network.layers, self._listed
        self._layers_section.setVisible(bool(layers))
        if list(layers) != list(listed):
            fresh = Facts()
            for layer_id, layer in layers.items():
                fresh.add(str(layer_id), layer.name)
            self._layers_section.exchange(self._layers, fresh)
            self._layers, listed = fresh, {}
        self._listed = dict(layers)
        for layer_id, layer in layers.items():
            if listed.get(layer_id) is layer:
                continue
            label = activations[layer.activation.key].label
            text = str(layer.size) if layer.kind == "input" else f"{layer.size} · {label}"
            self._layers.rename(str(layer_id), layer.name)
            self._layers.show_value(str(layer_id), text)

    def _set(self, name: str, value: Any, row: FormRow | None = None, merge: Hashable | None = None) -> None:
        self.do(SetTraining(((name, value),)), row, merge)

    def _optimizer_chosen(self, key: str) -> None:
        self._set("optimizer", Part(key), self._optimizer_row)

    def _schedule_chosen(self, key: str) -> None:
        self._set("schedule", None if key == "constant" else Part(key), self._schedule_row)

    def _schedule_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        self._set("schedule", part, row, merge)

    def _loss_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        self._set("loss", part, row, merge)

    def _optimizer_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        self._set("optimizer", part, row, merge)


def _whole_text(optimizer: str) -> str:
    """What becomes of the batch size, where an optimizer takes all samples at once."""
    entry = catalog.optimizers[optimizer]
    if not entry.whole:
        return ""
    return tr(
        "{name} takes the whole training set as one batch, whatever the batch size: an epoch is one update.",
        name=entry.label,
    )
