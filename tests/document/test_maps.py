"""Maps come and go, images grow and shrink: every weight of what stays follows its map, row and column."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio import engine
from nnstudio.catalog import initial
from nnstudio.document import Document, Part, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    Freeze,
    InsertMap,
    Mute,
    Prune,
    RemoveMap,
    ReshapeLayer,
    SetNormalization,
    Several,
)
from nnstudio.document.edits.edit import in_both
from nnstudio.document.message import Message

INTO, DENSE = 4, 5


def after(document: Document, edit) -> Document:
    return initial.fill(edit.apply(document), document)


@pytest.fixture
def image() -> Document:
    """A 4 x 4 x 2 image, a convolution to 4 x 4 x 3 maps, and from each of their neurons to 5 others."""
    document = Document(seed=4)
    for edit in (
        AddLayer("input", (0, 0)),
        ReshapeLayer(1, (4, 4, 2)),
        AddLayer("hidden", (264, 0)),
        ReshapeLayer(2, (4, 4, 3)),
        AddLayer("output", (528, 0), size=5),
        Connect(1, 2, Part("convolution")),
        Connect(2, 3),
    ):
        document = after(document, edit)
    return in_both(document, lambda held: held.with_bias(2, np.array([0.1, 0.2, 0.3])))


def by_map(document: Document) -> np.ndarray:
    """The dense weights as (height, width, maps, outputs)."""
    shape = document.network.layers[2].shape
    return document.parameters.weights[DENSE].reshape(*shape, -1)


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (ReshapeLayer(2, (4, 4, 4)), {0: 0, 1: 1, 2: 2}),
        (ReshapeLayer(2, (4, 4, 2)), {0: 0, 1: 1}),
        (InsertMap(2, 0), {0: 1, 1: 2, 2: 3}),
        (InsertMap(2, 2), {0: 0, 1: 1, 2: 3}),
        (RemoveMap(2, 0), {1: 0, 2: 1}),
        (RemoveMap(2, 1), {0: 0, 2: 1}),
    ],
)
def test_maps_that_stay_keep_all_their_weights(image, edit, kept):
    found = after(image, edit)
    before, present = image.parameters, found.parameters
    for old, new in kept.items():
        np.testing.assert_array_equal(present.weights[INTO][..., new], before.weights[INTO][..., old])
        np.testing.assert_array_equal(by_map(found)[:, :, new], by_map(image)[:, :, old])
        assert present.biases[2][new] == before.biases[2][old]
    for arrays in (present.weights, present.biases, found.initial.weights):
        assert all(np.isfinite(values).all() for values in arrays.values())
    fresh = set(range(found.network.layers[2].shape[2])) - set(kept.values())
    for new in fresh:
        assert present.biases[2][new] == 0.0
        assert np.ptp(by_map(found)[:, :, new]) > 0  # drawn
        assert np.ptp(present.weights[INTO][..., new]) > 0


def test_another_height_and_width_keep_what_stands_at_the_same_place(image):
    found = after(image, ReshapeLayer(2, (3, 6, 3)))
    np.testing.assert_array_equal(by_map(found)[:, :4], by_map(image)[:3])
    assert np.isfinite(by_map(found)).all()
    np.testing.assert_array_equal(found.parameters.weights[INTO], image.parameters.weights[INTO])


def test_an_image_that_is_read_in_other_rows_has_the_same_neurons(image):
    found = after(image, ReshapeLayer(2, (2, 8, 3)))
    np.testing.assert_array_equal(found.parameters.weights[DENSE], image.parameters.weights[DENSE])


def test_a_source_that_gets_a_map_leaves_the_kernels_of_the_others_alone(image):
    found = after(image, InsertMap(1, 1))
    kernels = found.parameters.weights[INTO]
    assert kernels.shape == (3, 3, 3, 3)
    np.testing.assert_array_equal(kernels[:, :, [0, 2]], image.parameters.weights[INTO])
    assert np.ptp(kernels[:, :, 1]) > 0


def test_masks_locks_mutes_and_own_values_follow_their_maps(image):
    chosen = np.zeros((48, 5), np.bool_)
    chosen[1::3] = True  # all of map 2
    held = np.zeros((48, 5), np.bool_)
    held[2::3, 0] = True  # of map 3, to the first output
    document = image
    for edit in (
        Prune({DENSE: chosen}),
        Freeze(DENSE, held),
        Mute(2, (3 * 5 + 1,)),  # map 2, row 2, column 2
        SetNormalization(2, Part("batch")),
    ):
        document = after(document, edit)
    document = in_both(document, lambda given: given.with_own(2, "gain", np.array([1.0, 2.0, 3.0])))
    found = after(document, InsertMap(2, 0))
    masks = found.parameters.masks[DENSE].reshape(4, 4, 4, 5)
    assert not masks[:, :, 2].any()
    assert masks[:, :, [0, 1, 3]].all()
    locks = found.parameters.frozen[DENSE].reshape(4, 4, 4, 5)
    assert locks[:, :, 3, 0].all()
    assert locks.sum() == 16
    assert np.argwhere(found.parameters.muted[2].reshape(4, 4, 4)).tolist() == [[1, 1, 2]]
    np.testing.assert_array_equal(found.parameters.own[2, "gain"], [1.0, 1.0, 2.0, 3.0])


def test_the_network_answers_the_same_where_the_new_map_is_silent(image):
    x = np.random.default_rng(0).normal(size=(3, 32))
    found = after(image, InsertMap(2, 1))
    found = after(found, Mute(2, tuple(range(1, 64, 4))))
    np.testing.assert_allclose(
        engine.predict(found.network, found.parameters, x), engine.predict(image.network, image.parameters, x)
    )


def test_two_images_in_one_step(image):
    """Both ends of a convolution change before anything is drawn."""
    both = Several(Message.of("Halve"), (InsertMap(1, 0), InsertMap(2, 3), RemoveMap(2, 0)))
    found = after(image, both)
    kernels = found.parameters.weights[INTO]
    np.testing.assert_array_equal(kernels[:, :, 1:, :2], image.parameters.weights[INTO][..., 1:])
    assert np.isfinite(kernels).all()


def test_what_cannot_be_is_said(image):
    with pytest.raises(StudioError, match="is no image"):
        InsertMap(3, 0).apply(image)
    with pytest.raises(StudioError, match="number 1 to 4"):
        InsertMap(2, 4).apply(image)
    with pytest.raises(StudioError, match="no map number 4"):
        RemoveMap(2, 3).apply(image)
    one = after(after(image, RemoveMap(2, 0)), RemoveMap(2, 0))
    with pytest.raises(StudioError, match="only map"):
        RemoveMap(2, 0).apply(one)
