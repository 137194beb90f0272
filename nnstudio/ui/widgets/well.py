"""A sunken frame that holds figures or a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.ui.theme import theme


class Well(QWidget):
    """A rounded frame in the background's colour around one or more widgets."""

    def __init__(self, *widgets: QWidget, margin: int = 10, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(margin, margin - 2, margin, margin - 2)
        box.setSpacing(4)
        for widget in widgets:
            box.addWidget(widget)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colors.q("line"), 1))
        painter.setBrush(theme.colors.q("background"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        painter.end()
