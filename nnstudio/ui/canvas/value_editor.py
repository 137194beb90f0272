"""Types a weight, a bias or the number of a neuron where it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from nnstudio.document import StudioError
from nnstudio.ui.canvas.text import font
from nnstudio.ui.text import message_text
from nnstudio.ui.widgets.numbers import number_text, read_number, tabular

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

WIDE, HIGH = 92, 28


class ValueEditor(QLineEdit):
    """Enter or a click elsewhere sets the value, Esc leaves it; what is no number is told and can be corrected."""

    def __init__(
        self,
        view: CanvasView,
        name: str,
        value: float,
        point: QPointF,
        accept: Callable[[float], bool],
        read: Callable[[str], float] = read_number,
    ) -> None:
        super().__init__(number_text(value), view.viewport())
        self._view = view
        self._accept, self._read = accept, read
        self._done = False
        self.setObjectName("value_editor")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(40)
        self.setFont(tabular(font(13)))
        inside = view.viewport().rect()
        left = min(max(4, round(point.x() - WIDE / 2)), max(4, inside.width() - WIDE - 4))
        top = min(max(4, round(point.y() - HIGH / 2)), max(4, inside.height() - HIGH - 4))
        self.setGeometry(left, top, WIDE, HIGH)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc end it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere keeps what was typed."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish(keep=True)

    def finish(self, keep: bool) -> None:
        """Set the value (a wrong one stays to be corrected while the editor has the focus) and close."""
        if self._done:
            return
        self._done = True
        if keep and self.isModified():
            try:
                accepted = self._accept(self._read(self.text()))
            except StudioError as error:
                self._view.tell(message_text(error.message))
                accepted = False
            if not accepted and self.hasFocus():
                self._done = False
                return
        self._view.value_editor_closed()
        self.hide()
        self.deleteLater()
