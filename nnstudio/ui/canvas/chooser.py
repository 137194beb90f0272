"""Chooses synapses by sign or magnitude in a small box over the canvas; what fits is marked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.document import StudioError
from nnstudio.ui import choosing
from nnstudio.ui.canvas.overlays import paint_panel
from nnstudio.ui.choosing import Rule
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

WEAK = 0.05  # the number that is offered first


class Chooser(QWidget):
    """A rule, its number, and how many synapses fit. Enter or a click on the canvas keeps the choice, Esc does not."""

    def __init__(self, view: CanvasView, bundles: tuple[int, ...], rule: Rule) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._bundles = bundles
        self._done = False
        self._before = view.selection.memory
        self.setObjectName("chooser")
        self.setAccessibleName(tr("Select synapses"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rule = QComboBox(self)
        self.rule.setObjectName("chooser_rule")
        self.rule.setAccessibleName(tr("Which synapses"))
        rules: tuple[tuple[Rule, str], ...] = (
            ("weaker", tr("weaker than")),
            ("stronger", tr("stronger than")),
            ("positive", tr("positive")),
            ("negative", tr("negative")),
            ("frozen", tr("frozen")),
            ("all", tr("all")),
        )
        for key, text in rules:
            self.rule.addItem(text, key)
        self.rule.setCurrentIndex([key for key, _ in rules].index(rule))
        self.number = NumberField(WEAK, minimum=0.0, maximum=1e6, steps="decades")
        self.number.setObjectName("chooser_number")
        self.number.setAccessibleName(tr("Size of the weight"))
        self.number.setFixedWidth(84)
        self.count = QLabel(self)
        self.count.setObjectName("chooser_count")
        self.count.setProperty("role", "dim")
        self.prune = self._button(tr("Prune"), tr("Cut these synapses"), self._prune)
        self.freeze = self._button(tr("Freeze"), tr("Hold these weights against training"), lambda: self._freeze(True))
        self.free = self._button(tr("Free"), tr("Let training move these weights"), lambda: self._freeze(False))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        title = QLabel(tr("Select synapses"), self)
        title.setProperty("strong", True)
        column.addWidget(title)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.rule)
        line.addWidget(self.number)
        column.addLayout(line)
        column.addWidget(self.count)
        below = QHBoxLayout()
        below.setSpacing(6)
        for button in (self.prune, self.freeze, self.free):
            below.addWidget(button)
        column.addLayout(below)
        self.rule.currentIndexChanged.connect(lambda _index: self._apply())
        self.number.value_committed.connect(lambda _value: self._apply())
        self.number.textEdited.connect(lambda _text: self._typed())
        for field in (self.rule, self.number):
            field.installEventFilter(self)
        self._apply()
        self.adjustSize()
        self._place()
        self.show()
        (self.number if self.number.isEnabled() else self.rule).setFocus(Qt.FocusReason.OtherFocusReason)
        self.number.selectAll()

    def _button(self, text: str, tip: str, run: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("compact", True)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: run() if callable(run) else None)
        return button

    def _place(self) -> None:
        """Below what is chosen from where there is room, always inside the view."""
        view, inside = self._view, QRectF(self._view.viewport().rect()).adjusted(8, 8, -8, -8)
        items = [view.scene.bundles[i] for i in self._bundles if i in view.scene.bundles]
        point = inside.center()
        if len(items) == 1:
            point = view.camera.to_view(items[0].middle)
        rect = QRectF(point.x() - self.width() / 2, inside.top(), self.width(), self.height())
        rect.moveLeft(min(max(rect.left(), inside.left()), inside.right() - rect.width()))
        self.move(rect.topLeft().toPoint())

    # -- choosing -------------------------------------------------------------------------------------------------

    def _rule(self) -> Rule:
        return cast(Rule, self.rule.currentData())

    def _typed(self) -> None:
        """A number that can be read counts while it is typed."""
        try:
            self._choose(self.number.checked(self.number.text()))
        except StudioError:
            return  # not a number yet

    def _apply(self) -> None:
        self.number.setEnabled(self._rule() in ("weaker", "stronger"))
        self._choose(float(self.number.value or 0.0))

    def _choose(self, value: float) -> None:
        view = self._view
        chosen = choosing.pick(view.parameters, self._bundles, self._rule(), value)
        count = choosing.counted(chosen)
        self._count(count)
        if count:
            view.selection.choose(chosen)
        else:
            view.selection.clear()

    def _count(self, count: int) -> None:
        everything = choosing.pick(self._view.parameters, self._bundles, "all")
        total = count_text(choosing.counted(everything))
        self.count.setText(tr("{count} of {total} synapses", count=count_text(count), total=total))
        for button in (self.prune, self.freeze, self.free):
            button.setEnabled(bool(count))

    # -- doing ----------------------------------------------------------------------------------------------------

    def _prune(self) -> None:
        self._view.prune_chosen()
        self.finish(keep=True)

    def _freeze(self, frozen: bool) -> None:
        self._view.freeze_chosen(frozen)
        self.finish(keep=True)

    def finish(self, keep: bool) -> None:
        """Close; unless ``keep`` is given, what was selected before is selected again."""
        if self._done:
            return
        self._done = True
        if not keep:
            self._view.selection.recall(self._before)
            self._view.selection.keep(self._view.session.document)
        self._view.chooser_closed()  # it takes the focus first: a focus that wanders would select a layer
        self.hide()
        self.deleteLater()

    def refresh(self) -> None:
        """Another document: count anew."""
        self._bundles = tuple(i for i in self._bundles if i in self._view.session.document.network.synapses)
        self._count(choosing.counted(self._view.selection.chosen))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc in the fields end it too; a number that cannot be read stays to be corrected."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.number.restore()
                self.finish(keep=False)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.number.commit():
                    self.finish(keep=True)
                else:
                    self.number.point_out()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps the choice, Esc takes it back; no key reaches the canvas below."""
        if event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """No click reaches the canvas below."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Nor a double-click."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A quiet panel."""
        paint_panel(self)
