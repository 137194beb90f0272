"""What every page of the inspector is: widgets that are made once and then follow the numbers."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.document.edits import Edit
from nnstudio.session import Session
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import Selection
from nnstudio.ui.widgets.commit_line import CommitLine
from nnstudio.ui.widgets.form import FormRow, attempt


class Page(QWidget):
    """One page. ``show_reading`` brings everything up to date, ``show_live`` only what moves while training."""

    wants_sample = False
    behind = False  # something that takes long is shown by the next ``show_live``, a moment later

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__()
        self.session = session
        self.selection = selection
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(16)

    def heading(self, reading: Reading) -> str:  # noqa: ARG002 (every page is asked alike)
        """What the page is about; "" where its sections have headings of their own."""
        return ""

    def show_reading(self, reading: Reading) -> None:
        """Another selection, another document, or another sample."""

    def show_live(self, reading: Reading) -> None:
        """Only numbers have moved."""
        self.show_reading(reading)

    def do(self, edit: Edit, row: FormRow | None = None, merge: Hashable | None = None) -> bool:
        """Do an edit as one named step; where it is refused, say so at the control of ``row``."""

        def complain(sentence: str) -> None:
            if row is not None and isinstance(row.control, CommitLine):
                row.control.refuse(sentence)
            elif row is not None:
                row.show_problem(sentence)

        return attempt(lambda: self.session.do(edit, merge), complain)
