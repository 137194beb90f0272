"""A line of text that is taken only when it is confirmed, and that says in a sentence why it was not taken."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from nnstudio.ui.theme import theme


class CommitLine(QLineEdit):
    """Enter or leaving confirms, Escape gives up, refused text keeps the focus under a red frame.

    ``problem_changed`` carries one sentence where the text cannot be used, or "".
    """

    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = ""
        self._hint = ""
        self.textEdited.connect(self._clear_problem)

    def take(self) -> None:
        """Use the text, which was edited, or ``refuse`` it."""
        self.setModified(False)

    def shown(self) -> str:
        """The text that stands for the present value."""
        return ""

    def commit(self) -> bool:
        """Confirm the text: True where it was taken or unchanged, False where it is refused."""
        if self.isModified():
            self.take()
        else:
            self._clear_problem()
        return not self.problem

    def restore(self) -> None:
        """Give up what was typed and show the value again."""
        text = self.shown()
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)
            if self.hasFocus():
                self.selectAll()
        self.setModified(False)
        self._clear_problem()

    def set_hint(self, hint: str) -> None:
        """The tooltip shown while there is nothing wrong."""
        self._hint = hint
        if not self.problem:
            self.setToolTip(hint)

    def refuse(self, sentence: str) -> None:
        """Say beside the field why its text was not taken; the text stays to be mended."""
        self.problem = sentence
        self.setToolTip(sentence)
        self.setProperty("invalid", True)
        self.update()
        self.problem_changed.emit(sentence)

    def _clear_problem(self, _text: str = "") -> None:
        if self.problem:
            self.problem = ""
            self.setProperty("invalid", False)
            self.setToolTip(self._hint)
            QToolTip.hideText()
            self.update()
            self.problem_changed.emit("")

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window while nothing is being typed; keep Tab while the text is refused."""
        kind = event.type()
        if isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride:
                if event.key() == Qt.Key.Key_Escape and self.isModified():
                    event.accept()
                    return True
                if not self.isModified() and _undo_or_redo(event):
                    event.ignore()
                    return False
            elif (
                kind == QEvent.Type.KeyPress
                and event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
                and not self.commit()
            ):
                self.point_out()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms, Escape gives up."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.commit():
                self.selectAll()
            else:
                self.point_out()
        elif event.key() == Qt.Key.Key_Escape and (self.isModified() or self.problem):
            self.restore()
            self.selectAll()
        elif not self.isModified() and _undo_or_redo(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the text, ready to be typed over."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Confirm the text when the field is left; text that is refused calls the focus back."""
        super().focusOutEvent(event)
        leaving = event.reason() not in {
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        }
        if leaving and not self.commit() and self.isModified():
            QTimer.singleShot(0, self, self._take_focus_back)

    def _take_focus_back(self) -> None:
        if self.problem and self.isVisible() and self.isEnabled():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.point_out()

    def point_out(self) -> None:
        """Show what is wrong right under the field."""
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.problem, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, with a red frame while its text is refused."""
        super().paintEvent(event)
        if self.problem:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colors.q("error"), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)
            painter.end()


class TextField(CommitLine):
    """A line of text, for example a name: ``text_committed`` carries what was confirmed, stripped of outer spaces."""

    text_committed = Signal(str)

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.restore()

    def shown(self) -> str:
        """The text last set or confirmed."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show ``text`` without telling anyone; what is being typed stays."""
        self._text = text
        if not (self.hasFocus() and self.isModified()):
            self.restore()

    def take(self) -> None:
        """Tell of the new text; whoever listens may ``refuse`` it."""
        text = self.text().strip()
        if text == self._text:
            self.restore()
            return
        before, self._text = self._text, text
        self.text_committed.emit(text)
        if not self.problem:
            self.restore()
        elif self._text == text:  # else it stands for something else by now
            self._text = before


def _undo_or_redo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
