"""What cards and neurons show of themselves in pictures: miniatures from afar, maps, images and weights near by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nnstudio.document import Array, Network, Parameters
from nnstudio.ui.canvas.labels import Labels
from nnstudio.ui.canvas.maps import is_image, mosaic
from nnstudio.ui.canvas.miniature import incoming, miniature, picture
from nnstudio.ui.canvas.responses import (
    Columns,
    Maps,
    Responses,
    image_side,
    liked_image,
    maps_of,
    telling_columns,
)

if TYPE_CHECKING:
    from nnstudio.ui.canvas.layer_item import LayerItem
    from nnstudio.ui.canvas.surface import Surface


SMALL_SECONDS = 0.2  # while training a miniature is not made more often
MOST = 4  # miniatures that are made anew for one picture


class Details:
    """Makes pictures when they are seen; maps are computed in the background, one request at a time."""

    def __init__(self, view: Surface) -> None:
        self._view = view
        self.labels = Labels()
        self.responses = Responses()
        self._small: dict[int, tuple[list[Any], QImage, float]] = {}
        self._synapses: object = None  # these and the weights are what the miniatures that need no look are of:
        self._weights: Mapping[int, Array] = {}
        self._fresh: dict[int, QImage] = {}
        self._room, self.waiting = MOST, False
        self._mosaics: dict[int, tuple[NDArray[np.uint8], LayerItem, QImage | None]] = {}
        self._columns: Columns | None = None
        self._stale = True
        self._asked = False

    @property
    def columns(self) -> Columns | None:
        """The two inputs over which neurons show their response; None lets the data decide."""
        return self._columns

    @columns.setter
    def columns(self, columns: Columns | None) -> None:
        self._columns = columns
        self._stale = True
        self._view.viewport().update()

    def forget(self, colors_too: bool = False) -> None:
        """Values have changed, or ``colors_too``."""
        if colors_too:
            self._small.clear()
            self._fresh.clear()
        self.responses.forget(colors_too)
        self._stale = True

    def begin(self, room: int = MOST) -> None:
        """A picture is begun: so many miniatures may be made anew; other layers keep theirs until the next one."""
        self._room, self.waiting = room, False

    def small(self, layer: int) -> QImage | None:
        """The miniature of a layer's incoming weights; of an input its activations, a row for each neuron."""
        view = self._view
        item = view.shown.layers.get(layer)
        if item is not None and is_image(item.layer):
            return self._maps(item)
        network, parameters = view.session.document.network, view.parameters
        if self._synapses is not network.synapses or self._weights is not parameters.weights:
            self._follow(network, parameters)
        if layer in self._fresh:
            return self._fresh[layer]
        parts = incoming(network, parameters, layer)
        values = None if parts else view.inputs.get(layer)
        if not parts and values is not None:
            parts = [values.reshape(-1, 1)]
        known = self._small.get(layer)
        if known is not None:
            used, shown, made = known
            if len(used) == len(parts) and all(a is b.base or a is b for a, b in zip(used, parts, strict=True)):
                if network.incoming[layer]:
                    self._fresh[layer] = shown
                return shown
            if view.session.state == "running" and perf_counter() - made < SMALL_SECONDS:
                return shown
            if self._room <= 0:
                self.waiting = True
                return shown
        shares = miniature(parts)
        if shares is None:
            return None
        self._room -= 1
        shown = picture(shares)
        self._small[layer] = ([part if part.base is None else part.base for part in parts], shown, perf_counter())
        return shown

    def _follow(self, network: Network, parameters: Parameters) -> None:
        """Forget the miniatures of layers at which other weights arrive now."""
        synapses, weights, known = network.synapses, parameters.weights, self._weights
        if self._synapses is not synapses:
            self._fresh = {}
        elif self._fresh and weights is not known:
            other = [i for i in synapses if weights.get(i) is not known.get(i)]
            for layer in {synapses[i].target for i in other}:
                self._fresh.pop(layer, None)
        self._synapses, self._weights = synapses, weights

    def _maps(self, item: LayerItem) -> QImage | None:
        """The maps of an image for the chosen sample, side by side as its open card shows them."""
        fill = self._view.fills.get(item.id)
        if fill is None:
            return None
        known = self._mosaics.get(item.id)
        if known is None or known[0] is not fill or known[1] is not item:
            channels = [tile.channel for tile in item.maps.tiles] if item.maps else None
            known = (fill, item, mosaic(item.layer, fill, channels))
            self._mosaics[item.id] = known
        return known[2]

    def response(self, layer: int, neuron: int) -> QImage | None:
        """A neuron's response map, or the image it likes."""
        view = self._view
        network, dataset = view.session.document.network, view.session.dataset
        return self.responses.picture(
            layer, neuron, lambda: liked_image(network, view.parameters, dataset, layer, neuron)
        )

    def ask(self) -> None:
        """Have the maps of all neurons computed, where they are not those of the present weights."""
        view = self._view
        dataset, document = view.session.dataset, view.session.document
        if not self._stale or self._asked or dataset is None:
            return
        self._stale = False
        inputs = document.network.of_kind("input")
        if any(image_side(layer.shape, layer.labels, dataset) for layer in inputs):
            return
        columns = self._columns or telling_columns(dataset)
        if columns is None or max(columns) >= int(np.prod(dataset.input_shape)):
            return
        self._asked = True
        work = partial(maps_of, document.network, view.parameters, dataset, columns)
        view.session.background.submit(f"response maps of canvas {id(view)}", work, self._take)

    def _take(self, maps: Maps) -> None:
        self._asked = False
        self.responses.take(maps)
        self._view.viewport().update()
