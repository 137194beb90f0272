"""Whatever edits are made in whatever order: every layer owns just what its parts ask for, and undo brings all back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.catalog.initial import fill, owns_of
from nnstudio.document import Document, Layer, Network, Part, StudioError, Synapses
from nnstudio.document.edits import (
    Edit,
    InsertNeuron,
    Paste,
    Redraw,
    Remove,
    RemoveNeuron,
    Reset,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetDropout,
    SetFrozenOwn,
    SetNormalization,
    SetOwn,
    copy_fragment,
)

LAYERS = st.integers(1, 6)
NAMES = st.sampled_from(["gain", "shift", "mean", "variance", "slope"])
PARTS = st.sampled_from([None, Part("batch"), Part("layer"), Part.of("batch", momentum=0.3)])
ACTIVATIONS = st.sampled_from([Part("tanh"), Part("prelu"), Part.of("prelu", slope=0.7)])
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetNormalization, LAYERS, PARTS),
    st.builds(SetActivation, LAYERS, ACTIVATIONS),
    st.builds(SetDropout, LAYERS, st.floats(0.0, 0.9)),
    st.builds(ResizeLayer, LAYERS, st.integers(1, 7)),
    st.builds(ReshapeLayer, LAYERS, st.sampled_from([(2, 2, 3), (1, 1, 2), (5,)])),
    st.builds(InsertNeuron, LAYERS, st.integers(0, 7)),
    st.builds(RemoveNeuron, LAYERS, st.integers(0, 7)),
    st.builds(SetOwn, LAYERS, NAMES, st.integers(0, 11), st.floats(0.1, 3.0)),
    st.builds(SetFrozenOwn, LAYERS, NAMES, st.integers(0, 11), st.booleans()),
    st.builds(lambda layer: Remove(layers=frozenset({layer})), st.integers(5, 6)),
    st.builds(Redraw, st.integers(0, 9)),
    st.just(Reset()),
)


def start() -> Document:
    network = Network().with_layer(Layer(1, "input", "x", (3,)))
    for key in (2, 3):
        hidden = Layer(key, "hidden", f"h {key}", (4,), Part("prelu"), normalization=Part("batch"))
        network = network.with_layer(hidden)
    network = network.with_layer(Layer(4, "output", "y", (2,)))
    for source in (1, 2, 3):
        network = network.with_synapses(Synapses(10 + source, source, source + 1))
    return fill(Document(network))


def assert_whole(document: Document) -> None:
    wanted = {
        (layer.id, one.name): one.shape(layer) for layer in document.network.layers.values() for one in owns_of(layer)
    }
    for parameters in (document.parameters, document.initial):
        assert {key: values.shape for key, values in parameters.own.items()} == wanted
        assert all(np.isfinite(values).all() for values in parameters.own.values())
        assert all(not values.flags.writeable for values in parameters.own.values())
        for key, mask in parameters.frozen_own.items():
            assert mask.shape == wanted[key]


@given(st.lists(EDITS, max_size=14), st.data())
@settings(max_examples=120, deadline=None)
def test_any_edits_leave_whole_parameters_and_come_back(edits: list[Edit], data: st.DataObject) -> None:
    document = start()
    past = [document]
    for edit in edits:
        before = document
        try:
            document = fill(edit.apply(document), document)
        except StudioError:
            continue
        assert_whole(document)
        if isinstance(edit, SetOwn):
            values = document.parameters.own[edit.layer, edit.name].reshape(-1)
            old = before.parameters.own[edit.layer, edit.name].reshape(-1)
            place = edit.neuron % values.size
            assert values[place] == edit.value
            assert (np.delete(values, place) == np.delete(old, place)).all()
        if isinstance(edit, RemoveNeuron):
            for (layer, name), values in before.parameters.own.items():
                now = document.parameters.own[layer, name]
                if layer == edit.layer and values.ndim:
                    assert (now == np.delete(values, edit.neuron)).all()
                else:
                    assert (now == values).all()
        past.append(document)
    chosen = data.draw(st.sampled_from(sorted(document.network.layers)))
    pasted = fill(Paste(copy_fragment(document, [chosen])).apply(document), document)
    assert_whole(pasted)
    copy = max(pasted.network.layers)
    for name, values in document.parameters.own_of(chosen).items():
        assert (pasted.parameters.own[copy, name] == values).all()
    for (layer, name), mask in document.parameters.frozen_own.items():
        if layer == chosen:
            assert (pasted.parameters.frozen_own[copy, name] == mask).all()
    assert past[0].parameters.equals(start().parameters)
