"""Random edits, undone and redone, give identical documents: every field, every bit of every array."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnstudio.document import Document, Message, Parameters, Part, Progress, Source, StudioError, read_only
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    Edit,
    InsertLayer,
    MoveLayers,
    Paste,
    Redraw,
    Remove,
    RemoveNeuron,
    RenameLayer,
    Reset,
    ResizeLayer,
    SetActivation,
    SetBias,
    SetBiasRule,
    SetData,
    SetFrozen,
    SetFrozenBias,
    SetLabels,
    SetSynapses,
    SetTraining,
    SetWeight,
    SetWeights,
    Several,
    Trained,
    copy_fragment,
)
from nnstudio.session import Loaded, Session, load


def fingerprint(value: Any) -> Any:
    """A plain value that is equal for two documents only if all their fields and array bytes are."""
    if isinstance(value, np.ndarray):
        return ("array", value.dtype.str, value.shape, value.tobytes())
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *((f.name, fingerprint(getattr(value, f.name))) for f in fields(value)))
    if isinstance(value, Mapping):
        return ("mapping", *((key, fingerprint(item)) for key, item in value.items()))
    if isinstance(value, (tuple, list)):
        return ("sequence", *(fingerprint(item) for item in value))
    return (type(value).__name__, value)


@cache
def some_data() -> tuple[Loaded, ...]:
    return tuple(load(Source("generator", key, (("samples", 20),))) for key in ("xor", "plane"))


def _trained(document: Document, draw: Any) -> Edit:
    """What a run of some epochs would bring, without running one."""
    shift = draw(st.floats(-1, 1))
    moved = document.parameters
    for key, weights in moved.weights.items():
        moved = moved.with_weights(key, weights + shift)
    epochs = document.progress.epoch + draw(st.integers(1, 3))
    state = {f"optimizer/mean/weights/{key}": read_only(w * shift) for key, w in moved.weights.items()}
    series = {"loss": read_only(np.linspace(1.0, shift, epochs))}
    return Trained(moved, Progress(epochs, 0, epochs * 4, 0.5, series, state))


def _edits(document: Document) -> list[Callable[[Any], Edit]]:
    """Makers of every edit that could be meant here, also of some that are refused."""
    layers, bundles = sorted(document.network.layers), sorted(document.network.synapses)
    place = st.tuples(st.floats(-500, 500), st.floats(-500, 500))
    kinds = st.sampled_from(["input", "hidden", "output"])
    makers: list[Callable[[Any], Edit]] = [
        lambda draw: AddLayer(draw(kinds), draw(place), size=draw(st.none() | st.integers(0, 5))),
        lambda draw: SetTraining((("epochs", draw(st.integers(-1, 50))), ("batch_size", draw(st.integers(1, 9))))),
        lambda draw: SetData(draw(st.sampled_from([*(loaded.recipe for loaded in some_data()), None]))),
        lambda draw: Redraw(draw(st.integers(0, 9))),
        lambda _: Reset(),
        lambda draw: _trained(document, draw),
    ]
    if layers:
        layer = st.sampled_from(layers)

        def neuron(draw: Any) -> tuple[int, int]:
            chosen = draw(layer)
            return chosen, draw(st.integers(0, document.network.layers[chosen].size - 1))

        makers += [
            lambda draw: Connect(draw(layer), draw(layer)),
            lambda draw: Remove(layers=frozenset({draw(layer)})),
            lambda draw: MoveLayers({draw(layer): draw(place)}),
            lambda draw: RenameLayer(draw(layer), draw(st.sampled_from(["a", "b", "Hidden 1", "", " c "]))),
            lambda draw: ResizeLayer(draw(layer), draw(st.integers(0, 6))),
            lambda draw: RemoveNeuron(*neuron(draw)),
            lambda draw: SetActivation(draw(layer), Part(draw(st.sampled_from(["relu", "tanh", "softmax"])))),
            lambda draw: SetBiasRule(draw(layer), draw(st.booleans())),
            lambda draw: SetLabels(draw(layer), ("p", "q")),
            lambda draw: Paste(copy_fragment(document, draw(st.sets(layer, min_size=1))), draw(place)),
            lambda draw: Several(
                Message.of("Two at once"), (MoveLayers({draw(layer): (0.0, 0.0)}), ResizeLayer(draw(layer), 2))
            ),
        ]
        with_bias = sorted(document.parameters.biases)
        if with_bias:
            biased = st.sampled_from(with_bias)

            def bias(draw: Any) -> tuple[int, int]:
                chosen = draw(biased)
                return chosen, draw(st.integers(0, document.network.layers[chosen].size - 1))

            makers += [
                lambda draw: SetBias(*bias(draw), draw(st.floats())),
                lambda draw: SetFrozenBias(*bias(draw), draw(st.booleans())),
            ]
    if bundles:
        bundle = st.sampled_from(bundles)

        def synapse(draw: Any) -> tuple[int, int, int]:
            chosen = draw(bundle)
            rows, columns = document.parameters.weights[chosen].shape
            return chosen, draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))

        def weights(draw: Any) -> Edit:
            chosen = draw(bundle)
            return SetWeights(chosen, document.parameters.weights[chosen] * 2.0)

        makers += [
            lambda draw: Remove(synapses=frozenset({draw(bundle)})),
            lambda draw: InsertLayer(draw(bundle), draw(place), draw(st.none() | st.integers(1, 4))),
            lambda draw: SetWeight(*synapse(draw), draw(st.floats())),
            lambda draw: SetFrozen(*synapse(draw), draw(st.booleans())),
            lambda draw: SetSynapses(draw(bundle), (("l2", 0.1), ("trainable", draw(st.booleans())))),
            weights,
        ]
    return makers


def _shapes_are_true(document: Document) -> None:
    network = document.network
    for parameters in (document.parameters, document.initial):
        assert set(parameters.weights) == set(network.synapses)
        assert set(parameters.biases) == {layer.id for layer in network.layers.values() if layer.has_bias}
        for synapses in network.synapses.values():
            expected = (network.layers[synapses.source].size, network.layers[synapses.target].size)
            assert parameters.weights[synapses.id].shape == expected
        for layer, biases in parameters.biases.items():
            assert biases.shape == (network.layers[layer].size,)
        for key, mask in parameters.frozen.items():
            assert mask.shape == parameters.weights[key].shape
            assert mask.dtype == np.bool_
        for key, mask in parameters.frozen_biases.items():
            assert mask.shape == parameters.biases[key].shape
        for array in (*parameters.weights.values(), *parameters.biases.values()):
            assert not array.flags.writeable
            assert np.isfinite(array).all()
    assert set(document.layout) == set(network.layers)
    assert all(not layer.labels or len(layer.labels) <= layer.size for layer in network.layers.values())
    assert len({layer.name for layer in network.layers.values()}) == len(network.layers)
    assert set(network.order) == set(network.layers)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_random_edits_undone_and_redone_give_identical_documents(data: st.DataObject) -> None:
    session = Session()
    seen = [fingerprint(session.document)]
    for _ in range(data.draw(st.integers(1, 14), "steps")):
        before = session.document
        edit = data.draw(st.sampled_from(_edits(before)), "kind")(data.draw)
        if isinstance(edit, SetData) and edit.recipe is not None:
            session._samples.keep(next(loaded for loaded in some_data() if loaded.recipe == edit.recipe))
        try:
            session.do(edit)
        except StudioError:
            assert session.document is before
            continue
        _shapes_are_true(session.document)
        if session.document is not before:
            assert str(session.history.undo_name)
            seen.append(fingerprint(session.document))
    assert len(session.history.entries) == len(seen)
    for print_ in reversed(seen[:-1]):
        session.undo()
        assert fingerprint(session.document) == print_
    assert not session.history.can_undo
    for print_ in seen[1:]:
        session.redo()
        assert fingerprint(session.document) == print_
    assert not session.history.can_redo


def test_a_fingerprint_sees_one_changed_bit() -> None:
    a = Document(parameters=Parameters({1: read_only([[1.0, 2.0]])}))
    b = Document(parameters=Parameters({1: read_only([[1.0, np.nextafter(2.0, 3.0)]])}))
    assert fingerprint(a) == fingerprint(Document(parameters=Parameters({1: read_only([[1.0, 2.0]])})))
    assert fingerprint(a) != fingerprint(b)
