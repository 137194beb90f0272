"""Edits of the training settings and of the data, which also fits inputs and outputs to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from nnstudio.document.data import DataRecipe, Preparation
from nnstudio.document.document import Document
from nnstudio.document.edits.sizes import ResizeLayer
from nnstudio.document.edits.structure import output_activation
from nnstudio.document.message import Message, StudioError
from nnstudio.document.part import Part
from nnstudio.document.training import Progress, Stop

LIMITS = {
    "batch_size": (1, 1_000_000),
    "accumulate": (1, 1_000_000),
    "epochs": (1, 10_000_000),
    "seed": (0, 2**63 - 1),
}
WATCHED = ("auto", "loss", "accuracy", "r2")  # and with "val_" those of validation


@dataclass(frozen=True)
class SetTraining:
    """Change training settings, for example ``SetTraining((("epochs", 500),))``."""

    fields: tuple[tuple[str, Any], ...]

    def describe(self, document: Document) -> Message:  # noqa: ARG002
        """Which settings."""
        return Message.of("Change {settings}", settings=", ".join(name.replace("_", " ") for name, _ in self.fields))

    def apply(self, document: Document) -> Document:
        """StudioError where a value is out of its range. What the catalog has is checked where it is chosen."""
        known = {field.name for field in fields(document.training)}
        for name, value in self.fields:
            if name not in known:
                raise StudioError('Training has no setting "{name}".', name=name)
            if name == "dtype" and value not in ("float32", "float64"):
                raise StudioError("Numbers are float32 or float64, not {value}.", value=value)
            if name in ("clip_norm", "clip_value") and value is not None and not value > 0:
                raise StudioError("{name} is {value}; it must be more than 0.", name=_spelled(name), value=value)
            if name == "stop":
                check_stop(value)
            if name == "class_weight":
                check_class_weight(value)
            low, high = LIMITS.get(name, (None, None))
            if low is not None and high is not None and not low <= value <= high:
                raise StudioError(
                    "{name} is {value}; it must lie between {low} and {high}.",
                    name=_spelled(name),
                    value=value,
                    low=low,
                    high=high,
                )
        return document.having(training=replace(document.training, **dict(self.fields)))


def _spelled(name: str) -> str:
    return name.replace("_", " ").capitalize()


def check_class_weight(given: Any) -> None:
    """StudioError where it is not None, "balanced", or pairs of a class and a weight from 0 up."""
    if given is None or given == "balanced":
        return
    if not isinstance(given, tuple):
        raise StudioError('The weights of classes are "balanced" or a weight for each class, not {given}.', given=given)
    for place, weight in given:
        if place < 0 or not (math.isfinite(weight) and weight >= 0):
            raise StudioError(
                "The weight of class {place} is {weight}; it must be 0 or more.", place=place, weight=weight
            )


def check_stop(stop: Stop) -> None:
    """StudioError where one of the rules cannot be."""
    if not isinstance(stop, Stop):
        raise StudioError("Stop rules are given as Stop(...), not as {given}.", given=type(stop).__name__)
    for name, least in (("patience", 0), ("least_change", 0.0), ("seconds", 0.0)):
        value = getattr(stop, name)
        if value is not None and not (_is_number(value) and value >= least):
            raise StudioError("{name} is {value}; it must be 0 or more.", name=_spelled(name), value=value)
    if isinstance(stop.patience, float):
        raise StudioError("Patience is {value}; it must be a whole number of epochs.", value=stop.patience)
    if stop.target is not None and not _is_number(stop.target):
        raise StudioError("The target is {value}; it must be a finite number.", value=stop.target)
    if not any(str(stop.monitor).removeprefix("val_") == known for known in WATCHED):
        raise StudioError(
            'Nothing called "{name}" is recorded while training; watch one of {known}, val_loss, val_accuracy, val_r2.',
            name=stop.monitor,
            known=", ".join(WATCHED),
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True)
class SetData:
    """Choose the data (or none) and fit the network to it: sizes, names, output activation and loss, one step.

    ``recipe`` must be prepared (its ``preparation`` found). Other data starts training afresh.
    """

    recipe: DataRecipe | None

    def describe(self, document: Document) -> Message:
        """The name of the data."""
        if self.recipe is None:
            return Message.of("Remove the data")
        if document.data and document.data.source == self.recipe.source:
            return Message.of("Change the preparation of {data}", data=self.recipe.name)
        return Message.of("Use {data}", data=self.recipe.name)

    def apply(self, document: Document) -> Document:
        """Weights of neurons that stay are kept."""
        before = document.data
        if before == self.recipe:
            return document
        document = document.having(data=self.recipe)
        if document.progress.updates:
            document = document.having(parameters=document.initial, progress=Progress())
        fitted = self.recipe.preparation if self.recipe else None
        if fitted is None:
            return document
        same_task = before is not None and before.task == fitted.task
        same_data = before is not None and self.recipe is not None and before.source == self.recipe.source
        document = fit_network(document, fitted, keep=same_task and same_data)
        if same_task:
            return document
        return document.having(training=replace(document.training, loss=usual_loss(document, fitted)))


def fit_network(document: Document, fitted: Preparation, *, keep: bool = False) -> Document:
    """Input and Output take size and names from the data; the output's activation fits the task.

    ``keep``: the activation stays whatever the person chose, since it is still the same data.
    With several inputs or outputs nothing is resized: the person has divided the columns by hand.
    """
    inputs, outputs = document.network.of_kind("input"), document.network.of_kind("output")
    if len(inputs) == 1 and fitted.input_names:
        document = ResizeLayer(inputs[0].id, len(fitted.input_names)).apply(document)
        document = document.having(network=document.network.changed_layer(inputs[0].id, labels=fitted.input_names))
    if len(outputs) == 1 and fitted.output_names:
        document = ResizeLayer(outputs[0].id, len(fitted.output_names)).apply(document)
        activation = outputs[0].activation
        fits = ("softmax", "sigmoid") if fitted.task == "classification" else ("linear", "relu")
        if activation.key not in fits and not keep:
            activation = output_activation(fitted)
        document = document.having(
            network=document.network.changed_layer(outputs[0].id, labels=fitted.output_names, activation=activation)
        )
    return document


def usual_loss(document: Document, fitted: Preparation) -> Part:
    """The loss that fits a task and the output's activation."""
    if fitted.task == "regression":
        return Part("mse")
    outputs = document.network.of_kind("output")
    sigmoid = any(layer.activation.key == "sigmoid" for layer in outputs)
    return Part("binary_cross_entropy") if sigmoid else Part("cross_entropy")
