"""Drawing what a document misses: always the same, and never what is there already."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.initial import fill, redraw
from nnstudio.document import Document, Layer, Network, Part, Progress, Synapses, Training


def small(hidden: int = 3) -> Network:
    network = Network()
    network = network.with_layer(Layer(1, "input", "x", (2,)))
    network = network.with_layer(Layer(2, "hidden", "h", (hidden,), Part("tanh")))
    network = network.with_layer(Layer(3, "output", "y", (1,), bias=False))
    return network.with_synapses(Synapses(4, 1, 2)).with_synapses(Synapses(5, 2, 3))


def test_fills_all_that_is_missing_and_then_nothing() -> None:
    document = fill(Document(small(), seed=7))
    assert {key: w.shape for key, w in document.parameters.weights.items()} == {4: (2, 3), 5: (3, 1)}
    assert {key: b.shape for key, b in document.parameters.biases.items()} == {2: (3,)}
    assert document.initial.equals(document.parameters)
    assert fill(document) is document
    assert not document.parameters.weights[4].flags.writeable


def test_the_same_seed_draws_the_same_and_order_does_not_matter() -> None:
    whole = fill(Document(small(), seed=7))
    network = small()
    first = fill(Document(network.without(synapses=[5]), seed=7))
    later = fill(first.having(network=network))
    assert later.parameters.equals(whole.parameters)
    assert not fill(Document(small(), seed=8)).parameters.equals(whole.parameters)


def test_growing_keeps_the_present_block_and_shrinking_cuts_it() -> None:
    document = fill(Document(small(3), seed=1))
    moved = document.having(parameters=document.parameters.with_weights(4, np.arange(6.0).reshape(2, 3)))
    grown = fill(moved.having(network=small(5)))
    np.testing.assert_array_equal(grown.parameters.weights[4][:, :3], np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(grown.initial.weights[4][:, :3], document.initial.weights[4])
    np.testing.assert_array_equal(grown.parameters.weights[4][:, 3:], grown.initial.weights[4][:, 3:])
    assert (grown.parameters.weights[4][:, 3:] != 0).all()
    cut = fill(grown.having(network=small(2)))
    np.testing.assert_array_equal(cut.parameters.weights[4], [[0.0, 1.0], [3.0, 4.0]])


def test_masks_and_optimizer_state_follow_the_shapes() -> None:
    document = fill(Document(small(3)))
    mask = np.zeros((2, 3), dtype=bool)
    mask[1, 2] = True
    state = {
        "adam/mean/weights/4": np.ones((2, 3)),
        "adam/mean/weights/5": np.ones((3, 1)),
        "adam/mean/biases/2": np.ones(3),
        "adam/steps": np.array([5]),
    }
    document = document.having(
        parameters=document.parameters.with_frozen(4, mask), progress=Progress(epoch=2, state=state)
    )
    grown = fill(document.having(network=small(4)))
    assert grown.parameters.frozen[4].shape == (2, 4)
    assert grown.parameters.frozen[4].sum() == 1
    assert set(grown.progress.state) == {"adam/steps"}
    assert grown.progress.epoch == 2
    gone = fill(document.having(network=small(3).without(synapses=[4])))
    assert set(gone.parameters.weights) == {5}
    assert gone.parameters.frozen == {}
    assert set(gone.progress.state) == {"adam/mean/weights/5", "adam/mean/biases/2", "adam/steps"}


def test_redraw_starts_again() -> None:
    document = fill(Document(small(), training=Training(), progress=Progress(epoch=3), seed=1))
    again = redraw(document, 2)
    assert again.seed == 2
    assert again.progress == Progress()
    assert not again.parameters.equals(document.parameters)
    assert again.parameters.equals(again.initial)
    assert redraw(again, 1).parameters.equals(document.parameters)
