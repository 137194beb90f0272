"""The next batch's samples are on their way while slopes are worked out: the right ones, each once, and all in time."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.document import Part, Progress, Training
from nnstudio.engine import layout
from nnstudio.engine.ahead import (
    ADDRESSES,
    BYTES,
    END,
    FETCHED,
    LINE,
    LINES,
    MEMBER,
    MOST,
    NEXT,
    WHOSE,
    expect,
    fetch_some,
    waits,
)
from nnstudio.engine.compiled import compiled
from nnstudio.engine.run import FLAGS
from nnstudio.engine.vectors import pointer_to
from nnstudio.engine.work import Work


@compiled
def expected(queue, data, wide, whose, count, members):
    expect(pointer_to(queue), pointer_to(data), wide, whose, count, members)


@compiled
def went_on(queue):
    if waits(pointer_to(queue)):
        fetch_some(pointer_to(queue))
        return True
    return False


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("wide", [5, 784, 1001])
@pytest.mark.parametrize("members", [1, 2, 3])
def test_members_together_fetch_each_byte_of_the_coming_samples_once(dtype: str, wide: int, members: int) -> None:
    data = np.zeros((40, wide), dtype)
    places = np.array([7, 39, 0, 12], dtype=np.int64)
    fetched = np.zeros(data.nbytes, dtype=int)
    for member in range(members):
        queue = np.zeros(ADDRESSES + len(places), dtype=np.int64)
        queue[MEMBER] = member
        expected(queue, data, wide, places.ctypes.data, len(places), members)
        assert queue[WHOSE] == places.ctypes.data
        while True:
            before = queue.copy()
            if not went_on(queue):
                break
            start = before[ADDRESSES + before[NEXT]] - data.ctypes.data
            end = queue[FETCHED] if queue[NEXT] == before[NEXT] else before[BYTES]
            assert 0 < end - before[FETCHED] <= LINE * LINES
            fetched[start + before[FETCHED] : start + end] += 1
        assert queue[NEXT] == queue[END] == len(places)
    rows = fetched.reshape(len(data), -1)
    assert (rows[places] == 1).all()
    assert rows.sum() == rows[places].sum()


def test_nothing_is_fetched_where_nothing_comes_or_too_much() -> None:
    data, places = np.zeros((3, MOST), np.uint8), np.array([2, 1], dtype=np.int64)
    queue = np.zeros(ADDRESSES + 2, dtype=np.int64)
    expected(queue, data, MOST, places.ctypes.data, 2, 1)
    assert not went_on(queue)
    expected(queue, data, MOST, places.ctypes.data, 1, 1)
    assert went_on(queue)
    expected(queue, data, MOST, 0, 0, 1)
    assert not went_on(queue)


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_run_fetches_what_its_next_batch_reads(make, accumulate: int) -> None:
    document = make.chain((350, 300, 130, 10), "relu", "softmax")
    data = make.classes(350, 10, 700)
    training = Training(Part("cross_entropy"), Part.of("sgd", learning_rate=0.01), 128, 3, accumulate=accumulate)
    flags = np.zeros(FLAGS, dtype=np.int64)
    work = Work(document.network, document.parameters, training, data, Progress(), flags, team=2)
    job, order = work._team.job, work._order
    queue = work.table.offsets[int(work._facts[layout.QUEUE_AT]) :]
    part = 128 // accumulate
    for done in range(1, 6):
        work.advance(1, 1)
        left = len(data.train) - 128 * done
        assert job[layout.AHEAD] == order.ctypes.data + 8 * 128 * done
        assert job[layout.COMING] == min(part, left) > 0
        assert queue[WHOSE] == job[layout.AHEAD]
        rows = order[128 * done : 128 * done + min(part, left)]
        assert (queue[ADDRESSES : ADDRESSES + len(rows)] == work._data.ctypes.data + rows * work._data[0].nbytes).all()
        assert queue[NEXT] == queue[END] == len(rows)
    work.advance(1)
    assert job[layout.AHEAD] == 0  # what comes in another epoch is not known yet
