"""The bar of problems under the canvas: plain words, and a button that mends each where one edit can."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnstudio.document.edits import Edit
from nnstudio.session import Problem, Session, Where
from nnstudio.ui.buttons import flat_button
from nnstudio.ui.icons import pixmap, set_icon
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme

ROW_HEIGHT, TALL = 32, 50  # with a sentence of one line, and of two
MOST_ROWS = 5
FLASH_MS = 700


class SentenceButton(QPushButton):
    """A flat button whose text takes a second line where it is long, and ends in … where that is too little.

    The whole text is its tool tip and spoken name. ``wrapped`` tells of another number of lines.
    """

    wrapped = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = text
        self.lines = 1
        self.setProperty("flat", True)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text at the new width."""
        super().resizeEvent(event)
        room, before = self.width() - 10, self.lines
        first, rest = _broken(self._whole, self.fontMetrics(), room)
        self.lines = 2 if rest else 1
        self.setText(f"{first}\n{self.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, room)}".rstrip())
        if self.lines != before:
            self.wrapped.emit()


def _broken(text: str, metrics: QFontMetrics, room: int) -> tuple[str, str]:
    """As many words as there is room for, and the others."""
    if metrics.horizontalAdvance(text) <= room:
        return text, ""
    words = text.split(" ")
    count = 1
    while count < len(words) and metrics.horizontalAdvance(" ".join(words[: count + 1])) <= room:
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


class ProblemRow(QWidget):
    """One problem: its sign, its sentence (a click selects the object), a button for each fix."""

    def __init__(
        self, problem: Problem, find: Callable[[Where], None], fix: Callable[[Edit], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 10, 0)
        row.setSpacing(7)
        self._sign = QLabel(self)
        self._sign.setAccessibleName(tr("Error") if problem.severity == "error" else tr("Warning"))
        row.addWidget(self._sign)
        self.words = SentenceButton(message_text(problem.message), self)
        self.words.wrapped.connect(lambda: self.setFixedHeight(ROW_HEIGHT if self.words.lines == 1 else TALL))
        self.words.clicked.connect(lambda _checked=False: find(problem.where))
        row.addWidget(self.words, 1)
        self.fixes: list[QPushButton] = []
        for one in problem.fixes:
            label = message_text(one.label)
            button = QPushButton(label, self)
            button.setIconSize(QSize(14, 14))
            set_icon(button, "fix", "dim")
            button.setToolTip(tr("{fix} (can be undone)", fix=label))
            button.clicked.connect(lambda _checked=False, edit=one.edit: fix(edit))
            row.addWidget(button)
            self.fixes.append(button)
        if problem.where.kind == "data" and not problem.fixes:
            button = QPushButton(tr("Choose data"), self)
            button.clicked.connect(lambda _checked=False: find(problem.where))
            row.addWidget(button)
            self.fixes.append(button)
        self.fix = self.fixes[0] if self.fixes else None
        self.setFixedHeight(ROW_HEIGHT)
        self.paint_sign()

    def paint_sign(self) -> None:
        """Draw the sign in the colours of the theme."""
        color = "error" if self.problem.severity == "error" else "warning"
        self._sign.setPixmap(pixmap(self.problem.severity, theme.colors.q(color), 16, self.devicePixelRatioF()))


class ProblemBar(QFrame):
    """All problems; the first is always seen, the others after a click on "more"."""

    def __init__(
        self,
        session: Session,
        selection: Selection,
        show_data: Callable[[], None],
        guard: Callable[[Callable[[], object]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("problems")
        self.setAccessibleName(tr("Problems"))
        self._session, self._selection, self._show_data, self._guard = session, selection, show_data, guard
        self._shown: tuple[Problem, ...] | None = None
        self._all = False
        self.rows: list[ProblemRow] = []
        self._turn = -1
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 1, 0, 0)
        line.setSpacing(0)
        self._list = QWidget(self)
        self._list.setObjectName("problemList")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._list)
        self._scroll.viewport().setAutoFillBackground(False)
        self._list.setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line.addWidget(self._scroll, 1)
        self.more = flat_button("chevron-up", tr("Show all problems"), self.toggle, self, 12)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        line.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        line.addSpacing(8)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(lambda: self._light(False))
        self._ends = [
            session.changed.connect(lambda _change: self.refresh()),
            session.state_changed.connect(lambda _state: self.refresh()),
            session.problems_changed.connect(lambda _nothing: self.refresh()),
            theme.changed.connect(self._paint_signs),
        ]
        self.refresh()

    def close_panel(self) -> None:
        """Let go of the session."""
        self._flash.stop()
        for end in self._ends:
            end()

    def refresh(self) -> None:
        """Show the session's present problems."""
        problems = self._session.problems
        if problems == self._shown:
            return
        self._shown = problems
        self._turn = -1
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ProblemRow(problem, self._find, self._fix, self._list) for problem in problems]
        for row in self.rows:
            self._column.addWidget(row)
            row.words.wrapped.connect(self._fit)
        self._arrange()

    def toggle(self) -> None:
        """Show all problems, or only the first."""
        self._all = not self._all
        self._arrange()

    def insist(self) -> None:
        """Something cannot be done because of these problems: light up for a moment and speak the first one."""
        if not self.rows:
            return
        self._all = len(self.rows) > 1
        self._arrange()
        self._light(True)
        self._flash.start(FLASH_MS)
        row = self.rows[0]
        (row.fix or row.words).setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Select the object of the next problem and put the keyboard on its first fix."""
        if not self.rows:
            return
        self._turn = (self._turn + 1) % len(self.rows)
        row = self.rows[self._turn]
        self._all = len(self.rows) > 1
        self._arrange()
        if row.problem.where.kind != "data":  # the table of the data would take the place of the canvas
            self._find(row.problem.where)
        (row.fix or row.words).setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._scroll.ensureWidgetVisible(row)

    def _paint_signs(self, _name: str) -> None:
        for row in self.rows:
            row.paint_sign()

    def _light(self, on: bool) -> None:
        self.setProperty("insisting", on)
        self.style().unpolish(self)
        self.style().polish(self)

    def _arrange(self) -> None:
        count = len(self.rows)
        self.setVisible(count > 0)
        self.more.setVisible(count > 1)
        self._all = self._all and count > 1
        for place, row in enumerate(self.rows):
            row.setVisible(self._all or place == 0)
        self._fit()
        self.more.setFixedHeight(ROW_HEIGHT - 2)
        self.more.setText(tr("Less") if self._all else tr("{count} more", count=count - 1))
        self.more.setToolTip(tr("Show only the first problem") if self._all else tr("Show all problems"))
        self.more.setAccessibleName(self.more.toolTip())
        set_icon(self.more, "chevron-down" if self._all else "chevron-up", "dim")

    def _fit(self) -> None:
        """As high as the rows that are shown."""
        shown = self.rows[: MOST_ROWS if self._all else 1]
        self._scroll.setFixedHeight(sum(row.maximumHeight() for row in shown))

    def _find(self, where: Where) -> None:
        if where.kind == "layer" and where.id is not None:
            self._selection.select(layers=(where.id,))
        elif where.kind == "synapses" and where.id is not None:
            self._selection.select(synapses=(where.id,))
        elif where.kind == "data":
            self._show_data()
        else:
            self._selection.clear()

    def _fix(self, edit: Edit) -> None:
        self._guard(lambda: self._session.do(edit))
