"""The operations of one sample in words and numbers: there, the loss, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from nnstudio.catalog import activations, losses, normalizations
from nnstudio.catalog.joints import arriving, strengths
from nnstudio.document import Array, Layer
from nnstudio.session import Walking
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.trace.pages import Page, factor, number, parameters_name, strongest

MOST_TERMS = 5  # of a sum that is written out
Values = Mapping[str, Array]
Columns = tuple[tuple[str, Array], ...]


def sample_page(walking: Walking) -> Page:
    """The page of an operation of a sample."""
    walk, operation = walking.walk, walking.operation
    values = walk.values(operation)
    if operation.synapses is not None:
        return _slopes(walking, operation.synapses, values)
    layer = walk.network.layer(operation.layer or 0)
    match operation.kind:
        case "inputs":
            return _inputs(layer, values)
        case "sum":
            return _sum(walking, layer, values)
        case "normalize":
            return _normalize(layer, values)
        case "activate":
            return _activate(layer, values)
        case "loss":
            return _loss(walking, layer, values)
        case _:
            return _delta(walking, layer, values)


def _page(
    layer: Layer, title: str, words: str, formula: str, columns: Columns, worked: Callable[[int], str], result: str = ""
) -> Page:
    last = np.abs(columns[-1][1])
    return Page(
        title,
        words,
        formula,
        columns,
        layer.label,
        worked,
        lambda row: NeuronRef(layer.id, row),
        int(np.argmax(last)) if len(last) else 0,
        result,
        tr("neuron"),
        (frozenset({layer.id}), frozenset()),
    )


def _inputs(layer: Layer, values: Values) -> Page:
    x = values["x"]
    return _page(
        layer,
        tr("{layer}: the sample's inputs", layer=layer.name),
        tr("The prepared values of the sample go into the input neurons as they are."),
        tr("a = x"),
        ((tr("x"), x),),
        lambda row: f"x = {number(x[row])}",
    )


def _sum(walking: Walking, layer: Layer, values: Values) -> Page:
    walk = walking.walk
    columns: Columns = ((tr("Σ x·w"), values["products"]), (tr("z"), values["z"]))
    if "bias" in values:
        columns = (columns[0], (tr("b"), values["bias"]), columns[1])

    def worked(row: int) -> str:
        terms: list[tuple[float, float]] = []
        for synapses in walk.network.incoming[layer.id]:
            sources, places = arriving(walk.network, walk.parameters, synapses, row)
            if synapses.wiring.key == "pooling":
                return f"z = {number(values['z'][row])}"
            weights = strengths(walk.parameters.weights[synapses.id], places)
            sent = _sent(walking, synapses.source)[sources]
            terms += [(float(x), float(w)) for x, w in zip(sent, weights, strict=True)]
        terms.sort(key=lambda term: -abs(term[0] * term[1]))
        rest = sum(x * w for x, w in terms[MOST_TERMS:])
        parts = [number(values["bias"][row])] if "bias" in values else []
        parts += [f"{factor(x)} · {factor(w)}" for x, w in terms[:MOST_TERMS]]
        if len(terms) > MOST_TERMS:
            parts.append(tr("{rest} (of {count} more)", rest=factor(rest), count=len(terms) - MOST_TERMS))
        return f"z = {' + '.join(parts) or '0'} = {number(values['z'][row])}"

    return _page(
        layer,
        tr("{layer}: weighted inputs", layer=layer.name),
        tr("Each neuron adds up what arrives, times the weight of the synapse, and its bias."),
        tr("z = b + Σ x·w") if "bias" in values else tr("z = Σ x·w"),
        columns,
        worked,
    )


def _sent(walking: Walking, layer: int) -> Array:
    """What a layer sends in the present sample."""
    here = walking.operation
    for operation in walking.walk.of_sample:
        if operation.layer == layer and operation.kind in ("inputs", "activate"):
            found = walking.walk.values(replace(operation, part=here.part, place=here.place))
            return found.get("sent", found.get("a", found.get("x", np.zeros(0))))
    return np.zeros(0)


def _normalize(layer: Layer, values: Values) -> Page:
    entry = normalizations[layer.normalization.key] if layer.normalization is not None else None
    return _page(
        layer,
        tr("{layer}: {name}", layer=layer.name, name=tr(entry.label) if entry else ""),
        tr(entry.summary) if entry else "",
        entry.formula if entry else "",
        ((tr("z"), values["z"]), (tr("n"), values["n"])),
        lambda row: f"z = {number(values['z'][row])}   n = {number(values['n'][row])}",
    )


def _activate(layer: Layer, values: Values) -> Page:
    entry = activations[layer.applied.key]
    taken = tr("z") if layer.normalization is None else tr("n")
    columns: Columns = ((taken, values["z"]), (tr("a"), values["a"]))
    words = tr(entry.summary)
    if layer.bypassed:
        words = tr("The layer is bypassed: its neurons send their weighted inputs as they are.")
    if "sent" in values:
        columns = (*columns, (tr("sent"), values["sent"]))
        words += " " + tr("Muted and dropped neurons send 0.")

    def worked(row: int) -> str:
        z, a = values["z"][row], values["a"][row]
        text = f"a = f({number(z)}) = {number(a)}"
        if layer.applied.key == "softmax" and values["z"].max() < 700:
            text = f"a = {number(np.exp(z))} / {number(np.exp(values['z']).sum())} = {number(a)}"
        if "sent" in values:
            text += "   " + tr("sent: {value}", value=number(values["sent"][row]))
        return text

    title = tr("{layer}: activations", layer=layer.name)
    return _page(layer, title, words, tr("a = f(z)") + f",  {entry.formula}", columns, worked)


def _loss(walking: Walking, layer: Layer, values: Values) -> Page:
    entry = losses[walking.walk.program.loss.key]
    columns = ((tr("a"), values["output"]), (tr("target y"), values["target"]), (tr("slope"), values["slope"]))
    by = "z" if entry.from_logits else "a"

    def worked(row: int) -> str:
        a, y, slope = (number(values[name][row]) for name in ("output", "target", "slope"))
        return f"a = {a}   y = {y}   dL/d{by} = {slope}"

    total = number(walking.walk.loss(walking.operation))
    return _page(
        layer,
        tr("{layer}: {loss}", layer=layer.name, loss=tr(entry.label)),
        tr(entry.summary),
        entry.formula,
        columns,
        worked,
        tr("L = {loss} for this sample", loss=total),
    )


def _delta(walking: Walking, layer: Layer, values: Values) -> Page:
    delta = values["delta"]
    title = tr("{layer}: its slope δ", layer=layer.name)
    if "arriving" not in values:
        entry = losses[walking.walk.program.loss.key]
        words = tr("The loss takes the weighted inputs themselves, so that its slope is δ already.")
        formula = f"δ = dL/dz = {entry.slope_formula}"
        return _page(layer, title, words, formula, ((tr("δ"), delta),), lambda row: f"δ = {number(delta[row])}")
    came = values["arriving"]
    words = tr("What the loss asks of each neuron's output, times the slope of its activation.")
    if layer.kind != "output":
        words = tr("What comes back over the synapses that leave (Σ w·δ), times the slope of the activation.")
    if layer.normalization is not None:
        words += " " + tr("Then it goes back through the normalization.")
    if "slope" not in values:
        columns: Columns = ((tr("dL/da"), came), (tr("δ"), delta))
        formula = tr("δ = dL/da · da/dz, over all neurons of the layer")
        return _page(
            layer, title, words, formula, columns, lambda row: f"dL/da = {number(came[row])}   δ = {number(delta[row])}"
        )
    slope = values["slope"]

    def worked(row: int) -> str:
        product = f"{number(came[row])} · {factor(slope[row])} = {number(came[row] * slope[row])}"
        if layer.normalization is None:
            return f"δ = {product}"
        return f"dL/dn = {product}   δ = {number(delta[row])}"

    columns = ((tr("dL/da"), came), (tr("f′(z)"), slope), (tr("δ"), delta))
    return _page(layer, title, words, tr("δ = dL/dz = dL/da · f′(z)"), columns, worked)


def _slopes(walking: Walking, key: int, values: Values) -> Page:
    walk = walking.walk
    synapses = walk.network.synapses[key]
    source, target = walk.network.layers[synapses.source], walk.network.layers[synapses.target]
    dw, x, delta = values["dw"], values["x"], values["delta"]
    places = strongest(dw)
    slopes = dw.ravel()[places]
    weights = walk.parameters.weights[key].ravel()[places]
    index = np.array(np.unravel_index(places, dw.shape)).T
    title = tr("{bundle}: slopes of the weights", bundle=parameters_name(f"weights/{key}", walk.network))
    words = tr("How much the loss of this sample grows where a weight grows: what came in, times δ of where it goes.")
    concerns = (frozenset[int](), frozenset({key}))
    pairs = dw.ndim == 2 or synapses.wiring.key == "one_to_one"
    if not pairs:  # a weight that many synapses share: its slopes add up
        words = tr("Every synapse that shares a weight adds its x·δ to the slope of that weight.")
        return Page(
            title,
            words,
            tr("dL/dw = Σ x·δ"),
            ((tr("w"), weights), (tr("dL/dw"), slopes)),
            lambda row: ", ".join(str(k + 1) for k in index[row]),
            lambda row: f"dL/dw = {number(slopes[row])}",
            head=tr("weight"),
            concerns=concerns,
        )
    ends = [(int(place[0]), int(place[-1])) for place in index]
    xs = np.array([x[a] for a, _ in ends])
    deltas = np.array([delta[b] for _, b in ends])
    return Page(
        title,
        words,
        tr("dL/dw = x · δ"),
        ((tr("x"), xs), (tr("δ"), deltas), (tr("dL/dw"), slopes)),
        lambda row: f"{source.label(ends[row][0])} → {target.label(ends[row][1])}",
        lambda row: f"dL/dw = {number(xs[row])} · {factor(deltas[row])} = {number(slopes[row])}",
        lambda row: SynapseRef(key, *ends[row]),
        head=tr("synapse"),
        concerns=concerns,
    )
