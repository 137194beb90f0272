"""Keeps the part of each card that stands still as a picture, so that a live frame or a pan only copies it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.look import Look
from nnstudio.ui.canvas.paint import paint_small, paint_still, still_rect
from nnstudio.ui.theme import theme

LARGEST = 4_000_000  # device pixels; a larger card (zoomed far in) is painted afresh
EACH = 40_000  # pixels that cost as much as a card's words
MOVING, MOST = 160_000, 3_000_000  # pixels of cards that are painted for one picture
PATIENCE = 0.15  # while the view moves: by how much larger or smaller a card is shown before it is painted anew


@dataclass(frozen=True, slots=True)
class _Card:
    """One card as it was last painted: at which zoom, and where in its picture the card begins (device pixels)."""

    item: LayerItem
    look: Look
    zoom: float
    ratio: float
    left: float
    top: float
    theme: str
    small: QImage | None
    picture: QPixmap


class CardCache:
    """Layer id -> the picture of its card for the look, zoom and theme in which it was last painted."""

    def __init__(self) -> None:
        self._cards: dict[int, _Card] = {}
        self._room, self._moving = MOST, False
        self._begun = True
        self._seen: tuple[object, ...] = ()
        self._placed: dict[int, tuple[LayerItem, QImage | None, Look, tuple[QPixmap, QRectF]]] = {}
        self._grew = False
        self.waiting = False  # a card was shown as it looked at another zoom

    def begin(self, room: int = MOST, moving: bool = False) -> None:
        """A picture is begun: so many pixels of cards may be painted anew, others are shown larger or smaller.

        While the view is ``moving``, cards that are nearly as they should be are not painted anew at all.
        """
        self._room, self._moving, self.waiting, self._begun = room, moving, False, True

    def of(
        self, item: LayerItem, look: Look, camera: Camera, ratio: float, small: QImage | None = None
    ) -> tuple[QPixmap, QRectF] | None:
        """The picture of a card and where it belongs in view pixels; None where it would be too large to keep.

        ``small`` is the miniature that it shows from afar, where that stands still too.
        """
        if self._begun:
            self._begun, seen = False, (camera.key, ratio, theme.name)
            if seen != self._seen:
                self._seen = seen
                self._placed.clear()
        placed = self._placed.get(item.layer.id)
        if placed and placed[0] is item and placed[1] is small and (placed[2] is look or placed[2] == look):
            return placed[3]
        found = self._find(item, look, camera, ratio, small)
        if found is not None and not self._grew:
            self._placed[item.id] = (item, small, look, found)
        return found

    def _find(
        self, item: LayerItem, look: Look, camera: Camera, ratio: float, small: QImage | None
    ) -> tuple[QPixmap, QRectF] | None:
        self._grew = False
        rect = still_rect(item)
        scale = camera.zoom * ratio
        x, y = rect.left() * scale + camera.x * ratio, rect.top() * scale + camera.y * ratio
        # The picture lies on whole pixels; what is left over is painted into it, so that the card is at its true place.
        left, top = round(x - floor(x), 4), round(y - floor(y), 4)
        kept = self._cards.get(item.id)
        if kept and kept.item is item and kept.small is small and kept.look == look:
            there = (kept.zoom, kept.ratio, kept.left, kept.top, kept.theme)
            if there == (camera.zoom, ratio, left, top, theme.name):
                return kept.picture, _at(kept.picture, floor(x) / ratio, floor(y) / ratio)
        nearly = kept is not None and self._moving and _nearly(kept, look, camera)
        if kept and (nearly or self._room <= 0) and _serves(kept, item, look, ratio):
            self.waiting = self._grew = True
            return kept.picture, _grown(kept, camera)
        size = QSize(int(rect.width() * scale) + 2, int(rect.height() * scale) + 2)
        if size.width() * size.height() > LARGEST:
            return None
        self._room -= size.width() * size.height() + EACH
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
        self._cards[item.id] = _Card(item, look, camera.zoom, ratio, left, top, theme.name, small, picture)
        return picture, _at(picture, floor(x) / ratio, floor(y) / ratio)

    def keep(self, layers: set[int]) -> None:
        """Drop the pictures of all other layers."""
        for gone in self._cards.keys() - layers:
            del self._cards[gone]
            self._placed.pop(gone, None)


def _at(picture: QPixmap, x: float, y: float) -> QRectF:
    return QRectF(QPointF(x, y), picture.deviceIndependentSize())


def _serves(kept: _Card, item: LayerItem, look: Look, ratio: float) -> bool:
    """Whether an old picture shows the same, seen from another distance."""
    if kept.ratio != ratio or kept.theme != theme.name or kept.item.layer is not item.layer:
        return False
    same = kept.item is item or (
        (kept.item.x, kept.item.y, kept.item.folded) == (item.x, item.y, item.folded)
        and kept.item.neurons == item.neurons
    )
    return same and (look == kept.look or replace(look, far=kept.look.far) == kept.look)


def _nearly(kept: _Card, look: Look, camera: Camera) -> bool:
    """Whether an old picture differs little from what would be painted now."""
    return abs(kept.zoom / camera.zoom - 1.0) < PATIENCE and abs(kept.look.far - look.far) < 2 * PATIENCE


def _grown(kept: _Card, camera: Camera) -> QRectF:
    """Where an old picture belongs at another zoom."""
    grown = camera.zoom / kept.zoom
    inside = QPointF(kept.left, kept.top) * (grown / kept.ratio)
    return QRectF(
        camera.to_view(still_rect(kept.item).topLeft()) - inside,
        kept.picture.deviceIndependentSize() * grown,
    )
