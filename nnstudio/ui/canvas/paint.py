"""Paints the cards of layers: frame, title, neurons, names, ports, buttons and badges, in scene units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnstudio.catalog import activations
from nnstudio.document import Layer
from nnstudio.ui.canvas.layer_item import BUTTON, PORT, LayerItem
from nnstudio.ui.canvas.text import LABEL, LABEL_MOST, elided, font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors

SMALLEST_TEXT = 0.42  # below this zoom text could not be read and is left out
CORNER = 16.0
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Look:
    """How one card is shown at the moment."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False  # the keyboard's ring
    armed: bool = False  # ports and buttons
    port_hot: bool = False
    button_hot: str = ""
    target: bool = False  # a wire may end here
    chosen: bool = False  # the wire in hand ends here
    dimmed: bool = False
    neuron: int | None = None  # the selected one
    hot_neuron: int | None = None
    ghost: bool = False  # a layer that is not there yet
    subtitle_hot: bool = False
    title_hidden: bool = False  # the inline editor lies over it


def opacity(look: Look) -> float:
    """How clearly a card is seen."""
    return 0.32 if look.dimmed else 0.75 if look.ghost else 1.0


def subtitle(layer: Layer) -> str:
    """Size and activation in words."""
    if layer.kind == "input":
        if len(layer.labels) == layer.size:
            return tr("{count} attributes", count=layer.size) if layer.size > 1 else tr("1 attribute")
        return tr("{count} inputs", count=layer.size) if layer.size > 1 else tr("1 input")
    return f"{layer.size} · {activations[layer.activation.key].label}"


def paint_layer(
    painter: QPainter,
    item: LayerItem,
    look: Look,
    fill: NDArray[np.uint8] | None,
    colors: Colors,
    zoom: float,
    still_painted: bool = False,
) -> None:
    """Paint one card; ``fill`` is RGBA (neurons, 4), or None while nothing is known about them.

    ``still_painted``: frame, words and rings are there already.
    """
    painter.setOpacity(opacity(look))
    if not still_painted:
        paint_still(painter, item, look, colors, zoom)
    painter.setPen(Qt.PenStyle.NoPen)
    inner = item.radius - 3.5
    for neuron, y in zip(item.neurons, item.ys, strict=True):
        known = fill is not None and neuron < len(fill)
        painter.setBrush(QColor(*fill[neuron].tolist()) if fill is not None and known else colors.q("raised"))
        painter.drawEllipse(QPointF(item.x, y), inner, inner)
    readable = zoom >= SMALLEST_TEXT
    if look.armed and zoom >= 0.3:
        if item.layer.kind != "output":
            _port(painter, item.out_port, look.port_hot, colors)
        if not look.target and readable:
            _button(painter, item.button("less"), "−", look.button_hot == "less", item.layer.size > 1, colors)
            _button(painter, item.button("more"), "+", look.button_hot == "more", True, colors)
    if look.target:
        _port(painter, item.in_port, look.chosen, colors)
    painter.setOpacity(1.0)


def still_rect(item: LayerItem) -> QRectF:
    """What ``paint_still`` covers."""
    return item.bounds.adjusted(-8, -8, 8, 8)


def paint_still(painter: QPainter, item: LayerItem, look: Look, colors: Colors, zoom: float) -> None:
    """What does not change while the network trains: frame, words and the rings of the neurons."""
    readable = zoom >= SMALLEST_TEXT
    _card(painter, item, look, colors, zoom)
    if readable:
        _titles(painter, item, look, colors)
    for neuron, y in zip(item.neurons, item.ys, strict=True):
        _ring(painter, QPointF(item.x, y), item.radius, look, neuron, colors)
    for gap in item.gaps:
        _gap(painter, item, gap.y, gap.count, readable, colors)
    if readable and item.layer.kind != "hidden":
        _labels(painter, item, look, colors)


