"""The incoming weights of a layer as one small picture: a row for each neuron, a column for each source."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from nnstudio.document import Array, Network, Parameters
from nnstudio.ui.theme import theme

MOST_ROWS, MOST_COLUMNS = 64, 48  # more are pooled: of each group the strongest weight is shown
SEAM = 1  # empty columns between two bundles


def incoming(network: Network, parameters: Parameters, layer: int) -> list[Array]:
    """The weights that arrive at a layer, one (neurons, sources) for each bundle."""
    found = [parameters.weights.get(s.id) for s in network.incoming[layer]]
    return [w.T for w in found if w is not None and w.ndim == 2 and w.size]


def miniature(parts: list[Array]) -> Array | None:
    """Pooled weights as shares of the largest (-1 to 1), at most 64 rows; nan between bundles. None without any."""
    if not parts:
        return None
    rows = min(part.shape[0] for part in parts)
    columns = max(4, MOST_COLUMNS // len(parts))
    pooled = [pool(part[:rows], MOST_ROWS, columns) for part in parts]
    seam = np.full((len(pooled[0]), SEAM), np.nan)
    values = np.concatenate([one for part in pooled for one in (part, seam)][:-1], axis=1)
    limit = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    shares: Array = np.where(np.isfinite(values), values, 0.0) / limit
    ends = np.cumsum([part.shape[1] + SEAM for part in pooled[:-1]])
    for place in range(1, SEAM + 1):
        shares[:, ends.astype(np.int64) - place] = np.nan
    return shares


def pool(values: Array, rows: int, columns: int) -> Array:
    """(n, m) -> at most (rows, columns): of every group the value that is furthest from zero, with its sign."""
    for axis, most in ((0, rows), (1, columns)):
        count = values.shape[axis]
        if count > most:
            edges = np.arange(most) * count // most
            high = np.maximum.reduceat(values, edges, axis=axis)
            low = np.minimum.reduceat(values, edges, axis=axis)
            values = np.where(high >= -low, high, low)
    return values


def picture(shares: Array) -> QImage:
    """Shares from -1 to 1 as a picture, a pixel each: blue above zero, orange below; nan is see-through."""
    hollow = ~np.isfinite(shares)
    rgba = theme.diverging(np.where(hollow, 0.0, shares))
    if hollow.any():
        rgba[hollow] = 0
    pixels = np.ascontiguousarray(rgba)
    height, width = shares.shape
    shown = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    return shown.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy, in the form painted fastest
