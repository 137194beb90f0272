"""How synapses look: weights become widths, colours and opacities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.theme import Colors

THIN, THICK = 0.5, 4.0  # scene units
FAINT, STRONG, LIT = 0.18, 0.53, 0.95  # opacities: a weight of zero, the strongest, an emphasised one


@dataclass(frozen=True, slots=True)
class Strokes:
    """What is drawn of one bundle, faint ones first: all (curves,); ``half`` is half the width in scene units."""

    y0: Array
    y1: Array
    half: Array
    color: NDArray[np.uint32]
    alpha: Array


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Which synapses of a bundle stand out."""

    target: int | None = None  # all that arrive at this neuron
    source: int | None = None  # all that leave this neuron
    place: int | None = None  # this curve, with a halo
    hot: int | None = None  # this curve, under the pointer
    all: bool = False


def strokes(item: BundleItem, weights: Array | None, colors: Colors, emphasis: Emphasis) -> Strokes:
    """The strokes of ``item``; without weights thin grey ones."""
    count = len(item.sources)
    values = np.zeros(count) if weights is None else item.values(weights)
    finite = np.isfinite(values)
    size = np.abs(np.where(finite, values, 0.0))
    # An untrained wide layer has small weights: the strongest of a bundle is always visible, 4 is always full width.
    share = np.minimum(1.0, size / min(4.0, max(0.25, float(size.max(initial=0.0)))))
    half = (THIN + (THICK - THIN) * share) / 2
    alpha = FAINT + (STRONG - FAINT) * np.minimum(1.0, share * 1.6)
    color = np.where(values >= 0, _packed(colors.positive), _packed(colors.negative)).astype(np.uint32)
    if weights is None:
        color[:] = _packed(colors.dim)
    color[~finite] = _packed(colors.error)
    lit = np.full(count, emphasis.all)
    if emphasis.target is not None:
        lit |= item.targets == emphasis.target
    if emphasis.source is not None:
        lit |= item.sources == emphasis.source
    alpha = np.where(lit, LIT if not emphasis.all else 0.8, alpha)
    order = np.lexsort((share, lit))
    result = (item.y0[order], item.y1[order], half[order], color[order], alpha[order])
    extra: list[tuple[float, float, float, int, float]] = []
    for k, halo in ((emphasis.hot, 1.5), (emphasis.place, 2.5)):
        if k is not None:
            ends = (float(item.y0[k]), float(item.y1[k]))
            extra.append((*ends, float(half[k]) + halo, _packed(colors.accent), 0.45))
            extra.append((*ends, float(half[k]) + 0.25, int(color[k]), 1.0))
    if not extra:
        return Strokes(*result)
    y0, y1, wide, shade, clear = (list(column) for column in zip(*extra, strict=True))
    return Strokes(
        np.append(result[0], y0),
        np.append(result[1], y1),
        np.append(result[2], wide),
        np.append(result[3], np.array(shade, dtype=np.uint32)),
        np.append(result[4], clear),
    )


def _packed(color: str) -> int:
    return int(color[1:], 16)
