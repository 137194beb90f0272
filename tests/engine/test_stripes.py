"""Weights of large bundles lie in stripes: nothing is lost on the way, and all products are those of plain matrices."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.document import Part, Progress, Training
from nnstudio.engine import train
from nnstudio.engine.ahead import ADDRESSES
from nnstudio.engine.blocks import DEEP, LARGE, back, send
from nnstudio.engine.carried import CARRIED, CARRIED_BY
from nnstudio.engine.compiled import address, compiled
from nnstudio.engine.panels import BIASED, SUMMED
from nnstudio.engine.products import flip_panels, weight_slope_by_tiles
from nnstudio.engine.program import Slot, compile_program, held_places
from nnstudio.engine.reference import Reference
from nnstudio.engine.run import FLAGS
from nnstudio.engine.slopes import gradients
from nnstudio.engine.vectors import BYTES, STRIPE, pointer_to
from nnstudio.engine.work import Work

SIZES = (
    150,
    130,
    STRIPE * 4 + 5,
    10,
)  # the first two bundles are large: one fills its stripes, one leaves a narrow one


@given(st.integers(1, 9), st.integers(2, 40), st.integers(1, 17), st.integers(0, 20), st.data())
def test_a_slot_gives_back_what_it_was_given(rows: int, columns: int, stripe: int, start: int, data) -> None:
    slot = Slot(start, (rows, columns), rows * columns, None, stripe)
    values = np.arange(1.0, 1 + rows * columns).reshape(rows, columns)
    flat = np.full(start + rows * columns + 3, -1.0)
    slot.put(flat, values)
    np.testing.assert_array_equal(slot.taken(flat), values)
    assert (flat[:start] == -1.0).all()
    assert (flat[start + slot.size :] == -1.0).all()
    chosen = np.array(data.draw(st.lists(st.booleans(), min_size=values.size, max_size=values.size)))
    places = slot.where(chosen.reshape(values.shape))
    assert (np.diff(places) > 0).all()
    assert set(flat[places]) == set(values.ravel()[chosen])


def laid_out(w: np.ndarray, stripe: int) -> np.ndarray:
    flat = np.zeros(w.size, w.dtype)
    Slot(0, w.shape, w.size, None, stripe).put(flat, w)
    return flat


def called(function, kind: str, dtype: str, arrays: list[np.ndarray], numbers: list[int]) -> None:
    kinds = [ctypes.c_void_p] * len(arrays) + [ctypes.c_ssize_t] * len(numbers)
    places = [array.ctypes.data for array in arrays]
    ctypes.CFUNCTYPE(None, *kinds)(address(function, kind, dtype))(*places, *numbers)


CASES = [
    (sources, targets, vectors)
    for sources in (3, LARGE - 1, LARGE, DEEP + 1, 2 * DEEP + 30)
    for targets in (1, 10, STRIPE, STRIPE + 1, 4 * STRIPE + 7, 12 * STRIPE)
    for vectors in (1, 2, 5)
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_in_stripes_are_those_of_matrices(dtype: str) -> None:
    rng = np.random.default_rng(4)
    near = 2e-4 if dtype == "float32" else 1e-11
    for sources, targets, vectors in CASES:
        lanes = vectors * BYTES // np.dtype(dtype).itemsize
        w, bias = rng.normal(size=(sources, targets)).astype(dtype), rng.normal(size=targets).astype(dtype)
        a, e = rng.normal(size=(sources, lanes)).astype(dtype), rng.normal(size=(targets, lanes)).astype(dtype)
        stripe = min(targets, STRIPE)
        flat = laid_out(w, stripe)
        low, high = targets // 3, targets - targets // 4
        first, count = sources // 4, sources - sources // 3
        for begin in (0, SUMMED, BIASED):
            z = rng.normal(size=(targets, lanes)).astype(dtype)
            start = {0: 0.0, SUMMED: z.copy(), BIASED: bias[:, None]}[begin]
            wanted = z.copy()
            left, right = vectors // 3 * (lanes // vectors), lanes - vectors // 4 * (lanes // vectors)
            part = w[first : first + count].T.astype(np.float64) @ a[first : first + count] + start
            wanted[low:high, left:right] = part[low:high, left:right]
            ranges = [low, high, left, right, first, count]
            called(send, "send", dtype, [z, flat, a, bias], [sources, targets, stripe, *ranges, lanes, begin])
            np.testing.assert_allclose(z, wanted, rtol=near, atol=near)
        for begin in (0, SUMMED):
            d = rng.normal(size=(sources, lanes)).astype(dtype)
            top, end = sources // 5, sources - sources // 6
            wanted = d.copy()
            wanted[top:end] = (w.astype(np.float64) @ e + (d if begin else 0.0))[top:end]
            called(back, "back", dtype, [d, flat, e], [sources, targets, stripe, top, end, lanes, begin])
            np.testing.assert_allclose(d, wanted, rtol=near, atol=near)


@compiled
def flipped_by(to, source, offsets, low, high, columns, lanes):
    flip_panels(pointer_to(to), pointer_to(source), pointer_to(offsets), low, high, columns, lanes)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [5, 64, 300])
def test_slopes_come_from_flipped_panels(dtype: str, count: int) -> None:
    rng = np.random.default_rng(5)
    width = BYTES // np.dtype(dtype).itemsize
    lanes = -(-count // width) * width
    for rows, targets in ((1, 1), (7, 10), (24, STRIPE), (33, 2 * STRIPE + 3)):
        a, e = rng.normal(size=(rows, lanes)).astype(dtype), rng.normal(size=(targets, lanes)).astype(dtype)
        flipped, offsets = np.zeros((targets + STRIPE) * lanes, dtype), np.zeros(lanes + STRIPE, dtype=np.int64)
        for low, high in ((0, targets // 2), (targets // 2, targets)):  # as a team shares it
            flipped_by(flipped, e.ravel(), offsets, low, high, count, lanes)
        g = np.zeros((rows, targets), dtype)
        queue = np.zeros(ADDRESSES, dtype=np.int64)  # no sample comes next
        called(weight_slope_by_tiles, "slopes", dtype, [g, a, flipped, queue], [rows, targets, lanes, count])
        wanted = a[:, :count].astype(np.float64) @ e[:, :count].T
        near = 2e-4 if dtype == "float32" else 1e-11
        np.testing.assert_allclose(g, wanted, rtol=near, atol=near)


def work_of(document, training: Training, data, progress: Progress | None = None) -> Work:
    flags = np.zeros(FLAGS, dtype=np.int64)
    return Work(document.network, document.parameters, training, data, progress or Progress(), flags)


def test_large_bundles_are_striped_and_small_ones_are_not(make) -> None:
    document, data = make.chain(SIZES, "tanh", "softmax"), make.classes(SIZES[0], 10, 60)
    work = work_of(document, Training(Part("cross_entropy"), Part("sgd"), 32, 1), data)
    assert [slot.stripe for slot in work.program.weights.values()] == [STRIPE, STRIPE, 0]


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (1e-3, 1e-2)])
def test_striped_training_is_the_references(make, l1: float, l2: float) -> None:
    """With single weights held and some absent, too: both find their places in the stripes."""
    document, data = make.chain(SIZES, "tanh", "softmax"), make.classes(SIZES[0], 10, 70)
    rng, parameters, network = np.random.default_rng(3), document.parameters, document.network
    for key, synapses in tuple(network.synapses.items()):
        network = network.with_synapses(replace(synapses, l1=l1, l2=l2))
        parameters = parameters.with_frozen(key, rng.random(parameters.weights[key].shape) < 0.1)
    masked = next(iter(parameters.weights))
    parameters = parameters.with_mask(masked, rng.random(parameters.weights[masked].shape) < 0.8)
    optimizer = Part.of("sgd", learning_rate=0.05)
    training = Training(Part("cross_entropy"), optimizer, 70, 3, shuffle=False, dtype="float64")
    found = train(network, parameters, training, data).parameters
    program = compile_program(network, training.loss, optimizer, masks=parameters.masks)
    reference = Reference(program, parameters)
    held = held_places(program, parameters)
    kept = reference.w[held].copy()
    for _ in range(3):
        reference.gradient(data.inputs[data.train], data.target_rows[data.train])
        reference.update()
        reference.w[held] = kept
    for key, wanted in program.weights_of(reference.w).items():
        np.testing.assert_allclose(found.weights[key], wanted, rtol=1e-12, atol=1e-14)
        still = parameters.frozen[key]
        np.testing.assert_array_equal(found.weights[key][still], parameters.weights[key][still])
    assert not found.weights[masked][~parameters.masks[masked]].any()


def test_striped_gradients_have_the_shape_of_the_weights(make) -> None:
    document, data = make.chain(SIZES, "tanh", "softmax"), make.classes(SIZES[0], 10, 20)
    given_ = document.network, document.parameters
    found = gradients(*given_, data.inputs, data.targets, Part("cross_entropy"), "float64")
    reference = Reference(compile_program(document.network, Part("cross_entropy")), document.parameters)
    reference.gradient(data.inputs, data.target_rows)
    for key, wanted in reference.program.weights_of(reference.g).items():
        np.testing.assert_allclose(found.weights[key], wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("old", [False, True], ids=["as it is kept", "as it was kept at first"])
def test_what_waits_of_large_bundles_goes_on_bit_for_bit(make, old: bool) -> None:
    document, data = make.chain(SIZES, "tanh", "softmax"), make.classes(SIZES[0], 10, 70)
    training = Training(Part("cross_entropy"), Part.of("sgd", learning_rate=0.05), 32, 6, carry_over=True)
    whole = train(document.network, document.parameters, training, data)
    half = train(document.network, document.parameters, training, data, goal=3)
    progress = half.progress
    if old:
        progress = replace(progress, state=as_kept_at_first(progress.state, half.values.program))
    again = train(document.network, half.parameters, training, data, progress, goal=6)
    assert again.parameters.equals(whole.parameters)
    other = replace(progress, state={name: a for name, a in progress.state.items() if not name.startswith(CARRIED)})
    assert not train(document.network, half.parameters, training, data, other, goal=6).parameters.equals(
        whole.parameters
    )


def as_kept_at_first(state, program) -> dict[str, np.ndarray]:
    """A flat vector of plain arrays, and for each bundle or layer: its kind, its id, where it lies, and its length."""
    flat, rows = np.zeros(program.size), []
    for name, slot in program.named_slots():
        flat[slot.span] = state[f"{CARRIED}/{name}"].ravel()
        kind, owner = name.split("/")
        rows.append((["weights", "biases"].index(kind), int(owner), slot.start, slot.size))
    kept = {name: array for name, array in state.items() if not name.startswith(CARRIED)}
    return {**kept, CARRIED: np.append(state[CARRIED], flat), CARRIED_BY: np.array(rows)}
