"""What single neurons answer to: a small map over two inputs, or the incoming weights as the image they like."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nnstudio.catalog.fields import is_image
from nnstudio.document import Array, Dataset, Network, Parameters, StudioError
from nnstudio.ui.canvas.miniature import picture

GRID = 24  # points along each side of a map
MOST_LIKED = 16  # maps
SMALLEST_IMAGE = 25  # inputs; fewer are no image
PIXEL = re.compile(r"r\d+c\d+|(px|pix|pixel|p)?[ _]?\d+([ _x]\d+)?", re.IGNORECASE)

Columns = tuple[int, int]


@dataclass(frozen=True)
class Maps:
    """Layer id -> outputs of its neurons over a plane of two inputs, (neurons, side, side), the first row on top."""

    columns: Columns = (0, 1)
    values: Mapping[int, Array] = field(default_factory=dict)


def image_side(
    layer_shape: tuple[int, ...], labels: tuple[str, ...], dataset: Dataset | None
) -> tuple[int, int] | None:
    """(rows, columns) where inputs are the pixels of an image; None where they are not."""
    shape = dataset.input_shape if dataset is not None and dataset.input_shape else layer_shape
    if len(shape) >= 2:
        return (shape[0], shape[1]) if math.prod(shape) == shape[0] * shape[1] else None
    count = math.prod(layer_shape)
    side = math.isqrt(count)
    if count < SMALLEST_IMAGE or side * side != count or not all(PIXEL.fullmatch(name) for name in labels):
        return None
    return (side, side)


def telling_columns(dataset: Dataset) -> Columns | None:
    """The two inputs that explain most of the targets' variance by themselves; None where there are fewer than two."""
    values = dataset.inputs.reshape(len(dataset.inputs), -1)[dataset.train][:2000].astype(np.float64)
    if values.shape[1] < 2 or not len(values):
        return None
    if values.shape[1] == 2:
        return (0, 1)
    targets = dataset.target_rows[dataset.train][:2000]
    values = values - values.mean(axis=0)
    total = np.maximum((values**2).sum(axis=0), 1e-12)
    if dataset.task == "classification":
        means = (targets.T @ values) / np.maximum(targets.sum(axis=0), 1)[:, None]
        explained = (targets.sum(axis=0)[:, None] * means**2).sum(axis=0) / total
    else:
        centered = targets - targets.mean(axis=0)
        spread = np.maximum(total[:, None] * (centered**2).sum(axis=0), 1e-12)
        explained = ((values.T @ centered) ** 2 / spread).max(axis=1)
    a, b = sorted(np.argsort(-explained, kind="stable")[:2].tolist())
    return (int(a), int(b))


def maps_of(network: Network, parameters: Parameters, dataset: Dataset, columns: Columns) -> Maps:
    """Run a plane of two inputs through the network, the others held at their mean over the training samples."""
    flat = dataset.inputs.reshape(len(dataset.inputs), -1)
    rows = flat[dataset.train] if len(dataset.train) else flat
    held = rows.mean(axis=0).astype(np.float64)
    plane = np.repeat(held[None, :], GRID * GRID, axis=0)
    ends = [(float(flat[:, c].min()), float(flat[:, c].max())) for c in columns]
    plane[:, columns[0]] = np.tile(np.linspace(*ends[0], GRID), GRID)
    plane[:, columns[1]] = np.repeat(np.linspace(ends[1][1], ends[1][0], GRID), GRID)
    from nnstudio.engine import forward  # not before the first paint

    try:
        answers = forward(network, parameters, plane.reshape(-1, *dataset.input_shape), "float32")
    except (StudioError, KeyError):
        return Maps(columns)  # the network is not whole; the session's problems say so
    values = {
        layer: np.ascontiguousarray(answer.a.reshape(GRID, GRID, -1).transpose(2, 0, 1), dtype=np.float64)
        for layer, answer in answers.items()
    }
    return Maps(columns, values)


class Responses:
    """Pictures of single neurons, made when they are seen and forgotten when the values they show change."""

    def __init__(self) -> None:
        self.maps = Maps()
        self._mapped: dict[tuple[int, int], QImage | None] = {}
        self._images: dict[tuple[int, int], QImage | None] = {}

    def take(self, maps: Maps) -> None:
        """Show these maps from now on."""
        self.maps = maps
        self._mapped.clear()

    def forget(self, maps_too: bool = False) -> None:
        """Weights have changed: draw images again; ``maps_too`` where the colours have changed."""
        self._images.clear()
        if maps_too:
            self._mapped.clear()

    def picture(self, layer: int, neuron: int, weights: Callable[[], Array | None]) -> QImage | None:
        """The picture of one neuron: its incoming ``weights`` (rows, columns) where they are an image, else its map."""
        key = (layer, neuron)
        if key not in self._images:
            image = weights()
            self._images[key] = None
            if image is not None:
                limit = float(np.abs(image[np.isfinite(image)]).max(initial=0.0)) or 1.0
                self._images[key] = picture(np.where(np.isfinite(image), image, 0.0) / limit)
        if self._images[key] is not None:
            return self._images[key]
        if key not in self._mapped:
            self._mapped[key] = self._map(layer, neuron)
        return self._mapped[key]

    def _map(self, layer: int, neuron: int) -> QImage | None:
        values = self.maps.values.get(layer)
        if values is None or neuron >= len(values):
            return None
        if np.ptp(values[neuron]) == 0.0 and np.ptp(values) > 0.0:
            return None  # an input that is held at its mean has no response to show
        finite = np.abs(values[np.isfinite(values)])
        limit = max(1.0, float(finite.max(initial=0.0)))
        return picture(np.where(np.isfinite(values[neuron]), values[neuron], 0.0) / limit)


def liked_image(
    network: Network, parameters: Parameters, dataset: Dataset | None, layer: int, neuron: int
) -> NDArray[np.float64] | None:
    """The weights that arrive at a neuron from an input of pixels, as (rows, columns); None where there is none.

    Those of several maps lie side by side; of many maps the strongest.
    """
    for synapses in network.incoming.get(layer, ()):
        source = network.layers[synapses.source]
        weights = parameters.weights.get(synapses.id)
        if weights is None or weights.ndim != 2 or neuron >= weights.shape[1]:
            continue
        if is_image(source) and weights.shape[0] == source.size:
            return _maps_liked(weights[:, neuron].reshape(source.shape))
        if source.kind != "input":
            continue
        side = image_side(source.shape, source.labels, dataset)
        if side is not None and side[0] * side[1] == weights.shape[0]:
            return weights[:, neuron].reshape(side)
    return None


def _maps_liked(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(height, width, channels) -> one picture of the strongest maps in their order, an empty line between them."""
    height, width, channels = weights.shape
    strongest = np.argsort(-np.nan_to_num(np.abs(weights)).sum(axis=(0, 1)), kind="stable")[:MOST_LIKED]
    columns = math.ceil(math.sqrt(len(strongest)))
    rows = -(-len(strongest) // columns)
    seam = 0 if channels == 1 else 1
    shown = np.zeros((rows * (height + seam) - seam, columns * (width + seam) - seam))
    for place, channel in enumerate(sorted(strongest.tolist())):
        top, left = place // columns * (height + seam), place % columns * (width + seam)
        shown[top : top + height, left : left + width] = weights[:, :, channel]
    return shown
