"""Forms: a name at the left, its control at the right, and what is wrong with it underneath."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.document import StudioError
from nnstudio.ui.text import message_text
from nnstudio.ui.widgets.commit_line import CommitLine
from nnstudio.ui.widgets.labels import problem_label, show_sentence
from nnstudio.ui.widgets.number_field import NumberField, ScrubLabel

CONTROL_WIDTH = 176  # the longest name of a loss fits


class FormRow(QWidget):
    """One row of a form."""

    def __init__(self, name: str, control: QWidget, hint: str = "", *, stretch: bool = True) -> None:
        super().__init__()
        self.control = control
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(3)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.label = ScrubLabel(name, control) if isinstance(control, NumberField) else QLabel(name)
        self.label.setProperty("role", "dim")
        self.label.setWordWrap(True)
        self.label.setBuddy(control)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.label.setMinimumWidth(60)
        if not control.accessibleName():
            control.setAccessibleName(name)
        if hint:
            if isinstance(control, CommitLine):
                control.set_hint(hint)
            else:
                control.setToolTip(hint)
            if not isinstance(self.label, ScrubLabel):
                self.label.setToolTip(hint)
        line.addWidget(self.label, 1)
        if stretch:
            control.setFixedWidth(CONTROL_WIDTH)
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignRight)
        outer.addLayout(line)
        self._problem = problem_label()
        outer.addWidget(self._problem)
        if isinstance(control, CommitLine):
            control.problem_changed.connect(self.show_problem)

    @property
    def problem(self) -> str:
        """The sentence shown under the control."""
        return self._problem.text()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, or nothing."""
        show_sentence(self._problem, sentence)


class Form(QWidget):
    """Rows under each other, by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(7)
        self.rows: dict[str, FormRow] = {}

    def add(self, key: str, name: str, control: QWidget, hint: str = "", *, stretch: bool = True) -> FormRow:
        """A row for ``control``."""
        row = FormRow(name, control, hint, stretch=stretch)
        control.setObjectName(control.objectName() or key)
        self.rows[key] = row
        self._box.addWidget(row)
        return row

    def remove(self, key: str) -> None:
        """Take a row away."""
        row = self.rows.pop(key)
        self._box.removeWidget(row)
        row.hide()
        row.deleteLater()


def attempt(action: Callable[[], object], complain: Callable[[str], None]) -> bool:
    """Do ``action``; where it raises a StudioError, pass its sentence to ``complain`` and return False."""
    try:
        action()
    except StudioError as error:
        complain(message_text(error.message))
        return False
    return True
