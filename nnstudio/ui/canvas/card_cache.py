"""Keeps the part of each card that stands still as a picture, so that a live frame or a pan only copies it."""

from __future__ import annotations

from math import floor
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.look import Look
from nnstudio.ui.canvas.paint import paint_small, paint_still, still_rect
from nnstudio.ui.theme import theme

LARGEST = 4_000_000  # device pixels; a larger card (zoomed far in) is painted afresh


class CardCache:
    """Layer id -> the picture of its card for the look, zoom and theme in which it was last painted."""

    def __init__(self) -> None:
        self._cards: dict[int, tuple[LayerItem, tuple[Any, ...], QPixmap, QImage | None]] = {}

    def of(
        self, item: LayerItem, look: Look, camera: Camera, ratio: float, small: QImage | None = None
    ) -> tuple[QPixmap, QPointF] | None:
        """The picture of a card and where it belongs in view pixels; None where it would be too large to keep.

        ``small`` is the miniature that it shows from afar, where that stands still too.
        """
        rect = still_rect(item)
        scale = camera.zoom * ratio
        x, y = rect.left() * scale + camera.x * ratio, rect.top() * scale + camera.y * ratio
        # The picture lies on whole pixels; what is left over is painted into it, so that the card is at its true place.
        left, top = round(x - floor(x), 4), round(y - floor(y), 4)
        place = QPointF(floor(x) / ratio, floor(y) / ratio)
        key = (look, camera.zoom, ratio, left, top, theme.name)
        kept = self._cards.get(item.id)
        if kept and kept[0] is item and kept[1] == key and kept[3] is small:
            return kept[2], place
        size = QSize(int(rect.width() * scale) + 2, int(rect.height() * scale) + 2)
        if size.width() * size.height() > LARGEST:
            return None
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(left, top)
        painter.scale(scale, scale)
        painter.translate(-rect.topLeft())
        paint_still(painter, item, look, theme.colors, camera.zoom)
        if small is not None:
            painter.setOpacity(1.0 if item.folded else look.far)
            paint_small(painter, item, small, camera.zoom)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        self._cards[item.id] = (item, key, picture, small)
        return picture, place

    def keep(self, layers: set[int]) -> None:
        """Drop the pictures of all other layers."""
        for gone in self._cards.keys() - layers:
            del self._cards[gone]
