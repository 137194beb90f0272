"""What the Data workspace says while there is no table: how to get one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.ui.icons import set_icon
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.labels import problem_label, show_sentence


class EmptyState(QWidget):
    """An invitation; ``file_wanted()`` and ``example_wanted()`` tell what is picked."""

    file_wanted = Signal()
    example_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataEmpty")
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(10)
        box.addStretch(2)
        self._title = QLabel(tr("Choose data to train on"))
        font = self._title.font()
        font.setPixelSize(20)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._title.setStyleSheet("font-size: 20px; font-weight: 600;")
        self._text = QLabel(
            tr(
                "Open a CSV file with one sample a row, pick a real data set at the left, or draw points with a "
                "generator. The network's inputs and outputs then take the size and the names of its columns."
            )
        )
        self._text.setProperty("role", "dim")
        self._text.setWordWrap(True)
        self._text.setFixedWidth(460)
        self.problem = problem_label()
        self.problem.setFixedWidth(460)
        self.open = QPushButton(tr("Open CSV…"))
        self.open.setProperty("primary", True)
        self.open.setProperty("role", "primary")
        set_icon(self.open, "open", "on_accent")
        self.open.clicked.connect(self.file_wanted)
        self.example = QPushButton(tr("Use Iris"))
        self.example.clicked.connect(self.example_wanted)
        for widget in (self._title, self._text, self.problem):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            centred = QHBoxLayout()
            centred.addStretch(1)
            centred.addWidget(widget)
            centred.addStretch(1)
            box.addLayout(centred)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(self.open)
        line.addWidget(self.example)
        line.addStretch(1)
        box.addSpacing(6)
        box.addLayout(line)
        box.addStretch(3)

    def show_problem(self, sentence: str) -> None:
        """Say why there is no table although one was chosen."""
        title = tr("This data cannot be used") if sentence else tr("Choose data to train on")
        if self._title.text() != title:
            self._title.setText(title)
        show_sentence(self.problem, sentence)
