"""How the distribution of weights moved: a bounded history of histograms, one for each bundle of synapses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Parameters

Floats = NDArray[np.float64]
BINS = 256
MOST = 48  # kept moments; then every second one is dropped and the stride doubles
SAMPLED = 20_000  # of a larger matrix every n-th weight is counted


@dataclass(frozen=True)
class Histogram:
    """Counts of finite weights in ``BINS`` equal bins from -``reach`` to +``reach`` (a power of two)."""

    reach: float
    counts: Floats
    broken: bool = False  # some weights are not finite

    @staticmethod
    def of(weights: Floats) -> Histogram:
        """The histogram of an array of weights of any shape."""
        values = weights.ravel()
        if values.size > SAMPLED:
            values = values[:: -(-values.size // SAMPLED)]
        finite = values[np.isfinite(values)]
        largest = float(np.abs(finite).max(initial=0.0))
        reach = 2.0 ** math.ceil(math.log2(largest)) if largest > 1e-6 else 2.0**-19
        places = ((finite + reach) * (BINS / (2 * reach))).astype(np.intp)
        counts = np.bincount(np.minimum(places, BINS - 1), minlength=BINS).astype(np.float64)
        return Histogram(reach, counts, len(finite) < len(values))

    def reaching(self, reach: float) -> Histogram:
        """The same counts on a wider range (``reach`` a power of two times this one's): neighbours are merged."""
        counts, mine = self.counts, self.reach
        while mine < reach:
            middle = counts.reshape(-1, 2).sum(axis=1)
            counts = np.zeros(BINS)
            counts[BINS // 4 : 3 * BINS // 4] = middle
            mine *= 2
        return Histogram(mine, counts, self.broken)


@dataclass
class Moments:
    """Histograms by epoch, thinned to at most ``MOST``; the oldest and the newest are always kept."""

    stride: int = 1
    epochs: list[int] = field(default_factory=list)
    moments: list[Mapping[int, Histogram]] = field(default_factory=list)
    newest: dict[int, tuple[Floats, Histogram]] = field(default_factory=dict)  # weights last seen, counted once

    def clear(self) -> None:
        """Forget everything."""
        self.stride = 1
        self.epochs.clear()
        self.moments.clear()
        self.newest.clear()

    def back_to(self, epoch: int) -> None:
        """Forget what came at ``epoch`` or later (after a reset or an undo)."""
        while self.epochs and self.epochs[-1] >= epoch:
            self.epochs.pop()
            self.moments.pop()

    def add(self, epoch: int, parameters: Parameters) -> None:
        """Remember the weights at ``epoch``; the newest moment is replaced while it lies within the stride."""
        known = self.newest
        self.newest = {
            key: known[key] if key in known and known[key][0] is weights else (weights, Histogram.of(weights))
            for key, weights in parameters.weights.items()
        }
        moment = {key: histogram for key, (_, histogram) in self.newest.items()}
        self.back_to(epoch)
        if len(self.epochs) >= 2 and epoch - self.epochs[-2] < self.stride:
            self.epochs.pop()
            self.moments.pop()
        self.epochs.append(epoch)
        self.moments.append(moment)
        if len(self.epochs) > MOST:
            self.stride = max(self.stride * 2, (self.epochs[-1] - self.epochs[0]) * 2 // MOST)
            del self.epochs[1:-1:2]
            del self.moments[1:-1:2]

    def of(self, synapses: tuple[int, ...], rows: int) -> list[tuple[int, Histogram]]:
        """At most ``rows`` (epoch, histogram of all those bundles together), the newest last, spread over time."""
        found = [
            (epoch, [moment[key] for key in synapses])
            for epoch, moment in zip(self.epochs, self.moments, strict=True)
            if all(key in moment for key in synapses)
        ]
        if len(found) > rows:
            epochs = np.array([epoch for epoch, _ in found], dtype=np.float64)
            wanted = np.linspace(epochs[0], epochs[-1], rows)
            places = np.unique(np.abs(epochs[None, :] - wanted[:, None]).argmin(axis=1))
            found = [found[place] for place in places]
        reach = max((h.reach for _, group in found for h in group), default=1.0)
        return [
            (
                epoch,
                Histogram(
                    reach,
                    np.sum([h.reaching(reach).counts for h in group], axis=0),
                    any(h.broken for h in group),
                ),
            )
            for epoch, group in found
        ]


def density(histogram: Histogram, width: float) -> tuple[Floats, Floats]:
    """A smooth curve over the bins' middles: Gaussian kernels of standard deviation ``width``, area 1."""
    step = 2 * histogram.reach / BINS
    middles: Floats = -histogram.reach + (np.arange(BINS, dtype=np.float64) + 0.5) * step
    total = float(histogram.counts.sum())
    if not total:
        return middles, np.zeros(BINS)
    reach = max(1, min(BINS // 2 - 1, math.ceil(3 * width / step)))
    offsets = np.arange(-reach, reach + 1) * step
    kernel = np.exp(-0.5 * (offsets / max(width, step / 2)) ** 2)
    kernel /= kernel.sum()
    heights: Floats = np.convolve(histogram.counts, kernel, mode="same") / (total * step)
    return middles, heights


def bandwidth(histogram: Histogram) -> float:
    """Silverman's rule of thumb, 0.9 min(s, IQR/1.34) n^(-1/5), from the counts (Silverman 1986, eq. 3.31)."""
    step = 2 * histogram.reach / BINS
    middles = -histogram.reach + (np.arange(BINS) + 0.5) * step
    total = float(histogram.counts.sum())
    if total < 1:
        return step
    mean = float(histogram.counts @ middles) / total
    deviation = math.sqrt(float(histogram.counts @ (middles - mean) ** 2) / total)
    share = np.cumsum(histogram.counts) / total
    quarter, three = middles[np.searchsorted(share, [0.25, 0.75]).clip(0, BINS - 1)].tolist()
    spread = min(deviation, (three - quarter) / 1.34) if three > quarter else deviation
    return float(max(step, 0.9 * spread * total**-0.2))
