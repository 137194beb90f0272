"""How clearly something is drawn, measured from its pixels as WCAG 2.2 does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

SHARP = 2  # a fine screen, as icons are made for: strokes are then wider than their soft edges


class Picture:
    """All that a window paints, once, so that its parts can be looked at."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        image = QImage(window.size() * SHARP, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARP)
        image.fill(window.palette().window().color())
        window.render(image)
        rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        self.pixels: NDArray[np.uint32] = rows[:, : image.width()].copy()

    def of(self, widget: QWidget, rect: QRect) -> NDArray[np.uint32]:
        """The 0xffRRGGBB values within ``rect`` of one of its widgets, (height, width)."""
        place = QRect(widget.mapTo(self.window, rect.topLeft()), rect.size()).intersected(self.window.rect())
        top, left = place.top() * SHARP, place.left() * SHARP
        return self.pixels[top : top + place.height() * SHARP, left : left + place.width() * SHARP]


def luminance(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Relative luminance of (..., 3) colours (WCAG 2.2)."""
    c = np.asarray(rgb, np.float64) / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def ratio(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    la, lb = luminance(a), luminance(b)
    return (np.maximum(la, lb) + 0.05) / (np.minimum(la, lb) + 0.05)


def contrast(found: NDArray[np.uint32], share: float = 0.002) -> float:
    """Of what is drawn against the colour that most of it has; ``found`` are 0xRRGGBB values.

    The colours that stand out most count, once they cover ``share`` of the pixels; 1.0 where nothing is drawn.
    """
    values, counts = np.unique(found.ravel(), return_counts=True)
    colors = np.stack([values >> 16 & 255, values >> 8 & 255, values & 255], axis=1)
    ratios = ratio(colors, colors[counts.argmax()])
    order = np.argsort(-ratios)
    covered = np.cumsum(counts[order])
    return float(ratios[order][np.searchsorted(covered, share * found.size)])
