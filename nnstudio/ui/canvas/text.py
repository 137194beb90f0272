"""Fonts of the canvas, sized in scene units, and what text measures in them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from nnstudio.ui.fonts import font as window_font

LABEL = 12.0
LABEL_MOST = 150.0


@lru_cache(maxsize=16)
def font(pixels: float, strong: bool = False) -> QFont:
    """The window's typeface at a size of ``pixels`` scene units, unhinted so that it keeps its shape at every zoom."""
    made = window_font(pixels, strong)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=4096)
def elided(text: str, pixels: float, width: float, strong: bool = False) -> str:
    """``text`` cut with an ellipsis to ``width`` scene units."""
    return QFontMetricsF(font(pixels, strong)).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=4096)
def _width(text: str, pixels: float) -> float:
    return QFontMetricsF(font(pixels)).horizontalAdvance(text)


def label_width(labels: list[str]) -> float:
    """What the longest of the neurons' names takes, at most ``LABEL_MOST``."""
    return min(LABEL_MOST, max((_width(text, LABEL) for text in labels), default=0.0))
