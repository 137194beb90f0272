"""The pixels of inputs as an image is printed: as they were before the data was scaled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Dataset, Document
from nnstudio.ui.canvas.maps import grey, is_image

Colors = Mapping[int, NDArray[np.uint8]]


class Printing:
    """Puts printed images in the place of the colours of inputs that are images; kept while both stay."""

    def __init__(self) -> None:
        self._scaled: tuple[Dataset | None, Array, Array, float, float] = (None, np.zeros(0), np.zeros(0), 0.0, 1.0)
        self._made: tuple[Colors, Colors] = ({}, {})

    def over(self, colors: Colors, document: Document, dataset: Dataset | None, values: Mapping[int, Array]) -> Colors:
        """``colors``, RGBA (neurons, 4) by layer; images from black, the least value of the data, to white."""
        inputs = [layer for layer in document.network.of_kind("input") if layer.id in values]
        if not any(is_image(layer) for layer in inputs) or dataset is None or not len(dataset.inputs):
            return colors
        if self._made[0] is colors and self._scaled[0] is dataset:
            return self._made[1]
        if self._scaled[0] is not dataset:
            flat = dataset.inputs.reshape(len(dataset.inputs), -1)
            center, scale = scaling(document, flat.shape[1])
            some = flat[:: max(1, len(flat) // 64)] * scale + center
            self._scaled = (dataset, center, scale, float(np.nanmin(some)), float(np.nanmax(some)))
        _, center, scale, low, high = self._scaled
        found, start = dict(colors), 0
        for layer in inputs:
            here = slice(start, start + layer.size)
            start += layer.size
            if is_image(layer) and start <= len(center):
                found[layer.id] = grey(values[layer.id] * scale[here] + center[here], low, high)
        self._made = (colors, found)
        return found


def scaling(document: Document, columns: int) -> tuple[Array, Array]:
    """What was subtracted from each input column, and what it was divided by, (columns,) each."""
    center, scale = np.zeros(columns), np.ones(columns)
    fitted = document.data.preparation if document.data else None
    names = [column for column in fitted.inputs for _ in column.neurons] if fitted else []
    if len(names) == columns:
        for place, column in enumerate(names):
            if column.kind == "numeric":
                center[place], scale[place] = column.center, column.scale
    return center, scale
