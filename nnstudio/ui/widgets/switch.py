"""A switch: a check box that looks like what it does."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from nnstudio.ui.theme import theme

_WIDTH, _HEIGHT = 34, 20


class Switch(QCheckBox):
    """On or off. ``switched`` carries what the person chose; ``set_on`` tells nobody."""

    switched = Signal(bool)

    def __init__(self, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setChecked(on)
        self.clicked.connect(self._tell)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _tell(self) -> None:
        self.switched.emit(self.isChecked())

    def set_on(self, on: bool) -> None:
        """Show ``on`` without telling anyone."""
        if self.isChecked() != on:
            self.setChecked(on)

    def sizeHint(self) -> QSize:
        """A pill with room for the focus ring."""
        return QSize(_WIDTH + 6, _HEIGHT + 6)

    def minimumSizeHint(self) -> QSize:
        """Never smaller."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """All of it can be clicked."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pill, its knob, and a ring with the focus."""
        colors, on = theme.colors, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        pill = QRectF((self.width() - _WIDTH) / 2, (self.height() - _HEIGHT) / 2, _WIDTH, _HEIGHT)
        painter.setPen(QPen(colors.q("accent" if on else "faint"), 1))
        painter.setBrush(colors.q("accent" if on else "background"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
        knob = QRectF(pill.right() - _HEIGHT + 4 if on else pill.left() + 4, pill.top() + 4, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("on_accent" if on else "dim"))
        painter.drawEllipse(knob)
        if self.hasFocus():
            painter.setPen(QPen(colors.q("accent", 0.7), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(pill.adjusted(-2, -2, 2, 2), _HEIGHT / 2 + 2, _HEIGHT / 2 + 2)
        painter.end()
