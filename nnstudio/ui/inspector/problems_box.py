"""What is wrong with the selected object, in plain words, with a fix to click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.document.edits import Edit
from nnstudio.session import Problem, Session
from nnstudio.ui.text import message_text
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.form import attempt


class ProblemsBox(QWidget):
    """One entry a problem; nothing where there is none."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("inspectorProblems")
        self._session = session
        self._shown: tuple[Problem, ...] = ()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.hide()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show these."""
        if problems == self._shown:
            return
        self._shown = problems
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for problem in problems:
            self._box.addWidget(_Entry(problem, self._fix))
        self.setVisible(bool(problems))

    def _fix(self, edit: Edit, complain: QLabel) -> None:
        attempt(lambda: self._session.do(edit), complain.setText)


class _Entry(QWidget):
    def __init__(self, problem: Problem, fix: Callable[[Edit, QLabel], None]) -> None:
        super().__init__()
        self._tone = "error" if problem.severity == "error" else "warning"
        box = QVBoxLayout(self)
        box.setContentsMargins(26, 8, 10, 8)
        box.setSpacing(6)
        sentence = QLabel(message_text(problem.message))
        sentence.setWordWrap(True)
        box.addWidget(sentence)
        for one in problem.fixes:
            button = QPushButton(message_text(one.label))
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, edit=one.edit: fix(edit, sentence))
            line = QHBoxLayout()
            line.addWidget(button)
            line.addStretch(1)
            box.addLayout(line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A tinted frame with a mark at the left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colors.q(self._tone, 0.55), 1))
        painter.setBrush(theme.colors.q(self._tone, 0.10))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colors.q(self._tone))
        painter.drawEllipse(QPointF(14, 17), 3.5, 3.5)
        painter.end()
