"""How many samples of each class there are, for training and for validation."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text, tabular

ROW_HEIGHT = 22
MOST_ROWS = 12
_NAME, _COUNT = 96, 64


@dataclass(frozen=True, slots=True)
class ClassCount:
    """One class."""

    name: str
    train: int
    validation: int


class BalanceView(QWidget):
    """A bar a class: full colour for training, pale for validation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Samples of each class"))
        self.classes: tuple[ClassCount, ...] = ()
        self.setFixedHeight(0)

    def show_classes(self, classes: tuple[ClassCount, ...]) -> None:
        """Show these; of many, the first ones and how many more there are."""
        if classes != self.classes:
            self.classes = classes
            rows = min(len(classes), MOST_ROWS) + (1 if len(classes) > MOST_ROWS else 0)
            self.setFixedHeight(rows * ROW_HEIGHT)
            lines = [
                tr(
                    "{name}: {train} for training, {validation} for validation",
                    name=c.name,
                    train=c.train,
                    validation=c.validation,
                )
                for c in classes
            ]
            self.setToolTip("\n".join(lines[:40]))
            self.setAccessibleDescription("; ".join(lines[:40]))
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(280, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, bar and counts."""
        colors = theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = tabular(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        most = max((c.train + c.validation for c in self.classes), default=1) or 1
        room = self.width() - _NAME - _COUNT - 12
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for number, found in enumerate(self.classes[:MOST_ROWS]):
            y = number * ROW_HEIGHT
            painter.setPen(colors.q("text"))
            name = painter.fontMetrics().elidedText(found.name, Qt.TextElideMode.ElideRight, _NAME - 8)
            painter.drawText(QRectF(0, y, _NAME, ROW_HEIGHT), left, name)
            train, validation = found.train / most * room, found.validation / most * room
            painter.setPen(Qt.PenStyle.NoPen)
            shade = colors.class_color(number)
            painter.setBrush(shade)
            painter.drawRoundedRect(QRectF(_NAME, y + 6, max(train, 1.0), ROW_HEIGHT - 12), 2, 2)
            shade.setAlphaF(0.4)
            painter.setBrush(shade)
            painter.drawRoundedRect(QRectF(_NAME + train + 1, y + 6, max(validation - 1, 0.0), ROW_HEIGHT - 12), 2, 2)
            painter.setPen(colors.q("dim"))
            counts = f"{count_text(found.train)} + {count_text(found.validation)}"
            painter.drawText(QRectF(self.width() - _COUNT - 4, y, _COUNT + 4, ROW_HEIGHT), right, counts)
        if len(self.classes) > MOST_ROWS:
            painter.setPen(colors.q("dim"))
            rest = QRectF(0, MOST_ROWS * ROW_HEIGHT, self.width(), ROW_HEIGHT)
            painter.drawText(rest, left, tr("… {count} more classes", count=len(self.classes) - MOST_ROWS))
        painter.end()
