"""Where the layers of a figure stand: as on the canvas, drawn closer together; tidied up where they stand nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nnstudio.document import Document, Position
from nnstudio.document.tidy import Extent, tidy
from nnstudio.exports.columns import Column

CLOSER = (0.55, 0.5)  # than on the canvas, across and down
LARGER = 4.0  # spread no further than this, else the layout is given up
BETWEEN, BESIDE, BELOW = 78.0, 18.0, 22.0  # wired layers; other neighbours; layers one below the other


def places(document: Document, columns: Mapping[int, Column]) -> dict[int, Position]:
    """Layer id -> the centre of its picture, in points."""
    network = document.network
    if all(layer in document.layout for layer in network.layers):
        found = _spread(document, columns)
        if found is not None:
            return found
    extents = {}
    for i, column in columns.items():
        left, top, right, bottom = column.bounds
        extents[i] = Extent(-left, right, 2 * max(-top, bottom))
    return tidy(network, extents, across=BETWEEN - 24, down=BELOW)


def _spread(document: Document, columns: Mapping[int, Column]) -> dict[int, Position] | None:
    """The layout of the canvas, as small as it can be without overlaps; None where it would have to be very large."""
    ids = list(columns)
    at = np.array([document.layout[i] for i in ids], np.float64)
    bounds = np.array([columns[i].bounds for i in ids])
    boxes = np.array([columns[i].box for i in ids])
    dx, dy = at[None, :, 0] - at[:, None, 0], at[None, :, 1] - at[:, None, 1]
    order = {layer: place for place, layer in enumerate(ids)}
    wired = np.zeros((len(ids), len(ids)), np.bool_)
    for synapses in document.network.synapses.values():
        wired[order[synapses.source], order[synapses.target]] = True
    wired |= wired.T
    # What a pair needs: the right one's reach to the left and the left one's to the right, or the same downwards.
    across = np.where(dx >= 0, bounds[:, None, 2] - bounds[None, :, 0], bounds[None, :, 2] - bounds[:, None, 0])
    bodies = np.where(dx >= 0, boxes[:, None, 2] - boxes[None, :, 0], boxes[None, :, 2] - boxes[:, None, 0])
    across = np.maximum(across + BESIDE, np.where(wired, bodies + BETWEEN, 0.0))
    down = np.where(dy >= 0, bounds[:, None, 3] - bounds[None, :, 1], bounds[None, :, 3] - bounds[:, None, 1]) + BELOW
    with np.errstate(divide="ignore"):
        wide, high = across / np.abs(dx), down / np.abs(dy)
    scale = [CLOSER[0], CLOSER[1]]
    np.fill_diagonal(wide, 0.0)
    for _ in range(2 * len(ids)):
        bad = (wide > scale[0] + 1e-9) & (high > scale[1] + 1e-9)
        if not bad.any():
            break
        i, j = np.argwhere(bad)[0]
        # The way that needs the smaller growth of the whole drawing.
        axis = 0 if wide[i, j] / scale[0] <= high[i, j] / scale[1] else 1
        scale[axis] = float(wide[i, j] if axis == 0 else high[i, j])
        if scale[axis] > LARGER:
            return None
    return {layer: (float(x * scale[0]), float(y * scale[1])) for layer, (x, y) in zip(ids, at, strict=True)}
