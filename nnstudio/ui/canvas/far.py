"""A card seen from afar, or folded up: name, shape, parameters, and room for the picture of its weights."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from nnstudio.ui.canvas.layer_item import ABOVE, BELOW, LayerItem
from nnstudio.ui.canvas.look import Look, subtitle
from nnstudio.ui.canvas.text import font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import count_text

NAME, LINE = 11.5, 10.0  # text, in view pixels
NARROWEST = 22.0  # view pixels; on a narrower card no word could be read
CENTER = Qt.AlignmentFlag.AlignCenter


def _plan(item: LayerItem, zoom: float) -> tuple[int, float, float]:
    """How many lines fit, and where the picture begins and ends, in scene units from the card's edges."""
    scale = max(zoom, 0.01) if zoom < 1 else 1.0
    wide, high = item.rect.width() * scale, item.rect.height() * scale
    lines = 0 if wide < NARROWEST else 1 if high < 44 else 2 if high < 62 else 3
    above = (0.0, 17.0, 30.0, 30.0)[lines] + 4.0
    below = 18.0 if lines == 3 else 5.0
    if not item.folded:
        # Where there is room the rows lie on the neurons that they fade into.
        return lines, max(above / scale, ABOVE - item.radius), max(below / scale, BELOW - item.radius)
    return lines, above / scale, below / scale


def miniature_rect(item: LayerItem, zoom: float) -> QRectF:
    """Where the picture of the weights lies on the card."""
    _, above, below = _plan(item, zoom)
    side = min(14.0, item.rect.width() * 0.12)
    rect = item.rect.adjusted(side, above, -side, -below)
    return rect if rect.height() > 0 else QRectF(rect.left(), item.rect.center().y(), rect.width(), 0.0)


def paint_far(painter: QPainter, item: LayerItem, look: Look, colors: Colors, zoom: float) -> None:
    """The words of the card, as large on the screen at every zoom."""
    lines, _, _ = _plan(item, zoom)
    if not lines:
        return
    scale = zoom if zoom < 1 else 1.0
    left, wide = item.rect.left() + 4 / scale, item.rect.width() - 8 / scale
    top = item.rect.top()
    if not look.title_hidden:
        rect = QRectF(left, top + 5 / scale, wide, 14 / scale)
        _line(painter, rect, (item.layer.name,), NAME, scale, True, colors.q("text"), Qt.TextElideMode.ElideMiddle)
    if lines > 1:
        rect = QRectF(left, top + 18 / scale, wide, 13 / scale)
        hot = "accent" if look.subtitle_hot else "dim"
        short = "×".join(str(length) for length in item.layer.shape)
        _line(painter, rect, (subtitle(item.layer), short), LINE, scale, False, colors.q(hot))
    if lines > 2 and look.parameters:
        count = count_text(look.parameters)
        texts = (tr("{count} parameters", count=count), tr("{count} par.", count=count), count)
        rect = QRectF(left, item.rect.bottom() - 17 / scale, wide, 13 / scale)
        _line(painter, rect, texts, LINE, scale, False, colors.q("dim"))


def _line(
    painter: QPainter,
    rect: QRectF,
    texts: tuple[str, ...],
    pixels: float,
    scale: float,
    strong: bool,
    color: QColor,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """The longest of ``texts`` that fits, the last one cut off where none does: names keep their number."""
    used = font(round(pixels / scale, 2), strong)
    metrics = QFontMetricsF(used)
    text = next((text for text in texts if metrics.horizontalAdvance(text) <= rect.width()), None)
    if text is None:
        text = metrics.elidedText(texts[-1], cut, rect.width())
    painter.setFont(used)
    painter.setPen(color)
    painter.drawText(rect, CENTER, text)