def _card(painter: QPainter, item: LayerItem, look: Look, colors: Colors, zoom: float) -> None:
    if look.focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.q("accent", 0.55), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(item.rect.adjusted(-5, -5, 5, 5), CORNER + 5, CORNER + 5)
    if look.chosen or look.target:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.q("accent", 0.35 if look.chosen else 0.16), 6))
        painter.drawRoundedRect(item.rect.adjusted(-3, -3, 3, 3), CORNER + 3, CORNER + 3)
    fill = colors.q("panel", 0.72 if look.selected or look.hovered else 0.55)
    painter.setBrush(fill)
    if look.ghost:
        painter.setPen(QPen(colors.q("accent"), 1.6, Qt.PenStyle.DashLine))
    elif look.selected or look.chosen:
        painter.setPen(QPen(colors.q("accent"), 2))
    elif look.target:
        painter.setPen(QPen(colors.q("accent", 0.8), 1.5))
    elif look.hovered:
        painter.setPen(QPen(colors.q("faint"), 1.2))
    else:
        painter.setPen(QPen(colors.q("line"), max(1.0, 0.8 / zoom)))
    painter.drawRoundedRect(item.rect, CORNER, CORNER)


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


def _ring(
    painter: QPainter, center: QPointF, radius: float, look: Look, neuron: int, colors: Colors
) -> None:
    if neuron == look.neuron:
        pen = QPen(colors.q("accent"), 3)
    elif neuron == look.hot_neuron:
        pen = QPen(colors.q("accent", 0.7), 2)
    else:
        pen = QPen(colors.q("line"), 1.5)
    painter.setPen(pen)
    painter.setBrush(colors.q("background"))
    painter.drawEllipse(center, radius, radius)


def _gap(painter: QPainter, item: LayerItem, y: float, count: int, readable: bool, colors: Colors) -> None:
    if not readable:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("faint"))
        for step in (-8, 0, 8):
            painter.drawEllipse(QPointF(item.x, y + step), 2, 2)
        return
    painter.setFont(font(11.5))
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


def _port(painter: QPainter, center: QPointF, hot: bool, colors: Colors) -> None:
    if hot:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("accent", 0.25))
        painter.drawEllipse(center, PORT + 6, PORT + 6)
    painter.setPen(QPen(colors.q("accent"), 2))
    painter.setBrush(colors.q("accent" if hot else "panel"))
    painter.drawEllipse(center, PORT, PORT)


def _button(painter: QPainter, center: QPointF, sign: str, hot: bool, enabled: bool, colors: Colors) -> None:
    painter.setPen(QPen(colors.q("accent" if hot and enabled else "line"), 1.2))
    painter.setBrush(colors.q("raised"))
    painter.drawEllipse(center, BUTTON, BUTTON)
    painter.setPen(QPen(colors.q("faint" if not enabled else "accent" if hot else "dim"), 1.6))
    painter.drawLine(center + QPointF(-4, 0), center + QPointF(4, 0))
    if sign == "+":
        painter.drawLine(center + QPointF(0, -4), center + QPointF(0, 4))


def paint_badge(painter: QPainter, center: QPointF, severity: str, colors: Colors) -> None:
    """A small sign on an object with a problem: a round one for an error, a triangle for a warning."""
    color = colors.q("error" if severity == "error" else "warning")
    painter.setPen(QPen(colors.q("background"), 2))
    painter.setBrush(color)
    if severity == "error":
        painter.drawEllipse(center, 9, 9)
    else:
        x, y = center.x(), center.y()
        painter.drawConvexPolygon([QPointF(x, y - 10), QPointF(x + 10, y + 8), QPointF(x - 10, y + 8)])
    painter.setPen(QPen(colors.q("background"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(center + QPointF(0, -4.5), center + QPointF(0, 1))
    painter.drawPoint(center + QPointF(0, 5))


def paint_bubble(painter: QPainter, point: QPointF, text: str, inside: QRectF, color: QColor, colors: Colors) -> None:
    """Words next to the pointer (view pixels), kept ``inside`` the view."""
    painter.setFont(font(12))
    wide = min(320.0, inside.width() - 24)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    needed = painter.fontMetrics().boundingRect(QRectF(0, 0, wide, 400).toRect(), int(flags), text)
    rect = QRectF(point.x() + 16, point.y() + 14, needed.width() + 22, needed.height() + 14)
    rect.moveRight(min(rect.right(), inside.right() - 8))
    rect.moveLeft(max(rect.left(), inside.left() + 8))
    if rect.bottom() > inside.bottom() - 8:
        rect.moveBottom(point.y() - 10)
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(colors.q("raised"))
    painter.drawRoundedRect(rect, 7, 7)
    painter.setPen(colors.q("text"))
    painter.drawText(rect.adjusted(11, 7, -10, -6), int(flags), text)
