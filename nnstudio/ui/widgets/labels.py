"""Labels by what they mean: headings, dim text, errors, and values that are painted in their tone."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import tabular

Tone = Literal["text", "dim", "faint", "positive", "negative", "good", "warning", "error", "accent"]


def heading(text: str) -> QLabel:
    """The small capital heading of a section."""
    label = QLabel(text)
    label.setProperty("role", "heading")
    label.setWordWrap(True)
    font = label.font()
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 106)
    label.setFont(font)
    return label


def dim(text: str = "") -> QLabel:
    """Quiet text that wraps."""
    label = QLabel(text)
    label.setProperty("role", "dim")
    label.setWordWrap(True)
    return label


def problem_label() -> QLabel:
    """A hidden label for what is wrong with the control above it."""
    label = QLabel()
    label.setProperty("role", "error")
    label.setWordWrap(True)
    label.hide()
    return label


def show_sentence(label: QLabel, sentence: str) -> None:
    """Put ``sentence`` into ``label``; an empty one hides it."""
    if label.text() != sentence:
        label.setText(sentence)
    label.setVisible(bool(sentence))


class ValueLabel(QLabel):
    """One value in tabular figures, painted in a tone of the theme and elided where it does not fit."""

    def __init__(self, text: str = "", tone: Tone = "text", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tone: Tone = tone
        self._hint = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_value(self, text: str, tone: Tone = "text", hint: str = "") -> None:
        """Show another value; cheap where nothing changed."""
        if text != self.text():
            self.setText(text)
        if tone != self._tone:
            self._tone = tone
            self.update()
        self._hint = hint

    def minimumSizeHint(self) -> QSize:
        """As high as one line, and as narrow as it must be."""
        return QSize(20, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text in its tone; the whole of it in the tooltip where it is elided."""
        painter = QPainter(self)
        painter.setFont(tabular(self.font()))
        painter.setPen(theme.colors.q(self._tone))
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        tip = self._hint or (self.text() if text != self.text() else "")
        if tip != self.toolTip():
            self.setToolTip(tip)
        painter.drawText(self.rect(), int(self.alignment()), text)
        painter.end()


def tone_of(value: float) -> Tone:
    """Blue above zero, orange below."""
    return "positive" if value > 0 else "negative" if value < 0 else "text"
