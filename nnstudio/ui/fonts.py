"""The typeface of the window: Inter where this build ships it, else the system's own, with figures of one width."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from nnstudio.assets import asset

FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
BASE_PIXELS = 13


def use_fonts(app: QApplication) -> None:
    """Load the shipped typeface and make it the application's."""
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        try:
            path = asset(f"fonts/{name}")
        except FileNotFoundError:
            continue
        QFontDatabase.addApplicationFont(str(path))
    app.setFont(font())


def font(pixels: float = BASE_PIXELS, bold: bool = False) -> QFont:
    """The window's typeface at a height in logical pixels; its figures all have one width, so numbers do not dance."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(round(pixels))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
