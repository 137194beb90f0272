"""One line under the top bar that tells what went wrong, or what happened, without being in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from nnstudio.ui.buttons import flat_button
from nnstudio.ui.icons import pixmap
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

Kind = Literal["error", "info"]


class NoticeBar(QFrame):
    """Shows the newest notice until it is closed or taken back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName(tr("Message"))
        self._kind: Kind = "info"
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.setSpacing(8)
        self._sign = QLabel(self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton(self)
        self.action.clicked.connect(self._act)
        self._run: Callable[[], object] | None = None
        row.addWidget(self._sign)
        row.addWidget(self.words, 1)
        row.addWidget(self.action)
        row.addWidget(flat_button("close", tr("Close this message"), self.clear, self))
        self._end = theme.changed.connect(lambda _name: self._paint_sign())
        self.hide()

    def tell(self, text: str, kind: Kind = "error", action: str = "", run: Callable[[], object] | None = None) -> None:
        """Show ``text``, with a button called ``action`` that does ``run`` where both are given."""
        self._kind, self._run = kind, run
        self.words.setText(text)
        self.words.setAccessibleName(text)
        self.action.setText(action)
        self.action.setVisible(bool(action and run))
        self._paint_sign()
        self.show()

    def clear(self) -> None:
        """Take the notice away."""
        self._run = None
        self.words.setText("")
        self.hide()

    def close_panel(self) -> None:
        """Let go of the theme."""
        self._end()

    def _act(self) -> None:
        run = self._run
        self.clear()
        if run is not None:
            run()

    def _paint_sign(self) -> None:
        color = "error" if self._kind == "error" else "accent"
        self._sign.setPixmap(pixmap(self._kind, theme.colors.q(color), 16, self.devicePixelRatioF()))
