"""Paints the cards of layers: frame, title, neurons, names, ports, buttons and badges, in scene units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.ui.canvas.far import miniature_rect, paint_far
from nnstudio.ui.canvas.layer_item import BUTTON, PORT, LayerItem
from nnstudio.ui.canvas.look import Look, beside, opacity, subtitle
from nnstudio.ui.canvas.map_paint import paint_frames, paint_images
from nnstudio.ui.canvas.maps import fitted, is_image
from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.canvas.text import LABEL, LABEL_MOST, elided, font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors

MOST_GAP_TEXT = 16.0  # view pixels: near by, what is left out says so no louder than what is there
MOST_PORT = 11.0  # view pixels
SMALLEST_TEXT = 0.42  # below this zoom text could not be read and is left out
CORNER = 16.0
CENTER = Qt.AlignmentFlag.AlignCenter


def paint_layer(
    painter: QPainter,
    item: LayerItem,
    look: Look,
    fill: NDArray[np.uint8] | None,
    colors: Colors,
    zoom: float,
    still_painted: bool = False,
    small: QImage | None = None,
) -> None:
    """Paint one card; ``fill`` is RGBA (neurons, 4), or None while nothing is known about them.

    ``still_painted``: frame, words and rings are there already. ``small`` is the picture of the incoming weights.
    """
    far = 1.0 if item.folded else look.far
    if not still_painted:
        painter.setOpacity(opacity(look))
        paint_still(painter, item, look, colors, zoom)
    if far < 1:
        painter.setOpacity(opacity(look) * (1 - far))
        if item.maps:
            paint_images(painter, item, fill, zoom)
        _fills(painter, item, fill, colors)
    if far > 0 and small is not None:
        painter.setOpacity(opacity(look) * far)
        paint_small(painter, item, small, zoom)
    painter.setOpacity(opacity(look))
    if look.armed and zoom >= 0.3:
        if item.layer.kind != "output":
            _port(painter, item.out_port, look.port_hot, colors, zoom)
        if not look.target and far < 0.5 and zoom >= SMALLEST_TEXT:
            count = item.layer.shape[2] if item.maps else item.layer.size
            _button(painter, item.button("less"), "−", look.button_hot == "less", count > 1, colors)
            _button(painter, item.button("more"), "+", look.button_hot == "more", True, colors)
        if not look.target:
            _chevron(painter, item.fold, item.folded, look.fold_hot, colors)
    if look.target:
        _port(painter, item.in_port, look.chosen, colors, zoom)
    painter.setOpacity(1.0)


def paint_small(painter: QPainter, item: LayerItem, small: QImage, zoom: float) -> None:
    """Paint the picture of a card seen from afar."""
    rect = miniature_rect(item, zoom)
    if is_image(item.layer):
        rect = fitted(rect, small)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, rect.width() * zoom < small.width())
    painter.drawImage(rect, small)


def still_rect(item: LayerItem) -> QRectF:
    """What ``paint_still`` covers."""
    return item.bounds.adjusted(-8, -8, 8, 8)


def paint_still(painter: QPainter, item: LayerItem, look: Look, colors: Colors, zoom: float) -> None:
    """What does not change while the network trains: frame, words and the rings of the neurons."""
    far = 1.0 if item.folded else look.far
    clear = painter.opacity()
    _card(painter, item, look, colors, zoom)
    if far > 0:
        painter.setOpacity(clear * max(0.0, 2 * far - 1))  # words never lie over other words
        paint_far(painter, item, look, colors, zoom)
    if far < 1:
        painter.setOpacity(clear * max(0.0, 1 - 2 * far))
        _titles(painter, item, look, colors)
        painter.setOpacity(clear * (1 - far))
        for neuron, y in zip(item.neurons, item.ys, strict=True):
            _ring(painter, QPointF(item.x, y), item.radius, look, neuron, colors)
        paint_frames(painter, item, look, colors)
        for gap in item.gaps:
            _gap(painter, item, gap.y, gap.count, colors, zoom)
        if item.layer.kind != "hidden" and not item.maps:
            _labels(painter, item, look, colors)
    painter.setOpacity(clear)


def _fills(painter: QPainter, item: LayerItem, fill: NDArray[np.uint8] | None, colors: Colors) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    inner, unknown = item.radius - 3.5, colors.q("raised")
    shown = [neuron for neuron in item.neurons if fill is not None and neuron < len(fill)]
    known = dict(zip(shown, fill[shown].tolist(), strict=True)) if fill is not None and shown else {}
    for neuron, y in zip(item.neurons, item.ys, strict=True):
        painter.setBrush(QColor(*known[neuron]) if neuron in known else unknown)
        painter.drawEllipse(QPointF(item.x, y), inner, inner)


def _card(painter: QPainter, item: LayerItem, look: Look, colors: Colors, zoom: float) -> None:
    if look.focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.q("accent", 0.55), min(1.5, 2.2 / zoom), Qt.PenStyle.DashLine))
        off = min(5.0, 7.0 / zoom)
        painter.drawRoundedRect(item.rect.adjusted(-off, -off, off, off), CORNER + off, CORNER + off)
    if look.chosen or look.target:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.q("accent", 0.35 if look.chosen else 0.16), 6))
        painter.drawRoundedRect(item.rect.adjusted(-3, -3, 3, 3), CORNER + 3, CORNER + 3)
    clear = 0.72 if look.selected or look.hovered else 0.55
    painter.setBrush(colors.q("panel", 1.0 if item.folded else clear + (1.0 - clear) * look.far))
    if look.ghost:
        painter.setPen(QPen(colors.q("accent"), 1.6, Qt.PenStyle.DashLine))
    elif look.selected or look.chosen:
        painter.setPen(QPen(colors.q("accent"), max(min(2.0, 2.6 / zoom), 1.6 / zoom)))
    elif look.target:
        painter.setPen(QPen(colors.q("accent", 0.8), 1.5))
    elif look.hovered:
        painter.setPen(QPen(colors.q("faint"), 1.2))
    else:
        painter.setPen(QPen(colors.q("line"), max(min(1.0, 1.5 / zoom), 0.8 / zoom)))
    painter.drawRoundedRect(item.rect, CORNER, CORNER)
    if item.folded:  # a second edge below: there is more in it
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(item.rect.bottomLeft() + QPointF(18, 5), item.rect.bottomRight() + QPointF(-18, 5))


def _titles(painter: QPainter, item: LayerItem, look: Look, colors: Colors) -> None:
    if not look.title_hidden:
        painter.setFont(font(13, strong=True))
        painter.setPen(colors.q("text"))
        name = elided(item.layer.name, 13, item.title_rect.width(), strong=True)
        painter.drawText(item.title_rect, CENTER, name)
    painter.setFont(font(11.5))
    painter.setPen(colors.q("accent" if look.subtitle_hot else "dim"))
    rect = item.subtitle_rect
    painter.drawText(rect, CENTER, elided(subtitle(item.layer), 11.5, rect.width()))
    signs = "" if look.armed else beside(item.layer)  # the buttons stand there
    if signs:
        painter.setPen(colors.q("dim"))
        painter.drawText(item.signs_rect, CENTER, elided(signs, 11.5, rect.width()))


def _ring(painter: QPainter, center: QPointF, radius: float, look: Look, neuron: int, colors: Colors) -> None:
    if neuron == look.neuron or neuron in look.neurons:
        pen = QPen(colors.q("accent"), 3)
    elif neuron == look.hot_neuron:
        pen = QPen(colors.q("accent", 0.7), 2)
    else:
        pen = QPen(colors.q("faint", 0.85), 1.5)
    painter.setPen(pen)
    painter.setBrush(colors.q("background"))
    painter.drawEllipse(center, radius, radius)
    if neuron in look.held:
        paint_lock(painter, center + QPointF(radius * 0.78, -radius * 0.78), colors)
    if neuron in look.pinned:
        _pin(painter, center + QPointF(-radius * 0.8, -radius * 0.8), colors)


def _pin(painter: QPainter, center: QPointF, colors: Colors) -> None:
    painter.setPen(QPen(colors.q("panel"), 1.2))
    painter.setBrush(colors.q("accent"))
    painter.drawEllipse(center, 3.4, 3.4)


def _gap(painter: QPainter, item: LayerItem, y: float, count: int, colors: Colors, zoom: float) -> None:
    painter.setFont(font(round(min(11.5, MOST_GAP_TEXT / zoom), 1)))
    painter.setPen(colors.q("dim"))
    painter.drawText(QRectF(item.rect.left(), y - 12, item.rect.width(), 24), CENTER, tr("… {count} more", count=count))


def _labels(painter: QPainter, item: LayerItem, look: Look, colors: Colors) -> None:
    painter.setFont(font(LABEL))
    left = item.layer.kind == "input"
    align = (Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
    x = item.rect.left() - 10 - LABEL_MOST if left else item.rect.right() + 10
    if not item.layer.labels:
        return
    for neuron, y in zip(item.neurons, item.ys, strict=True):
        painter.setPen(colors.q("text" if neuron in (look.neuron, look.hot_neuron) else "dim"))
        text = elided(item.layer.label(neuron), LABEL, LABEL_MOST)
        painter.drawText(QRectF(x, y - 10, LABEL_MOST, 20), align, text)


def _port(painter: QPainter, center: QPointF, hot: bool, colors: Colors, zoom: float) -> None:
    radius = min(PORT, MOST_PORT / zoom)
    if hot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("accent", 0.25))
        painter.drawEllipse(center, radius * 1.9, radius * 1.9)
    painter.setPen(QPen(colors.q("accent"), 2 * radius / PORT))
    painter.setBrush(colors.q("accent" if hot else "panel"))
    painter.drawEllipse(center, radius, radius)


def _chevron(painter: QPainter, center: QPointF, folded: bool, hot: bool, colors: Colors) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.q("raised", 0.9 if hot else 0.0))
    painter.drawEllipse(center, BUTTON - 1, BUTTON - 1)
    line = QPen(colors.q("accent" if hot else "dim"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(line)
    way = 1.0 if folded else -1.0
    for side in (-1, 1):
        tip = center + QPointF(0, 2.2 * way)
        painter.drawLine(center + QPointF(4.2 * side, -2.2 * way), tip)


def _button(painter: QPainter, center: QPointF, sign: str, hot: bool, enabled: bool, colors: Colors) -> None:
    painter.setPen(QPen(colors.q("accent" if hot and enabled else "line"), 1.2))
    painter.setBrush(colors.q("raised"))
    painter.drawEllipse(center, BUTTON, BUTTON)
    painter.setPen(QPen(colors.q("faint" if not enabled else "accent" if hot else "dim"), 1.6))
    painter.drawLine(center + QPointF(-4, 0), center + QPointF(4, 0))
    if sign == "+":
        painter.drawLine(center + QPointF(0, -4), center + QPointF(0, 4))
