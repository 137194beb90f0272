"""Where data can come from: a file, a bundled set, or a generator."""

from __future__ import annotations

import csv
from functools import lru_cache, partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnstudio.assets import asset
from nnstudio.catalog import generators
from nnstudio.data import BundledSet, bundled
from nnstudio.document import Part, Source
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.labels import dim, heading, problem_label, show_sentence
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.settings_form import SettingsForm

TALL, FILE, LOW = 80, 48, 34  # pixels of a card with a summary, with facts only, with a name only


class SourceCard(QAbstractButton):
    """A source to click: its name, what it holds, and a sentence; a frame in the accent where it is in use."""

    def __init__(self, name: str, facts: str = "", summary: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self._facts, self._summary = facts, summary
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{facts}. {summary}")
        self.setToolTip(summary)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TALL if summary else FILE if facts else LOW)

    def nextCheckState(self) -> None:
        """Only the data in use decides which card is marked."""

    def set_facts(self, facts: str) -> None:
        """What the source holds."""
        self._facts = facts
        self.setAccessibleDescription(f"{facts}. {self._summary}")
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the pane."""
        return QSize(100, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The card."""
        colors = theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "accent" if self.isChecked() or self.hasFocus() else "faint" if self.underMouse() else "line"
        painter.setPen(QPen(colors.q(edge), 1.5 if edge == "accent" else 1))
        painter.setBrush(colors.q("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.q("accent", 0.12))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 9, 9)
        inner = QRectF(self.rect()).adjusted(12, 8, -12, -7)
        font = self.font()
        font.setWeight(font.Weight.DemiBold if self._facts else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colors.q("text"))
        top = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, int(inner.width()))
        painter.drawText(inner, top, name)
        font.setWeight(font.Weight.Normal)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(colors.q("dim"))
        y = inner.top() + 18
        if self._facts.strip():
            painter.drawText(QRectF(inner.left(), y, inner.width(), 16), top, self._facts)
            y += 17
        place = QRectF(inner.left(), y, inner.width(), inner.bottom() - y)
        if place.height() > 24:
            painter.drawText(place, top | int(Qt.TextFlag.TextWordWrap), self._summary)
        else:
            elide = Qt.TextElideMode.ElideRight
            painter.drawText(place, top, painter.fontMetrics().elidedText(self._summary, elide, int(place.width())))
        painter.end()


class SourcesPane(QScrollArea):
    """``source_wanted(Source)``, ``settings_wanted(Source, merge key)`` and ``file_wanted()`` tell what is picked."""

    source_wanted = Signal(object)
    settings_wanted = Signal(object, object)
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataSources")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        box = QVBoxLayout(body)
        box.setContentsMargins(12, 14, 12, 14)
        box.setSpacing(7)
        box.addWidget(heading(tr("Your data")))
        self.open = QPushButton(tr("Open CSV…"))
        self.open.setObjectName("openCsv")
        self.open.setProperty("primary", True)
        self.open.setProperty("role", "primary")
        self.open.clicked.connect(self.file_wanted)
        box.addWidget(self.open)
        box.addWidget(dim(tr("Or drop a file on the window.")))
        self.problem = problem_label()
        box.addWidget(self.problem)
        self.busy = dim()
        self.busy.hide()
        box.addWidget(self.busy)
        self.file_card = SourceCard("", " ")
        self.file_card.hide()
        box.addWidget(self.file_card)
        box.addSpacing(8)
        box.addWidget(heading(tr("Real data sets")))
        self.cards: dict[tuple[str, str], SourceCard] = {}
        for key, known in bundled.items():
            card = SourceCard(tr(known.label), set_facts(known), tr(known.summary))
            card.setToolTip(f"{tr(known.summary)}\n{known.source} · {known.licence}")
            card.clicked.connect(partial(self._pick, known.origin))
            self.cards["bundled", key] = card
            box.addWidget(card)
        box.addSpacing(8)
        box.addWidget(heading(tr("Generators")))
        self.generator = Part("")
        self._about = dim()
        self._about.hide()
        self.settings = SettingsForm(self._settings_changed, "generator")
        self.settings.hide()
        box.addLayout(self._generator_grid())
        box.addWidget(self._about)
        box.addWidget(self.settings)
        box.addStretch(1)

    def _generator_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(7)
        for place, (key, entry) in enumerate(generators.items()):
            card = SourceCard(tr(entry.label))
            card.setToolTip(tr(entry.summary))
            card.setAccessibleDescription(tr(entry.summary))
            card.clicked.connect(partial(self._pick_generator, key))
            self.cards["generator", key] = card
            grid.addWidget(card, place // 2, place % 2)
        return grid

    def _pick(self, source: Source, _checked: bool = False) -> None:
        self.source_wanted.emit(source)

    def _pick_generator(self, key: str, _checked: bool = False) -> None:
        same = self.generator.key == key
        self.source_wanted.emit(Source("generator", key, self.generator.settings if same else ()))

    def _settings_changed(self, part: Part, _row: Any, merge: Any) -> None:
        self.settings_wanted.emit(Source("generator", part.key, part.settings), merge)

    def show_source(self, source: Source | None, name: str, facts: str) -> None:
        """Mark what is in use."""
        for (kind, key), card in self.cards.items():
            card.setChecked(source is not None and (source.kind, source.key) == (kind, key))
        is_file = source is not None and source.kind == "file"
        self.file_card.setVisible(is_file)
        if is_file and source is not None:
            self.file_card.setText(name)
            self.file_card.set_facts(facts)
            self.file_card.setChecked(True)
            self.file_card.setToolTip(source.key)
        generated = source is not None and source.kind == "generator"
        self.settings.setVisible(generated)
        self._about.setVisible(generated)
        if generated and source is not None:
            self.generator = Part(source.key, source.settings)
            self.settings.show_part(self.generator, generators[source.key])
            self._about.setText(tr(generators[source.key].summary))

    def show_busy(self, sentence: str) -> None:
        """Say what is being read, or nothing."""
        show_sentence(self.busy, sentence)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with what was picked, or nothing."""
        show_sentence(self.problem, sentence)


def set_facts(known: BundledSet) -> str:
    """What a bundled set holds: rows, attributes, classes."""
    attributes, classes = _counted(known.key, known.target)
    rows = tr("{count} rows", count=count_text(known.rows))
    columns = tr("{count} attributes", count=attributes)
    if known.task == "regression":
        return f"{rows} · {columns} · {tr('a number')}"
    return f"{rows} · {columns} · {tr('{count} classes', count=classes)}"


@lru_cache
def _counted(key: str, target: str) -> tuple[int, int]:
    """The attributes and classes of a shipped file, read from it."""
    with asset(f"datasets/{key}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        place = names.index(target)
        return len(names) - 1, len({row[place] for row in rows if row})
