"""Writes a note where it lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from nnstudio.ui.canvas.text import font
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

SMALLEST = (176.0, 76.0)  # view pixels
OTHERS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason)


class NoteEditor(QPlainTextEdit):
    """Ctrl+Enter or a click elsewhere keeps the text, Esc leaves it as it was; Enter begins a new line."""

    def __init__(self, view: CanvasView, text: str, rect: QRectF, accept: Callable[[str], bool]) -> None:
        super().__init__(text, view.viewport())
        self._view = view
        self._accept = accept
        self._done = False
        self.setObjectName("note_editor")
        self.setAccessibleName(tr("Text of the note"))
        self.setPlaceholderText(tr("Write a note; Ctrl+Enter keeps it"))
        self.setFont(font(13))
        self.setTabChangesFocus(True)
        inside = QRectF(view.viewport().rect()).adjusted(4, 4, -4, -4)
        wide = min(inside.width(), max(rect.width(), SMALLEST[0]))
        high = min(inside.height(), max(rect.height(), SMALLEST[1]))
        left = min(max(rect.left(), inside.left()), inside.right() - wide)
        top = min(max(rect.top(), inside.top()), inside.bottom() - high)
        self.setGeometry(QRectF(left, top, wide, high).toRect())
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter and Esc end it."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere keeps what was written."""
        super().focusOutEvent(event)
        if event.reason() not in OTHERS:
            self.finish(keep=True)

    def finish(self, keep: bool) -> None:
        """Keep the text (one that is too long stays to be shortened while the editor has the focus) and close."""
        if self._done:
            return
        self._done = True
        text = self.toPlainText()
        if keep and not self._accept(text) and self.hasFocus():
            self._done = False  # it was told why
            return
        self._view.note_editor_closed()
        self.hide()
        self.deleteLater()
