"""Neurons seen from near by: their picture in a tile, their value around it, name and bias below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.canvas.text import elided, font
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import signed, tabular

if TYPE_CHECKING:
    from nnstudio.ui.canvas.layer_item import LayerItem
    from nnstudio.ui.canvas.surface import Surface

NAME, VALUE = 5.0, 4.6  # text, in scene units
ROUND = 4.5
HALO = 3.6  # around a picture, so that the ring of the neuron in which it lies does not look out
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class NeuronWords:
    """What is written at a neuron."""

    name: str
    value: str
    bias: str


def words_of(view: Surface, item: LayerItem, neuron: int) -> NeuronWords:
    """Name, value for the chosen sample, and bias; empty where there is none."""
    values = view.activity.values.get(item.id)
    value = signed(float(values[neuron])) if values is not None and neuron < len(values) else ""
    biases = view.parameters.biases.get(item.id) if item.layer.has_bias else None
    bias = signed(float(biases[neuron % len(biases)])) if biases is not None and len(biases) else ""
    return NeuronWords(item.layer.label(neuron), value, bias)


def words_rect(item: LayerItem, y: float) -> QRectF:
    """Where name, value and bias of a neuron stand: below it, as high as the next one leaves room."""
    high = min(15.0, item.pitch - 2 * item.radius - 1.5)
    return QRectF(item.rect.left() + 3, y + item.radius + 1.0, item.rect.width() - 6, high)


def paint_near(painter: QPainter, view: Surface, item: LayerItem, colors: Colors, share: float, seen: QRectF) -> None:
    """Pictures and words of the neurons in ``seen``, over what the middle magnification paints."""
    painter.save()
    clear = painter.opacity() * share
    fill = view.fills.get(item.id)
    mask = view.session.document.parameters.frozen_biases.get(item.id)
    held = frozenset(np.flatnonzero(mask).tolist()) if mask is not None else frozenset[int]()
    for neuron, y in zip(item.neurons, item.ys, strict=True):
        if not seen.top() - 40 < y < seen.bottom() + 40:
            continue
        center = QPointF(item.x, y)
        picture = view.details.response(item.id, neuron)
        painter.setOpacity(clear)
        if picture is not None:
            color = QColor(*fill[neuron].tolist()) if fill is not None and neuron < len(fill) else colors.q("raised")
            mine = NeuronRef(item.id, neuron) in view.selection.neurons | {view.selection.neuron}
            _tile(painter, center, item.radius, picture, color, colors, mine)
            if neuron in held:
                paint_lock(painter, center + QPointF(1, -1) * item.radius * 0.9, colors, 2.8)
        _words(painter, words_rect(item, y), words_of(view, item, neuron), colors)
    painter.restore()


def _tile(
    painter: QPainter, center: QPointF, radius: float, picture: QImage, color: QColor, colors: Colors, chosen: bool
) -> None:
    """The picture in a rounded square whose edge has the colour of the neuron's value."""
    half = radius * 0.9
    rect = QRectF(center.x() - half, center.y() - half, 2 * half, 2 * half)
    painter.setPen(QPen(colors.q("accent"), 1.2) if chosen else Qt.PenStyle.NoPen)
    painter.setBrush(colors.q("background"))
    painter.drawRoundedRect(rect.adjusted(-HALO, -HALO, HALO, HALO), ROUND + HALO, ROUND + HALO)
    path = QPainterPath()
    path.addRoundedRect(rect, ROUND, ROUND)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, picture.width() > 12)
    painter.drawImage(rect, picture)
    painter.restore()
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, ROUND, ROUND)


def _words(painter: QPainter, rect: QRectF, words: NeuronWords, colors: Colors) -> None:
    numbers = words.value
    if words.bias:
        numbers += ("   " if numbers else "") + tr("b {bias}", bias=words.bias)
    one_line = rect.height() < NAME + VALUE + 2.5
    small = tabular(font(VALUE))
    if one_line:
        text = f"{words.name}   {numbers}" if numbers else words.name
        _pill(painter, QRectF(rect.left(), rect.top(), rect.width(), VALUE + 2.2), text, small, colors.q("dim"), colors)
        return
    top = QRectF(rect.left(), rect.top(), rect.width(), NAME + 1.8)
    _pill(painter, top, elided(words.name, NAME, rect.width(), strong=True), font(NAME, True), colors.q("text"), colors)
    if numbers:
        below = QRectF(rect.left(), top.bottom() + 0.3, rect.width(), VALUE + 1.8)
        _pill(painter, below, numbers, small, colors.q("dim"), colors)


def _pill(painter: QPainter, rect: QRectF, text: str, used: QFont, color: QColor, colors: Colors) -> None:
    """Text on a strip that keeps the synapses behind it from crossing it out."""
    wide = QFontMetricsF(used).horizontalAdvance(text) + 5.0
    box = QRectF(rect.center().x() - wide / 2, rect.top(), wide, rect.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.q("panel", 0.86))
    painter.drawRoundedRect(box, 2.4, 2.4)
    painter.setFont(used)
    painter.setPen(color)
    painter.drawText(rect, CENTER, text)
