"""Paints the maps of a layer shaped as an image, in scene units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.look import Look
from nnstudio.ui.canvas.maps import CAPTION, colour_image, map_name, tile_images
from nnstudio.ui.canvas.text import font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import count_text

CENTER = Qt.AlignmentFlag.AlignCenter
CRISP = 1.5  # view pixels; larger pixels of a map have sharp edges


def paint_frames(painter: QPainter, item: LayerItem, look: Look, colors: Colors) -> None:
    """What stands still: an empty frame for each map, its number, and how many are not shown."""
    if item.maps is None:
        return
    if item.maps.picture is not None:
        painter.setPen(QPen(colors.q("line"), 1.2))
        painter.setBrush(colors.q("background"))
        painter.drawRect(item.maps.picture.adjusted(-0.6, -0.6, 0.6, 0.6))
    for tile in item.maps.tiles:
        painter.setPen(QPen(colors.q("line"), 1.2))
        painter.setBrush(colors.q("background"))
        painter.drawRect(tile.rect.adjusted(-0.6, -0.6, 0.6, 0.6))
        if item.layer.shape[2] > 1:
            _caption(painter, item, tile.channel, tile.rect, look, colors)
    if item.maps.left_out:
        painter.setFont(font(11.5))
        painter.setPen(colors.q("dim"))
        painter.drawText(item.maps.more, CENTER, tr("… {count} more", count=count_text(item.maps.left_out)))


def _caption(painter: QPainter, item: LayerItem, channel: int, rect: QRectF, look: Look, colors: Colors) -> None:
    pinned = any(neuron % item.layer.shape[2] == channel for neuron in look.pinned)
    painter.setFont(font(8.5, strong=pinned))
    painter.setPen(colors.q("accent" if pinned else "dim"))
    name = map_name(item.layer, channel)
    text = f"• {name}" if pinned else name
    place = QRectF(rect.left() + 1, rect.bottom() + 1, rect.width() - 1, CAPTION - 1)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def paint_images(painter: QPainter, item: LayerItem, fill: NDArray[np.uint8] | None, zoom: float) -> None:
    """The values of the chosen sample, a pixel a neuron; ``fill`` is RGBA (neurons, 4)."""
    maps = item.maps
    if maps is None or fill is None:
        return
    images = tile_images(item.layer, fill, [tile.channel for tile in maps.tiles])
    placed = [(tile.rect, images.get(tile.channel)) for tile in maps.tiles]
    if maps.picture is not None:
        placed.append((maps.picture, colour_image(item.layer, fill)))
    for rect, image in placed:
        if image is not None:
            small = rect.width() * zoom < CRISP * image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
            painter.drawImage(rect, image)
