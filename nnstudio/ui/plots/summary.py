"""A growing curve in summary: its extremes and means block by block, so that millions of epochs draw in a moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.ui.plots.curves import condensed, decimated

Floats = NDArray[np.float64]
BLOCK = 256


class Summary:
    """Follows one series; finished epochs do not change, so only new blocks are looked at.

    A series that is not the continuation of the last one (after a reset, an undo) is noticed and begun anew.
    """

    def __init__(self) -> None:
        self.values: Floats = np.empty(0)
        self._done = 0  # blocks summarised
        self._x: Floats = np.empty(0)  # two points a block, in their order: epochs and values
        self._y: Floats = np.empty(0)
        self._means: Floats = np.empty(0)
        self._check: tuple[NDArray[np.intp], Floats] = (np.empty(0, np.intp), np.empty(0))

    def follow(self, values: Floats) -> None:
        """Take the series as it is now."""
        places, seen = self._check
        if len(places) and (places[-1] >= len(values) or not np.array_equal(values[places], seen, equal_nan=True)):
            self._done, self._x, self._y, self._means = 0, np.empty(0), np.empty(0), np.empty(0)
        self.values = values
        blocks = len(values) // BLOCK
        if blocks > self._done:
            first, last = self._done * BLOCK, blocks * BLOCK
            new = values[first:last].reshape(-1, BLOCK)
            epochs = np.arange(first + 1, last + 1, dtype=np.float64)
            x, y = decimated(epochs, values[first:last], len(new))
            count = 2 * len(new)  # without the last point, which ``decimated`` adds
            self._x, self._y = np.append(self._x, x[:count]), np.append(self._y, y[:count])
            self._means = np.append(self._means, new.mean(axis=1))
            self._done = blocks
        if len(values):
            places = np.unique(np.linspace(0, len(values) - 1, 16).astype(np.intp))
            self._check = (places, values[places].copy())

    def points(self, first: int, last: int, columns: int) -> tuple[Floats, Floats]:
        """Epochs (from 1) and values of the slice ``first`` to ``last``, about two for each of ``columns`` at most."""
        span = last - first
        if span < columns * BLOCK:
            return decimated(np.arange(first + 1, last + 1, dtype=np.float64), self.values[first:last], columns)
        begin, end = -(-first // BLOCK), min(last // BLOCK, self._done)
        rest = slice(end * BLOCK, last)
        x = np.concatenate([self._x[2 * begin : 2 * end], np.arange(rest.start + 1, last + 1, dtype=np.float64)])
        y = np.concatenate([self._y[2 * begin : 2 * end], self.values[rest]])
        return decimated(x, y, columns)

    def means(self, first: int, last: int, parts: int) -> tuple[Floats, Floats]:
        """Epochs and values ``first`` to ``last`` as the means of about ``parts`` equal parts."""
        if last - first < parts * BLOCK:
            return condensed(np.arange(first + 1, last + 1, dtype=np.float64), self.values[first:last], parts)
        begin, end = -(-first // BLOCK), min(last // BLOCK, self._done)
        middles = np.arange(begin, end, dtype=np.float64) * BLOCK + (BLOCK + 1) / 2
        return condensed(middles, self._means[begin:end], parts)
