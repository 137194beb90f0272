"""Edits of the structure: who keeps which weights, and what is refused in which words."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog import initial
from nnstudio.document import Document, Layer, Message, Network, Part, StudioError, Synapses
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    Edit,
    InsertLayer,
    MoveLayers,
    Remove,
    RemoveNeuron,
    RenameLayer,
    ResizeLayer,
    SetActivation,
    SetBias,
    SetBiasRule,
    SetFrozen,
    SetFrozenBias,
    SetLabels,
    SetWeight,
    Several,
)


def after(document: Document, *edits: Edit) -> Document:
    for edit in edits:
        document = initial.fill(edit.apply(document))
    return document


def test_a_layer_stands_where_it_was_dropped_with_the_size_of_its_kind() -> None:
    document = after(Document(), AddLayer("input", (10.0, 20.0)), AddLayer("hidden", (1.0, 2.0)))
    first, second = document.network.layers[1], document.network.layers[2]
    assert (first.kind, first.name, first.size, first.has_bias) == ("input", "Input", 2, False)
    assert (second.kind, second.name, second.size, second.activation) == ("hidden", "Hidden 1", 8, Part("tanh"))
    assert document.layout == {1: (10.0, 20.0), 2: (1.0, 2.0)}
    assert document.parameters.biases[2].tolist() == [0.0] * 8


def test_names_stay_unique_and_ids_are_never_used_twice(chain: Document) -> None:
    document = after(chain, AddLayer("hidden", (0.0, 0.0), name="Hidden 1"))
    assert document.network.layers[6].name == "Hidden 2"
    document = after(document, Remove(layers=frozenset({6})), AddLayer("hidden", (0.0, 0.0)))
    assert 6 not in document.network.layers
    assert 7 in document.network.layers


@pytest.mark.parametrize("size", [0, -3, 65_537])
def test_an_impossible_size_is_refused(chain: Document, size: int) -> None:
    with pytest.raises(StudioError, match=f'"Hidden 1" cannot have {size} neurons; choose between 1 and 65536'):
        ResizeLayer(2, size).apply(chain)
    with pytest.raises(StudioError, match=f"cannot have {size} neurons"):
        AddLayer("hidden", (0.0, 0.0), size=size).apply(chain)


def test_more_neurons_keep_all_weights_at_the_top_left(chain: Document) -> None:
    grown = after(chain, ResizeLayer(2, 5))
    assert grown.parameters.weights[4].shape == (2, 5)
    assert grown.parameters.weights[5].shape == (5, 2)
    assert np.array_equal(grown.parameters.weights[4][:, :3], chain.parameters.weights[4])
    assert np.array_equal(grown.parameters.weights[5][:3, :], chain.parameters.weights[5])
    assert grown.parameters.biases[2].shape == (5,)
    assert not np.any(grown.parameters.weights[4][:, 3:] == 0.0)


def test_fewer_neurons_are_taken_from_the_end(chain: Document) -> None:
    smaller = after(chain, SetBias(2, 0, 0.5), ResizeLayer(2, 1))
    assert np.array_equal(smaller.parameters.weights[4], chain.parameters.weights[4][:, :1])
    assert np.array_equal(smaller.parameters.weights[5], chain.parameters.weights[5][:1, :])
    assert smaller.parameters.biases[2].tolist() == [0.5]


def test_to_the_same_size_is_no_step(chain: Document) -> None:
    assert ResizeLayer(2, 3).apply(chain) is chain


@pytest.mark.parametrize("neuron", [0, 1, 2])
def test_a_deleted_neuron_takes_only_its_own_weights_along(chain: Document, neuron: int) -> None:
    document = after(
        chain,
        SetBias(2, 0, 0.1),
        SetBias(2, 1, 0.2),
        SetBias(2, 2, 0.3),
        SetFrozen(4, 1, 2, True),
        SetFrozenBias(2, 1, True),
        SetLabels(2, ("a", "b", "c")),
    )
    kept = [n for n in range(3) if n != neuron]
    less = after(document, RemoveNeuron(2, neuron))
    assert np.array_equal(less.parameters.weights[4], document.parameters.weights[4][:, kept])
    assert np.array_equal(less.parameters.weights[5], document.parameters.weights[5][kept, :])
    assert np.array_equal(less.parameters.biases[2], document.parameters.biases[2][kept])
    assert np.array_equal(less.parameters.frozen[4], document.parameters.frozen[4][:, kept])
    assert np.array_equal(less.parameters.frozen_biases[2], document.parameters.frozen_biases[2][kept])
    assert np.array_equal(less.initial.weights[4], document.initial.weights[4][:, kept])
    assert less.network.layers[2].labels == tuple("abc"[n] for n in kept)
    assert str(RemoveNeuron(2, neuron).describe(document)) == f"Delete neuron {'abc'[neuron]} of Hidden 1"


def test_a_neuron_that_is_not_there_or_the_last_one_cannot_be_deleted(chain: Document) -> None:
    with pytest.raises(StudioError, match='"Hidden 1" has no neuron number 4'):
        RemoveNeuron(2, 3).apply(chain)
    one = after(chain, ResizeLayer(2, 1))
    with pytest.raises(StudioError, match='"Hidden 1" cannot have 0 neurons'):
        RemoveNeuron(2, 0).apply(one)


def test_a_layer_takes_its_synapses_and_values_along_and_leaves_the_rest(chain: Document) -> None:
    less = after(chain, Remove(layers=frozenset({2})))
    assert set(less.network.layers) == {1, 3}
    assert not less.network.synapses
    assert set(less.parameters.weights) == set()
    assert set(less.parameters.biases) == {3}
    assert set(less.layout) == {1, 3}
    assert less.parameters.biases[3] is chain.parameters.biases[3]


def test_what_was_not_touched_is_shared(chain: Document) -> None:
    moved = after(chain, MoveLayers({1: (9.0, 9.0)}))
    assert moved.network is chain.network
    assert moved.parameters is chain.parameters
    changed = after(chain, SetWeight(4, 0, 0, 0.25))
    assert changed.parameters.weights[5] is chain.parameters.weights[5]


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        (2, 2, '"Hidden 1" cannot be wired to itself.'),
        (2, 1, '"Input" is an input: its values come from the data, not from synapses.'),
        (3, 2, '"Output" is an output: no synapses leave from it.'),
        (1, 2, '"Input" and "Hidden 1" are already wired.'),
        (9, 2, "There is no layer number 9 in this network."),
    ],
)
def test_what_cannot_be_wired_says_why(chain: Document, source: int, target: int, words: str) -> None:
    with pytest.raises(StudioError) as refusal:
        Connect(source, target).apply(chain)
    assert str(refusal.value) == words


def test_a_cycle_is_refused_while_it_is_drawn(chain: Document) -> None:
    document = after(chain, AddLayer("hidden", (0.0, 0.0)), Connect(2, 6))
    with pytest.raises(StudioError, match='A synapse from "Hidden 2" to "Hidden 1" would close a cycle'):
        Connect(6, 2).apply(document)


def test_a_cycle_in_a_file_is_named() -> None:
    layers = {n: Layer(n, "hidden", f"h{n}", (1,)) for n in (1, 2)}
    network = Network(layers, {3: Synapses(3, 1, 2), 4: Synapses(4, 2, 1)}, 5)
    with pytest.raises(StudioError, match='The synapses form a cycle through "h1"; remove one of them'):
        _ = network.order


def test_a_skip_connection_is_a_second_wire(chain: Document) -> None:
    document = after(chain, Connect(1, 3))
    assert [s.source for s in document.network.incoming[3]] == [2, 1]
    assert document.parameters.weights[6].shape == (2, 2)
    assert document.network.order == (1, 2, 3)


def test_a_layer_put_into_a_wire_takes_its_place(chain: Document) -> None:
    edit = InsertLayer(4, (132.0, 0.0), size=4)
    assert str(edit.describe(chain)) == "Insert Hidden 2"
    document = after(chain, edit)
    assert 4 not in document.network.synapses
    ends = {(s.source, s.target) for s in document.network.synapses.values()}
    assert ends == {(1, 6), (6, 2), (2, 3)}
    assert np.array_equal(document.parameters.weights[5], chain.parameters.weights[5])
    with pytest.raises(StudioError, match="These synapses no longer exist"):
        edit.apply(document)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb"])
def test_a_bad_name_is_refused(chain: Document, name: str) -> None:
    with pytest.raises(StudioError, match="1 to 80 printable characters"):
        RenameLayer(2, name).apply(chain)


def test_a_taken_name_is_refused_and_its_own_is_not(chain: Document) -> None:
    with pytest.raises(StudioError, match='There is already a layer "Output"; choose another name'):
        RenameLayer(2, "Output").apply(chain)
    assert after(chain, RenameLayer(2, " Hidden 1 ")).network.layers[2].name == "Hidden 1"
    assert str(RenameLayer(2, "Middle").describe(chain)) == "Rename Hidden 1 to Middle"


def test_biases_come_and_go_with_the_rule(chain: Document) -> None:
    without = after(chain, SetFrozenBias(2, 0, True), SetBiasRule(2, False))
    assert 2 not in without.parameters.biases
    assert 2 not in without.parameters.frozen_biases
    back = after(without, SetBiasRule(2, True))
    assert back.parameters.biases[2].tolist() == [0.0, 0.0, 0.0]


def test_an_activation_keeps_all_weights(chain: Document) -> None:
    document = after(chain, SetActivation(2, Part("relu")))
    assert document.network.layers[2].activation == Part("relu")
    assert document.parameters is chain.parameters


def test_labels_may_not_outnumber_the_neurons(chain: Document) -> None:
    with pytest.raises(StudioError, match='"Hidden 1" has 3 neurons; 4 names are too many'):
        SetLabels(2, ("a", "b", "c", "d")).apply(chain)


def test_several_edits_are_all_or_nothing(chain: Document) -> None:
    both = Several(Message.of("Both"), (ResizeLayer(2, 4), RenameLayer(2, "Output")))
    with pytest.raises(StudioError, match="already a layer"):
        both.apply(chain)
    good = Several(Message.of("Both"), (ResizeLayer(2, 4), RenameLayer(2, "Middle")))
    document = after(chain, good)
    assert (document.network.layers[2].size, document.network.layers[2].name) == (4, "Middle")
    assert str(good.describe(chain)) == "Both"
