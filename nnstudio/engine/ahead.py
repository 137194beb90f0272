"""Has the next batch's samples on their way while this one's slopes are worked out; used in compiled code.

Samples lie anywhere in memory. Who asks for them only when they are needed waits for memory a tenth of a batch; asked
for little by little between the tiles of a product, they cost a third of that.
"""

from __future__ import annotations

from typing import Any

from nnstudio.engine.compiled import compiled
from nnstudio.engine.vectors import address_of, pointer_like, prefetch, shifted

# Places of a thread's queue, int64: which samples it holds (the address of their places; 0: none), the next one in it
# and its end, how many bytes of each sample this thread will read and how many of the next one are fetched, which
# member of the team it is, and the samples' addresses
WHOSE, NEXT, END, BYTES, FETCHED, MEMBER, ADDRESSES = range(7)
MOST = 1 << 18  # bytes that are fetched ahead: they must still be near when they are gathered
LINE, LINES = 64, 13  # bytes that a processor fetches at once, and so many of them at a time, or it has to wait


@compiled
def expect(queue: Any, data: Any, wide: int, whose: int, count: int, members: int) -> None:
    """Fill the queue with this member's share of each of the ``count`` samples whose places lie at ``whose``."""
    queue[WHOSE], queue[NEXT], queue[END], queue[FETCHED] = whose, 0, 0, 0
    if whose == 0:
        return
    low, high = wide * queue[MEMBER] // members, wide * (queue[MEMBER] + 1) // members
    queue[BYTES] = address_of(shifted(data, high)) - address_of(shifted(data, low))
    if queue[BYTES] * count > MOST:
        return
    places = pointer_like(queue, whose)
    for k in range(count):
        queue[ADDRESSES + k] = address_of(shifted(data, places[k] * wide + low))
    queue[END] = count


@compiled
def waits(queue: Any) -> bool:
    """Whether samples are left that are not on their way yet."""
    left: bool = queue[NEXT] < queue[END]
    return left


@compiled
def fetch_some(queue: Any) -> None:
    """Have a little more of the samples fetched."""
    begin, end = queue[FETCHED], min(queue[BYTES], queue[FETCHED] + LINE * LINES)
    start = queue[ADDRESSES + queue[NEXT]]
    for place in range(begin, end, LINE):
        prefetch(pointer_like(queue, start + place))
    queue[FETCHED] = end
    if end == queue[BYTES]:
        queue[NEXT] += 1
        queue[FETCHED] = 0
