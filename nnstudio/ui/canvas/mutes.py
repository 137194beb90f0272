"""The marks of what is switched off: muted neurons are struck out, muted and bypassed layers dashed and named so."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnstudio.document import Document
from nnstudio.ui.canvas.layer_item import LayerItem
from nnstudio.ui.canvas.text import font
from nnstudio.ui.muting import muted_neurons, off_words
from nnstudio.ui.theme import Colors

TEXT = 10.5  # pixels on the screen from afar, scene units nearer
CORNER = 16.0
MOST_PIXELS = 1024


def paint_mutes(
    painter: QPainter, document: Document, item: LayerItem, far: float, colors: Colors, zoom: float
) -> None:
    """The marks of one layer, over its card."""
    words = off_words(document, item.id)
    if not words:
        return
    muted = muted_neurons(document, item.id)
    if document.network.layers[item.id].bypassed or len(muted) == item.layer.size:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.q("background"), max(2.4, 2.4 / zoom)))
        painter.drawRoundedRect(item.rect, CORNER, CORNER)
        painter.setPen(QPen(colors.q("dim"), max(1.3, 1.3 / zoom), Qt.PenStyle.DashLine))
        painter.drawRoundedRect(item.rect, CORNER, CORNER)
    if far < 0.5 and item.maps:
        _strike_pixels(painter, item, muted, colors)
    elif far < 0.5 and not item.folded:
        for neuron, y in zip(item.neurons, item.ys, strict=True):
            if neuron in muted:
                _strike(painter, QPointF(item.x, y), item.radius, colors)
    _tag(painter, item.rect, words, colors, min(1.0, zoom))


def _strike(painter: QPainter, center: QPointF, radius: float, colors: Colors) -> None:
    """A neuron crossed out, its ring dashed."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colors.q("background"), 3.2))
    painter.drawEllipse(center, radius, radius)
    painter.setPen(QPen(colors.q("dim"), 1.6, Qt.PenStyle.DashLine))
    painter.drawEllipse(center, radius, radius)
    reach = QPointF(radius * 0.86, -radius * 0.86)
    for color, wide in (("background", 5.0), ("text", 2.2)):
        painter.setPen(QPen(colors.q(color), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(center - reach, center + reach)


def _strike_pixels(painter: QPainter, item: LayerItem, muted: frozenset[int], colors: Colors) -> None:
    """The pixels of an image that send 0, crossed out where they are few enough to be told apart."""
    if item.maps is None or len(muted) > MOST_PIXELS:
        return
    pixels = [pixel for neuron in sorted(muted) if (pixel := item.maps.pixel(neuron)) is not None]
    for color, wide in (("background", 1.8), ("text", 0.8)):
        painter.setPen(QPen(colors.q(color), wide))
        painter.drawLines([QLineF(pixel.bottomLeft(), pixel.topRight()) for pixel in pixels])


def _tag(painter: QPainter, card: QRectF, words: str, colors: Colors, scale: float) -> None:
    """The words on the upper edge of the card, as large on the screen at every zoom."""
    used = font(round(TEXT / scale, 2), strong=True)
    wide = QFontMetricsF(used).horizontalAdvance(words) + 14 / scale
    high = 17 / scale
    box = QRectF(card.center().x() - wide / 2, card.top() - high * 0.8, wide, high)
    painter.setPen(QPen(colors.q("dim"), 1 / scale))
    painter.setBrush(colors.q("raised"))
    painter.drawRoundedRect(box, high / 2, high / 2)
    painter.setFont(used)
    painter.setPen(colors.q("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
