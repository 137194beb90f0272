"""The maps of a layer shaped as an image: which channels its card shows, and where each map lies on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from nnstudio.catalog.fields import is_image, neuron_of
from nnstudio.document import Layer
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

MOST_MAPS = 16  # a layer with more channels does not show all of them
SIDES = ((1, 132.0, 1), (3, 84.0, 1), (4, 72.0, 2), (8, 60.0, 2), (MOST_MAPS, 50.0, 2))  # maps, side, columns
PICTURE, CHANNEL = 132.0, 38.0  # sides of a colour picture and of its three maps
SMALLEST = 14.0  # of a map that is far wider than high
SPACE, CAPTION = 9.0, 12.0
TITLE, FOOT = 56.0, 36.0  # from the card's edges to the maps
MORE = 18.0  # the line that tells of the channels left out


@dataclass(frozen=True, slots=True)
class Tile:
    """One map on a card: its channel, and its place in scene units."""

    channel: int
    column: int
    rect: QRectF


@dataclass(frozen=True, slots=True)
class MapGrid:
    """The maps of a card; ``left_out`` channels are not shown. Above those of a colour input is its ``picture``."""

    layer: Layer
    tiles: tuple[Tile, ...]
    columns: int
    left_out: int
    more: QRectF
    picture: QRectF | None = None

    def tile(self, channel: int) -> Tile | None:
        """The map of a channel, where it is shown."""
        return next((tile for tile in self.tiles if tile.channel == channel), None)

    def neuron_at(self, point: QPointF) -> int | None:
        """The neuron whose pixel lies under a scene point."""
        height, width, _ = self.layer.shape
        for tile in self.tiles:
            if tile.rect.contains(point):
                row = int((point.y() - tile.rect.top()) / tile.rect.height() * height)
                column = int((point.x() - tile.rect.left()) / tile.rect.width() * width)
                return neuron_of(self.layer, min(row, height - 1), min(column, width - 1), tile.channel)
        return None

    def pixel(self, neuron: int) -> QRectF | None:
        """The pixel of a neuron, where its map is shown."""
        height, width, channels = self.layer.shape
        place, channel = divmod(neuron, channels)
        tile = self.tile(channel)
        if tile is None:
            return None
        row, column = divmod(place, width)
        wide, high = tile.rect.width() / width, tile.rect.height() / height
        return QRectF(tile.rect.left() + column * wide, tile.rect.top() + row * high, wide, high)

    def step(self, neuron: int, dx: int, dy: int) -> int | None:
        """The neuron beside another one, in the same map or the next one on that side; None at the card's edge."""
        height, width, channels = self.layer.shape
        place, channel = divmod(neuron, channels)
        row, column = divmod(place, width)
        row, column = row + dy, column + dx
        shown = [tile.channel for tile in self.tiles]
        if channel not in shown:
            return None
        if not (0 <= row < height and 0 <= column < width):
            here = shown.index(channel)
            there = here + dx + dy * self.columns
            if not 0 <= there < len(shown) or (dx and there // self.columns != here // self.columns):
                return None
            channel, row, column = shown[there], row % height, column % width
        return neuron_of(self.layer, row, column, channel)

    def port(self, tile: Tile) -> float:
        """The height at which what arrives at a map meets the card: maps in one row are told apart a little."""
        apart = (tile.rect.height() + CAPTION) / (2 if self.picture else self.columns)
        return tile.rect.center().y() + (tile.column - (self.columns - 1) / 2) * apart


def shown_channels(count: int, keep: Collection[int], strongest: Sequence[int]) -> tuple[int, ...]:
    """The channels that are shown, in their order: all of a few; of many the first, the last, ``keep``, the strongest.

    Of ``keep`` all are shown, even where they are more than there is room for.
    """
    if count <= MOST_MAPS:
        return tuple(range(count))
    chosen = {0, count - 1, *(channel for channel in keep if 0 <= channel < count)}
    for channel in (*strongest, *range(count)):
        if len(chosen) >= MOST_MAPS:
            break
        chosen.add(channel)
    return tuple(sorted(chosen))


def is_colour(layer: Layer) -> bool:
    """Whether a layer's three maps are the red, green and blue of one picture."""
    return layer.kind == "input" and is_image(layer) and layer.shape[2] == 3


def map_name(layer: Layer, channel: int) -> str:
    """What stands below a map: its number, or the colour that it is of a picture."""
    return (tr("red"), tr("green"), tr("blue"))[channel] if is_colour(layer) else str(channel + 1)


def picture_size(layer: Layer) -> tuple[float, float]:
    """The width and height of a colour picture, in scene units."""
    height, width, _ = layer.shape
    scale = PICTURE / max(height, width)
    return max(SMALLEST, width * scale), max(SMALLEST, height * scale)


def plan(layer: Layer, channels: Sequence[int]) -> tuple[int, float, float]:
    """(columns, width, height) of the maps of so many channels, in scene units."""
    side, columns = next(((side, columns) for most, side, columns in SIDES if len(channels) <= most), SIDES[-1][1:])
    if is_colour(layer):
        side, columns = CHANNEL, 3
    if len(channels) > MOST_MAPS:  # a layer that was opened by hand
        columns = min(8, -(-len(channels) // 8))
    height, width, _ = layer.shape
    scale = side / max(height, width)
    return columns, max(SMALLEST, width * scale), max(SMALLEST, height * scale)


def card_size(layer: Layer, channels: Sequence[int]) -> tuple[float, float]:
    """The width and height of a card with these maps."""
    columns, wide, high = plan(layer, channels)
    rows = -(-len(channels) // columns)
    more = MORE if len(channels) < layer.shape[2] else 0.0
    above, broad = 0.0, columns * (wide + SPACE) - SPACE
    if is_colour(layer):
        over = picture_size(layer)
        above, broad = over[1] + SPACE, max(broad, over[0])
    return max(108.0, broad + 24.0), TITLE + above + rows * (high + CAPTION) + more + FOOT


def map_grid(layer: Layer, channels: Sequence[int], x: float, top: float) -> MapGrid:
    """The maps on a card around ``x``."""
    columns, wide, high = plan(layer, channels)
    left = x - (columns * (wide + SPACE) - SPACE) / 2
    tiles, picture, above = [], None, top + TITLE
    if is_colour(layer):
        over = picture_size(layer)
        picture = QRectF(x - over[0] / 2, above, *over)
        above = picture.bottom() + SPACE
    for place, channel in enumerate(channels):
        row, column = divmod(place, columns)
        rect = QRectF(left + column * (wide + SPACE), above + row * (high + CAPTION), wide, high)
        tiles.append(Tile(channel, column, rect))
    below = tiles[-1].rect.bottom() + CAPTION
    more = QRectF(x - 60.0, below, 120.0, MORE)
    return MapGrid(layer, tuple(tiles), columns, layer.shape[2] - len(channels), more, picture)


def tile_images(layer: Layer, rgba: NDArray[np.uint8], channels: Sequence[int]) -> dict[int, QImage]:
    """Channel -> its map, a pixel a neuron; ``rgba`` is (neurons, 4)."""
    height, width, count = layer.shape
    if rgba.shape[0] != layer.size:
        return {}
    maps = rgba.reshape(height, width, count, 4)
    found = {}
    for channel in channels:
        pixels = np.ascontiguousarray(maps[:, :, channel])
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
        found[channel] = image.convertToFormat(QImage.Format.Format_RGB32)  # a copy
    return found


def colour_image(layer: Layer, rgba: NDArray[np.uint8]) -> QImage | None:
    """The picture that three maps printed in grey, RGBA (neurons, 4), are the red, green and blue of."""
    height, width, count = layer.shape
    if rgba.shape[0] != layer.size or count != 3:
        return None
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    pixels[:, :, :3] = rgba.reshape(height, width, 3, 4)[..., 0]
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy


def mosaic(layer: Layer, rgba: NDArray[np.uint8], channels: Sequence[int] | None) -> QImage | None:
    """All maps in one picture, a seam between them; ``channels`` by default those that an open card shows.

    Of a colour input the picture alone.
    """
    if is_colour(layer):
        return colour_image(layer, rgba)
    height, width, count = layer.shape
    if rgba.shape[0] != layer.size:
        return None
    if channels is None:
        channels = shown_channels(count, (), ())
    columns = plan(layer, channels)[0]
    rows, seam = -(-len(channels) // columns), max(1, max(height, width) // 8)
    picture = np.zeros((rows * (height + seam) - seam, columns * (width + seam) - seam, 4), dtype=np.uint8)
    maps = rgba.reshape(height, width, count, 4)
    for place, channel in enumerate(channels):
        row, column = divmod(place, columns)
        top, left = row * (height + seam), column * (width + seam)
        picture[top : top + height, left : left + width] = maps[:, :, channel]
    high, wide = picture.shape[:2]
    image = QImage(picture.data, wide, high, wide * 4, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy


def fitted(rect: QRectF, image: QImage) -> QRectF:
    """The largest place in the middle of ``rect`` with the image's proportions."""
    scale = min(rect.width() / image.width(), rect.height() / image.height())
    wide, high = image.width() * scale, image.height() * scale
    return QRectF(rect.center().x() - wide / 2, rect.center().y() - high / 2, wide, high)


def grey(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """RGBA (neurons, 4) of pixels as an image is printed: ``low`` is black, ``high`` is white."""
    span = high - low if high > low else 1.0
    share = np.clip((np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) / span, 0.0, 1.0)
    rgba = np.full((len(values), 4), 255, dtype=np.uint8)
    rgba[:, :3] = np.rint(12 + 238 * share)[:, None].astype(np.uint8)
    bad = ~np.isfinite(values)
    if bad.any():
        color = theme.colors.q("error")
        rgba[bad, :3] = (color.red(), color.green(), color.blue())
    return rgba


__all__ = ["MapGrid", "Tile", "is_image"]
