"""The rows of a neuron's worked equation as text, tones and places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from nnstudio.catalog import activations
from nnstudio.document import Layer
from nnstudio.ui.inspector.equation import Equation, Place, Term
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.labels import Tone, tone_of
from nnstudio.ui.widgets.numbers import decimals_for, fixed, number_text, signed

RowKind = Literal["header", "term", "more", "bias", "z", "exp", "total", "a"]
UNKNOWN = "·"


@dataclass(frozen=True, slots=True)
class Row:
    """Four cells: name, x, w, x·w. ``place`` is the synapse of a term."""

    kind: RowKind
    cells: tuple[str, str, str, str]
    tones: tuple[Tone, Tone, Tone, Tone] = ("text", "text", "text", "text")
    tip: str = ""
    place: Place | None = None
    frozen: bool = False
    value: float | None = None


def rows_of(found: Equation, layer: Layer) -> tuple[Row, ...]:
    """All rows from the heading to the output."""
    decimals = decimals_for(found.numbers)
    rows = [
        Row("header", (tr("synapse from"), "x", "w", "x·w"), ("faint", "faint", "faint", "faint")),
        *(_term(term, decimals) for term in found.terms),
    ]
    if found.more:
        total = UNKNOWN if found.more_sum is None else signed(found.more_sum, decimals)
        name = tr("… {count} more, together", count=found.more)
        rows.append(Row("more", (name, "", "", total), ("dim", "dim", "dim", "dim"), _precise(found.more_sum)))
    if found.bias is not None:
        tones: tuple[Tone, Tone, Tone, Tone] = ("text", "text", "text", tone_of(found.bias))
        tip = _precise(found.bias)
        rows.append(
            Row(
                "bias",
                (tr("bias"), "", "", signed(found.bias, decimals)),
                tones,
                tip,
                frozen=found.bias_frozen,
                value=found.bias,
            )
        )
    z = UNKNOWN if found.z is None else signed(found.z, decimals)
    rows.append(Row("z", (tr("weighted input z"), "", "", z), tip=_precise(found.z)))
    if found.total is not None and found.z is not None:
        rows.append(Row("exp", ("e\u1dbb", "", "", fixed(math.exp(found.z), decimals)), ("dim", "dim", "dim", "text")))
        name = tr("Σ e\u1dbb over the {count} neurons", count=layer.size)
        rows.append(Row("total", (name, "", "", fixed(found.total, decimals)), ("dim", "dim", "dim", "text")))
    rows.append(Row("a", (output_name(layer), "", "", _output(found, layer, decimals)), tip=_precise(found.a)))
    return tuple(rows)


def output_name(layer: Layer) -> str:
    """How the output comes from the weighted input, for example ``output a = tanh(z)``."""
    key = layer.applied.key
    if key == "linear":
        return tr("output a = z")
    if key == "softmax":
        return tr("output a = e\u1dbb / Σ e\u1dbb")
    label = activations[key].label
    name = label if label[1:] != label[1:].lower() else label.lower()
    return tr("output a = {name}(z)", name=name)


def _output(found: Equation, layer: Layer, decimals: int) -> str:
    if found.a is None:
        return UNKNOWN
    entry = activations[layer.applied.key]
    if entry.low >= 0 and entry.high <= 1:
        return fixed(found.a, max(3, decimals))
    return signed(found.a, decimals)


def _term(term: Term, decimals: int) -> Row:
    x = UNKNOWN if term.x is None else fixed(term.x, decimals)
    product = term.product
    result = UNKNOWN if product is None else signed(product, decimals)
    tip = tr("{name}: w = {w}", name=term.label, w=number_text(term.weight, 9))
    if term.x is not None and product is not None:
        tip = tr(
            "{name}: {x} · {w} = {product}",
            name=term.label,
            x=number_text(term.x, 7),
            w=number_text(term.weight, 7),
            product=number_text(product, 7),
        )
    if term.frozen:
        tip += "\n" + tr("Frozen: training leaves this weight alone.")
    tones: tuple[Tone, Tone, Tone, Tone] = ("text", "text", tone_of(term.weight), "text")
    return Row(
        "term",
        (term.label, x, signed(term.weight, decimals), result),
        tones,
        tip,
        (term.synapses, term.source),
        term.frozen,
        term.weight,
    )


def _precise(value: float | None) -> str:
    return "" if value is None else number_text(value, 9)
