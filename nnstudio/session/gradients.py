"""The gradient check in words: how wrong the gradients are at most, and at which weight or bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.document import Array, Document, Part
from nnstudio.document.edits import synapse_name

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class GradientReport:
    """How far gradients are from central differences of the loss, in float64.

    ``error``: the largest relative error, at ``where`` ("weight x 1 → h 2"), whose two slopes are ``analytic`` and
    ``numeric``. ``checked`` and ``skipped``: how many weights and biases were compared, and how many were left out
    because moving them crosses a place where an activation has no derivative. ``passed``: whether the error is small.
    """

    error: float
    where: str
    analytic: float
    numeric: float
    checked: int
    skipped: int
    passed: bool

    def __bool__(self) -> bool:
        return self.passed

    def __float__(self) -> float:
        return self.error

    def __str__(self) -> str:
        left_out = f", {self.skipped} left out at kinks" if self.skipped else ""
        if not self.checked:
            return f"gradients: nothing to check{left_out}"
        verdict = "right" if self.passed else "WRONG"
        return (
            f"gradients: {verdict}; largest relative error {self.error:.1e} at {self.where} "
            f"({self.analytic:.6g} against {self.numeric:.6g}; {self.checked} checked{left_out})"
        )


def check_gradients(document: Document, inputs: Array, targets: Array, loss: Part) -> GradientReport:
    """Compare all gradients over samples: inputs (samples, input neurons), targets (samples, output neurons)."""
    from nnstudio import engine

    found = engine.check_gradients(document.network, document.parameters, inputs, targets, loss)
    where = "" if found.where is None else _in_words(document, found.where)
    return GradientReport(found.error, where, found.analytic, found.numeric, found.checked, found.skipped, found.passed)


def _in_words(document: Document, where: tuple[str, int, tuple[int, ...]]) -> str:
    kind, key, index = where
    if kind == "weights":
        if len(index) == 2:
            return f"weight {synapse_name(document, key, index[0], index[1])}"
        bundle = document.network.synapses[key]
        a, b = document.network.layer(bundle.source), document.network.layer(bundle.target)
        return f"weight {list(index)} of {a.name} → {b.name}"
    layer = document.network.layer(key)
    what = "bias" if kind == "biases" else kind
    if not index:
        return f"{what} {layer.name}"
    each = document.parameters.biases.get(key) if kind == "biases" else document.parameters.own.get((key, kind))
    if each is not None and each.size != layer.size:
        return f"{what} {layer.name} channel {index[0] + 1}"
    return f"{what} {layer.name} {layer.label(index[0])}"
