"""The rows of a neuron's worked equation as text, tones and places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from nnstudio.catalog import activations
from nnstudio.document import Layer
from nnstudio.ui.inspector.equation import Equation, Place, Term
from nnstudio.ui.inspector.normal import Normal, OwnValue
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.labels import Tone, tone_of
from nnstudio.ui.widgets.numbers import MINUS, decimals_for, fixed, number_text, signed

RowKind = Literal["header", "term", "more", "bias", "z", "part", "own", "n", "exp", "total", "a", "note"]
UNKNOWN = "·"


@dataclass(frozen=True, slots=True)
class Row:
    """Four cells: name, x, w, x·w. ``place`` is the synapse of a term, ``own`` the name of a layer's own value."""

    kind: RowKind
    cells: tuple[str, str, str, str]
    tones: tuple[Tone, Tone, Tone, Tone] = ("text", "text", "text", "text")
    tip: str = ""
    place: Place | None = None
    frozen: bool = False
    value: float | None = None
    own: str = ""


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
    if found.normal is not None:
        rows.extend(normal_rows(found.normal, decimals))
    if found.slope is not None:
        rows.append(own_row(found.slope, tr("slope c below 0"), decimals))
    taken = found.z if found.normal is None else found.normal.n
    if found.total is not None and taken is not None:
        power = _power(layer)
        rows.append(Row("exp", (power, "", "", fixed(math.exp(taken), decimals)), ("dim", "dim", "dim", "text")))
        name = tr("Σ {power} over the {count} neurons", power=power, count=layer.size)
        rows.append(Row("total", (name, "", "", fixed(found.total, decimals)), ("dim", "dim", "dim", "text")))
    name = tr("output a: muted") if found.muted else output_name(layer)
    rows.append(Row("a", (name, "", "", _output(found, layer, decimals)), tip=_precise(found.a)))
    if layer.dropout and layer.kind != "output":
        rows.append(dropout_row(layer))
    return tuple(rows)


def _power(layer: Layer) -> str:
    return "e\u1dbb" if layer.normalization is None else "e\u207f"


def output_name(layer: Layer) -> str:
    """How the output comes from what the activation takes, for example ``output a = tanh(z)``."""
    taken = "z" if layer.normalization is None else "n"
    key = layer.applied.key
    if key == "linear":
        return tr("output a = {taken}", taken=taken)
    if key == "softmax":
        return tr("output a = {power} / Σ {power}", power=_power(layer))
    label = activations[key].label
    name = label if label[1:] != label[1:].lower() else label.lower()
    return tr("output a = {name}({taken})", name=name, taken=taken)


def _output(found: Equation, layer: Layer, decimals: int) -> str:
    if found.a is None:
        return UNKNOWN
    entry = activations[layer.applied.key]
    if entry.low >= 0 and entry.high <= 1:
        return fixed(found.a, max(3, decimals))
    return signed(found.a, decimals)


def normal_rows(normal: Normal, decimals: int) -> list[Row]:
    """From z to n: what is taken off, what it is divided by, and the gain and shift that can be edited."""
    mean, spread = (tr("running mean"), tr("running √(variance + ε)")) if normal.running else _of_sample()
    width = UNKNOWN if normal.spread is None else fixed(normal.spread, decimals)
    quiet: tuple[Tone, Tone, Tone, Tone] = ("dim", "dim", "dim", "text")
    return [
        Row("part", (f"{MINUS} {mean}", "", "", _number(normal.mean, decimals)), quiet, _precise(normal.mean)),
        Row("part", (f"/ {spread}", "", "", width), quiet, _precise(normal.spread)),
        Row("part", (tr("= normalized"), "", "", _number(normal.hat, decimals)), quiet, _precise(normal.hat)),
        own_row(normal.gain, tr("· gain"), decimals),
        own_row(normal.shift, tr("+ shift"), decimals),
        Row("n", (tr("normalized input n"), "", "", _number(normal.n, decimals)), tip=_precise(normal.n)),
    ]


def _of_sample() -> tuple[str, str]:
    return tr("mean of the layer"), tr("√(variance of the layer + ε)")


def own_row(own: OwnValue, name: str, decimals: int) -> Row:
    """A value that the layer trains, which can be edited and held."""
    tones: tuple[Tone, Tone, Tone, Tone] = ("text", "text", "text", tone_of(own.value))
    tip = _precise(own.value)
    if own.shared:
        tip += "\n" + tr("One for all neurons of the layer.")
    if own.frozen:
        tip += "\n" + tr("Frozen: training leaves this value alone.")
    cells = (name, "", "", signed(own.value, decimals))
    return Row("own", cells, tones, tip, frozen=own.frozen, value=own.value, own=own.name)


def dropout_row(layer: Layer) -> Row:
    """What dropout does with the output while training."""
    share = number_text(layer.dropout, 3)
    factor = number_text(1.0 / (1.0 - layer.dropout), 4)
    name = tr("while training: 0, or a · {factor}", factor=factor)
    tip = tr(
        "Dropout: while training, a share of {share} of the neurons sends 0, and the others send {factor} times as "
        "much. Here, and whenever the network answers, all neurons send a.",
        share=share,
        factor=factor,
    )
    return Row("note", (name, "", "", tr("drop {share}", share=share)), ("dim", "dim", "dim", "dim"), tip)


def _number(value: float | None, decimals: int) -> str:
    return UNKNOWN if value is None else signed(value, decimals)


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
