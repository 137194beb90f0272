"""Edits of single synapses: what is cut is gone, all else stays bit for bit, and undo gives the document back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.catalog import initial
from nnstudio.catalog.counting import parameter_count, synapse_count, weight_count
from nnstudio.catalog.joints import counted, place_of
from nnstudio.document import Document, Message, Part, Progress, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    Edit,
    Freeze,
    InsertLayer,
    InsertNeuron,
    Join,
    Prune,
    RemoveNeuron,
    SetCells,
    SetChosen,
    SetFrozen,
    TakeOut,
    Trained,
)
from nnstudio.engine import forward
from nnstudio.session import Session
from nnstudio.session.hints import parameter_counts

NAME = Message.of("Set cells")


def after(document: Document, *edits: Edit) -> Document:
    for edit in edits:
        document = initial.fill(edit.apply(document))
    return document


def one(shape: tuple[int, ...], *place: int) -> np.ndarray:
    mask = np.zeros(shape, np.bool_)
    mask[place] = True
    return mask


def cells(*entries: tuple[int, int, float], columns: int = 3) -> dict[str, np.ndarray]:
    """Cells of a matrix of so many columns: (row, column, value) each."""
    places = [row * columns + column for row, column, _ in entries]
    return {"places": np.array(places), "values": np.array([value for *_, value in entries], dtype=np.float64)}


def test_one_synapse_is_cut_and_comes_back(chain: Document) -> None:
    edit = Prune({4: one((2, 3), 1, 2)})
    assert str(edit.describe(chain)) == "Cut Input 2 → Hidden 1 3"
    cut = after(chain, edit)
    assert cut.parameters.weights[4][1, 2] == 0
    assert cut.parameters.masks[4].sum() == 5
    kept = cut.parameters.masks[4]
    np.testing.assert_array_equal(cut.parameters.weights[4][kept], chain.parameters.weights[4][kept])
    assert cut.initial is cut.parameters
    back = Join(1, 2, 1, 2, 0.75)
    assert str(back.describe(cut)) == "Wire Input 2 → Hidden 1 3"
    joined = after(cut, back)
    assert joined.parameters.weights[4][1, 2] == 0.75
    assert joined.parameters.masks[4].all()
    with pytest.raises(StudioError, match="already"):
        back.apply(joined)


def test_the_last_synapse_takes_its_bundle_along(chain: Document) -> None:
    left = after(chain, Prune({4: ~one((2, 3), 0, 0)}))
    assert set(left.network.synapses) == {4, 5}
    gone = after(left, Prune({4: one((2, 3), 0, 0)}))
    assert set(gone.network.synapses) == {5}
    assert 4 not in gone.parameters.masks


def test_a_cut_synapse_is_no_longer_held(chain: Document) -> None:
    document = after(chain, SetFrozen(4, 1, 2, True), Prune({4: one((2, 3), 1, 2)}), Join(1, 2, 1, 2, 1.0))
    assert not document.parameters.frozen[4].any()


def test_a_trained_document_is_cut_at_its_start_too(chain: Document) -> None:
    moved = chain.parameters.with_weights(4, chain.parameters.weights[4] + 1)
    document = after(chain, Trained(moved, Progress(epoch=1, updates=3)), Prune({4: one((2, 3), 0, 1)}))
    assert document.parameters.weights[4][0, 1] == document.initial.weights[4][0, 1] == 0
    assert document.initial.weights[4][0, 0] == chain.parameters.weights[4][0, 0]
    document = after(document, SetChosen({4: one((2, 3), 0, 0)}, 9.0))
    assert document.parameters.weights[4][0, 0] == 9
    assert document.initial.weights[4][0, 0] == chain.parameters.weights[4][0, 0]


def test_joining_two_neurons_makes_a_sparse_bundle(chain: Document) -> None:
    document = after(chain, Join(1, 3, 0, 1))
    (key,) = document.network.synapses.keys() - {4, 5}
    assert document.network.synapses[key].wiring.key == "sparse"
    np.testing.assert_array_equal(document.parameters.masks[key], one((2, 2), 0, 1))
    assert document.parameters.weights[key][0, 1] != 0
    with pytest.raises(StudioError, match="is an input"):
        Join(2, 1, 0, 0).apply(chain)


def test_a_layer_dropped_on_a_single_synapse_is_wired_whole(chain: Document) -> None:
    document = after(chain, Join(1, 3, 0, 1))
    (key,) = document.network.synapses.keys() - {4, 5}
    dropped = after(document, InsertLayer(key, (264.0, 300.0), size=2))
    new = max(dropped.network.layers)
    around = (*dropped.network.incoming[new], *dropped.network.outgoing[new])
    assert {s.wiring.key for s in around} == {"full"}
    assert all(dropped.parameters.weights[s.id].all() for s in around)


def test_one_to_one_becomes_sparse_where_one_is_cut() -> None:
    document = after(
        Document(seed=1),
        AddLayer("input", (0, 0), size=3),
        AddLayer("output", (264, 0), size=3),
        Connect(1, 2, Part("one_to_one")),
    )
    weights = document.parameters.weights[3]
    cut = after(document, Prune({3: np.array([False, True, False])}))
    assert cut.network.synapses[3].wiring.key == "sparse"
    np.testing.assert_array_equal(cut.parameters.weights[3], np.diag([weights[0], 0, weights[2]]))
    np.testing.assert_array_equal(cut.parameters.masks[3], np.diag([True, False, True]))


def test_a_weight_of_a_kernel_goes_wherever_it_is_used() -> None:
    document = after(Document(seed=1), AddLayer("input", (0, 0)), AddLayer("hidden", (264, 0)))
    layers = document.network.changed_layer(1, shape=(4, 4, 1)).changed_layer(2, shape=(4, 4, 1))
    document = after(document.having(network=layers), Connect(1, 2, Part("convolution")))
    shape = document.parameters.weights[3].shape
    chosen = np.zeros(shape, np.bool_)
    chosen[0, 2] = True
    edit = Prune({3: chosen})
    assert str(edit.describe(document)) == "Cut weight (1, 3) of kernels Input to Hidden 1"
    cut = after(document, edit)
    assert np.argwhere(~cut.parameters.masks[3]).tolist() == [[0, 2, 0, 0]]
    assert cut.parameters.weights[3][0, 2, 0, 0] == 0.0
    synapses = document.network.synapses[3]
    assert counted(document.network, document.parameters, synapses) == 100  # 16 places, less what lies over the edge
    assert counted(cut.network, cut.parameters, synapses) == 100 - 9
    assert place_of(cut.network, cut.parameters, synapses, 1 * 4 + 2, 2 * 4 + 1) is None
    assert not after(document, Prune({3: np.ones(shape, np.bool_)})).network.synapses
    with pytest.raises(StudioError, match="share their weights"):
        Join(1, 2, 0, 15).apply(document)


def test_cells_set_weights_biases_and_gaps_as_one(chain: Document) -> None:
    edit = SetCells(NAME, 4, **cells((0, 0, 1.5), (1, 2, np.nan)), neurons=np.array([1]), biases=np.array([3.0]))
    document = after(chain, edit)
    assert document.parameters.weights[4][0, 0] == 1.5
    assert not document.parameters.masks[4][1, 2]
    assert document.parameters.biases[2].tolist() == [0, 3, 0]
    again = after(document, SetCells(NAME, 4, **cells((1, 2, -2.0))))
    assert again.parameters.weights[4][1, 2] == -2
    assert again.parameters.masks[4].all()
    with pytest.raises(StudioError, match="finite"):
        SetCells(NAME, 4, **cells((0, 0, np.inf))).apply(chain)


def test_cells_of_counterparts_and_what_is_left_where_one_is_cut(chain: Document) -> None:
    document = after(
        Document(seed=1), AddLayer("input", (0, 0), size=3), AddLayer("hidden", (264, 0), size=3),
        Connect(1, 2, Part("one_to_one")),
    )  # fmt: skip
    weights = document.parameters.weights[3]
    one = after(document, SetCells(NAME, 3, np.array([1]), np.array([7.0])))
    assert one.parameters.weights[3].tolist() == [weights[0], 7.0, weights[2]]
    cut = after(document, SetCells(NAME, 3, np.array([2, 0]), np.array([np.nan, 5.0])))
    assert cut.network.synapses[3].wiring.key == "sparse"
    np.testing.assert_array_equal(cut.parameters.weights[3], np.diag([5.0, weights[1], 0]))
    np.testing.assert_array_equal(cut.parameters.masks[3], np.diag([True, True, False]))


def test_cells_of_kernels_are_set_and_cut() -> None:
    document = after(Document(seed=1), AddLayer("input", (0, 0)), AddLayer("hidden", (264, 0)))
    layers = document.network.changed_layer(1, shape=(4, 4, 2)).changed_layer(2, shape=(4, 4, 3))
    document = after(document.having(network=layers), Connect(1, 2, Part("convolution")))
    place = np.ravel_multi_index((2, 1, 0, 2), (3, 3, 2, 3))
    found = after(document, SetCells(NAME, 3, np.array([place]), np.array([4.0])))
    assert np.argwhere(found.parameters.weights[3] != document.parameters.weights[3]).tolist() == [[2, 1, 0, 2]]
    assert found.parameters.weights[3][2, 1, 0, 2] == 4.0
    cut = after(found, SetCells(NAME, 3, np.array([place]), np.array([np.nan])))
    assert np.argwhere(~cut.parameters.masks[3]).tolist() == [[2, 1, 0, 2]]


def test_a_neuron_taken_out_computes_what_it_did(chain: Document) -> None:
    document = after(chain, SetFrozen(4, 0, 1, True), Prune({5: one((3, 2), 1, 0)}))
    taken = after(document, TakeOut(2, 1, (300.0, 200.0)))
    assert [layer.size for layer in taken.network.layers.values()] == [2, 2, 2, 1]
    alone = max(taken.network.layers)
    assert taken.layout[alone] == (300.0, 200.0)
    x = np.random.default_rng(0).normal(size=(7, 2))
    before = forward(document.network, document.parameters, x)[3].a
    np.testing.assert_allclose(forward(taken.network, taken.parameters, x)[3].a, before, atol=1e-12)
    (into,) = taken.network.incoming[alone]
    np.testing.assert_array_equal(taken.parameters.frozen[into.id], [[True], [False]])
    with pytest.raises(StudioError, match="hidden"):
        TakeOut(1, 0, (0.0, 0.0)).apply(chain)


def masks(shape: tuple[int, int]) -> st.SearchStrategy[np.ndarray]:
    count = shape[0] * shape[1]
    return st.lists(st.booleans(), min_size=count, max_size=count).map(
        lambda bits: np.array(bits, np.bool_).reshape(shape)
    )


SHAPES = {4: (2, 3), 5: (3, 2)}
EDITS = st.one_of(
    st.fixed_dictionaries({}, optional={4: masks(SHAPES[4]), 5: masks(SHAPES[5])}).map(Prune),
    st.builds(SetChosen, masks(SHAPES[4]).map(lambda m: {4: m}), st.floats(-5, 5)),
    st.builds(Freeze, st.just(5), masks(SHAPES[5]), st.booleans()),
    st.builds(Join, st.just(1), st.just(2), st.integers(0, 1), st.integers(0, 2), st.floats(-2, 2)),
    st.builds(Join, st.just(1), st.just(3), st.integers(0, 1), st.integers(0, 1), st.none()),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.floats(-3, 3) | st.just(np.nan)), min_size=1).map(
        lambda entries: SetCells(NAME, 4, **cells(*entries))
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, max_size=8))
def test_whatever_is_done_undo_gives_every_document_back(chain: Document, edits: list[Edit]) -> None:
    session = Session()
    session.history.entries[0] = type(session.history.entries[0])(NAME, chain)
    seen = [chain]
    for edit in edits:
        try:
            session.do(edit)
        except StudioError:  # the bundle is gone, or the synapse is there
            assert session.document is seen[-1]
            continue
        if session.document is not seen[-1]:
            seen.append(session.document)
        parameters = session.document.parameters
        for key, mask in parameters.masks.items():
            assert mask.any()
            assert not parameters.weights[key][~mask].any()
            assert not (parameters.frozen.get(key, np.zeros(mask.shape, np.bool_)) & ~mask).any()
        assert set(parameters.weights) == set(session.document.network.synapses)
    for expected in reversed(seen[:-1]):
        session.undo()
        assert session.document is expected
    for expected in seen[1:]:
        session.redo()
        assert session.document is expected
    session.close()


def test_what_was_cut_is_counted_no_more(chain: Document) -> None:
    before = parameter_count(chain)
    cut = after(chain, Prune({4: one((2, 3), 1, 2)}), Join(1, 3, 0, 0))
    assert parameter_count(cut) == before  # one less, and one of four pairs more
    assert synapse_count(cut) == synapse_count(chain)
    assert weight_count(cut.parameters, 4) == 5
    assert parameter_counts(cut.network, cut.parameters) == {1: 0, 2: 5 + 3, 3: 6 + 1 + 2}


@pytest.mark.parametrize("edit", [RemoveNeuron(2, 1), InsertNeuron(2, 1), RemoveNeuron(1, 1), InsertNeuron(1, 1)])
def test_counterparts_stay_together_where_another_neuron_comes_or_goes(edit: Edit) -> None:
    document = after(
        Document(seed=1), AddLayer("input", (0, 0), size=3), AddLayer("hidden", (264, 0), size=3),
        Connect(1, 2, Part("one_to_one")),
    )  # fmt: skip
    weights = document.parameters.weights[3].tolist()
    found = after(document, edit)
    pairs = found.parameters.masks[3]
    rows, columns = (np.array([0, 1, 2]), np.array([0, 1, 2]))
    moved = rows if edit.layer == 1 else columns
    if isinstance(edit, RemoveNeuron):
        rows, columns, weights = rows[[0, 2]], columns[[0, 2]], [weights[0], weights[2]]
        (rows if edit.layer == 1 else columns)[1] = 1
    else:
        moved[1:] += 1
    assert np.argwhere(pairs).tolist() == [[int(r), int(c)] for r, c in zip(rows, columns, strict=True)]
    assert found.parameters.weights[3][rows, columns].tolist() == weights
