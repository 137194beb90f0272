"""Lets a second thread help with large pictures: columns of pixels are handed out band by band."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from itertools import pairwise

BANDS = 8


def in_bands(left: int, right: int, draw: Callable[[int, int], None]) -> None:
    """Call ``draw(left, right)`` for parts of [left, right) until all is drawn; it must not need the interpreter lock.

    The helper takes bands while it gets time; where training keeps all cores busy, this thread does most of them. An
    exception of the helper's is raised here.
    """
    if (os.cpu_count() or 1) < 2 or right - left < 16 * BANDS:
        draw(left, right)
        return
    edges = [left + (right - left) * band // BANDS for band in range(BANDS + 1)]
    waiting = list(pairwise(edges))
    failed: list[Exception] = []

    def work() -> None:
        while waiting:
            try:
                band = waiting.pop()
            except IndexError:
                return  # the other thread was quicker
            draw(*band)

    def help_out() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 (raised again in the thread that waits)
            failed.append(error)

    helper = threading.Thread(target=help_out, name="nnstudio canvas")
    helper.start()
    try:
        work()
    finally:
        helper.join()
    if failed:
        raise failed[0]
