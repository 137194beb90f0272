"""The palette: cards of layers and synapses to be dragged onto the canvas, and the present data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDrag,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.catalog import Wiring, wirings
from nnstudio.document import LayerKind, Part
from nnstudio.document.edits import AddLayer
from nnstudio.events import Event
from nnstudio.session import Session
from nnstudio.ui.fonts import font
from nnstudio.ui.icons import pixmap
from nnstudio.ui.layer_drag import free_place, layer_data, synapses_data
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.voices import ButtonVoice, speaks
from nnstudio.ui.widgets.numbers import count_text

HEIGHT = 50
BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Card(QWidget):
    """One card with icon, name and a line of explanation; ``chosen`` is called for a click, Enter or Space.

    Where ``carries`` is given, the card can be dragged.
    """

    def __init__(
        self,
        icon: str,
        name: str,
        line: str,
        chosen: Callable[[], None],
        carries: Callable[[], QMimeData] | None = None,
    ) -> None:
        super().__init__()
        self._icon, self._name, self._line = icon, name, line
        self._chosen = chosen
        self._carries = carries
        self._pressed: QPoint | None = None
        self._hovered = False
        self._by_keys = False
        self._marked = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor if carries else Qt.CursorShape.PointingHandCursor)
        self.show_text(name, line)

    def press(self) -> None:
        """Do what a click does."""
        self._chosen()

    def show_text(self, name: str, line: str) -> None:
        """Write other words on the card."""
        self._name, self._line = name, line
        self.setAccessibleName(name)
        self.setAccessibleDescription(line)
        self.update()

    def mark(self, marked: bool) -> None:
        """Show that this is the one in use, or no longer."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for its words in most languages."""
        return QSize(208, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A quiet card that answers to the pointer and shows the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.colors
        focused = self.hasFocus() and self._by_keys
        edge = "accent" if focused or self._marked else "faint" if self._hovered else "line"
        painter.setPen(QPen(colors.q(edge), 2 if focused else 1))
        painter.setBrush(colors.q("raised"))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 9, 9)
        box = QRectF(10.5, (HEIGHT - 28) / 2 + 0.5, 27, 27)
        painter.setPen(QPen(colors.q("line"), 1))
        painter.setBrush(colors.q("background"))
        painter.drawRoundedRect(box, 7, 7)
        painter.drawPixmap(box.topLeft().toPoint() + QPoint(5, 5), self._picture())
        left, wide = 48, self.width() - 48 - 10
        painter.setFont(font(13))
        painter.setPen(colors.q("text"))
        self._text(painter, QRectF(left, 7, wide, 18), self._name)
        painter.setFont(font(11))
        painter.setPen(colors.q("dim"))
        self._text(painter, QRectF(left, 25, wide, 17), self._line)

    def _picture(self) -> QPixmap:
        return pixmap(self._icon, theme.colors.accent, 18, self.devicePixelRatioF())

    def _text(self, painter: QPainter, rect: QRectF, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Maybe a drag, maybe a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the card."""
        if self._pressed is None or self._carries is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.drag().exec(Qt.DropAction.CopyAction)

    def drag(self) -> QDrag:
        """The drag that this card begins: what it carries and a picture of its icon."""
        drag = QDrag(self)
        if self._carries is not None:
            drag.setMimeData(self._carries())
        drag.setPixmap(self._picture())
        drag.setHotSpot(QPoint(-14, -12))  # beside the pointer: the canvas shows the layer itself
        return drag

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self._chosen()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space choose the card, arrows go to the next one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._chosen()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus where the keyboard brought it."""
        self._by_keys = event.reason() in BY_KEYS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The focus left."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is over the card."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """It left."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)


speaks(Card, lambda card: ButtonVoice(card, card.press))


class PalettePanel(QWidget):
    """Cards for what the network is made of.

    ``synapse_tool`` tells that wires are to be drawn, ``open_data`` that the data was clicked.
    """

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__()
        self.setObjectName("palette_panel")
        self.setAccessibleName(self.title)
        self.synapse_tool: Event[Literal["synapse"]] = Event()
        self.open_data: Event[None] = Event()
        self._session = session
        self._selection = selection
        self._headings: list[QLabel] = []
        self._column = QVBoxLayout()
        self._column.setContentsMargins(12, 10, 12, 8)
        self._column.setSpacing(6)

        self._heading(tr("Layers · drag to the canvas"))
        self.cards: dict[str, Card] = {}
        self._layer("input", tr("Input"), tr("one neuron per attribute"))
        self._layer("hidden", tr("Hidden"), tr("neurons with bias, activation"))
        self._layer("output", tr("Output"), tr("the prediction"))
        self._heading(tr("Synapses · drag between layers"))
        for key, entry in wirings.items():
            self._wiring(key, entry)
        self._heading(tr("Data"))
        self._add("data", Card("data", "", "", lambda: self.open_data.emit(None)))
        self._column.addStretch(1)
        body = QWidget()
        body.setLayout(self._column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        area.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

        self._disconnects = [
            session.changed.connect(self._show_data),
            theme.changed.connect(self._restyle),
            selection.wiring_changed.connect(self._show_wiring),
        ]
        self.destroyed.connect(partial(_call_all, self._disconnects))
        self._restyle()
        self._show_data()
        self._show_wiring()

    @property
    def title(self) -> str:
        """What the panel is called."""
        return tr("Palette")

    def _heading(self, text: str) -> None:
        label = QLabel(text.upper())
        label.setAccessibleName(text)
        label.setWordWrap(True)
        label.setProperty("heading", True)
        label.setFont(font(11, bold=True))
        label.setContentsMargins(2, 2 if not self._headings else 9, 0, 1)
        self._headings.append(label)
        self._column.addWidget(label)

    def _layer(self, kind: LayerKind, name: str, line: str) -> None:
        card = Card(kind, name, line, partial(self.add_layer, kind), partial(layer_data, kind))
        card.setToolTip(tr("Drag it onto the canvas, or click or press Enter to add it at a free place"))
        self._add(kind, card)

    def _add(self, key: str, card: Card) -> None:
        card.setObjectName(f"palette_{key}")
        self.cards[key] = card
        self._column.addWidget(card)

    def add_layer(self, kind: LayerKind) -> None:
        """Add a layer at a free place and select it."""
        before = self._session.document.network.layers.keys()
        self._session.do(AddLayer(kind, free_place(self._session.document, kind)))
        self._selection.select(self._session.document.network.layers.keys() - before)

    def _wiring(self, key: str, entry: Wiring) -> None:
        card = Card(key, tr(entry.label), tr(entry.line), partial(self._use_wiring, key), partial(synapses_data, key))
        tip = tr("Click, then drag from one layer to another; or drop it on the layer where the wire begins")
        card.setToolTip(f"{tr(entry.summary)}\n{tip}")
        self._add(key, card)

    def _use_wiring(self, key: str) -> None:
        self._selection.use_wiring(Part(key))
        self.synapse_tool.emit("synapse")

    def _show_wiring(self, wiring: Part | None = None) -> None:
        """Mark the wiring that the next wire will have."""
        chosen = (wiring or self._selection.wiring).key
        for key in wirings:
            self.cards[key].mark(key == chosen)

    def _show_data(self, _change: object = None) -> None:
        card, recipe = self.cards["data"], self._session.document.data
        if recipe is None:
            card.show_text(tr("No data yet"), tr("click to open or generate"))
            card.setToolTip(tr("Open a CSV file, pick a data set or generate one"))
            return
        card.show_text(recipe.name, self._data_line())
        card.setToolTip(tr("Show the data"))

    def _data_line(self) -> str:
        dataset, problem = self._session.dataset, self._session.data_problem
        if dataset is None:
            return tr("cannot be read") if problem else ""
        samples = count_text(len(dataset.inputs))
        if dataset.task == "classification":
            return tr("{samples} samples, {classes} classes", samples=samples, classes=dataset.outputs)
        if dataset.outputs == 1:
            return tr("{samples} samples, 1 target", samples=samples)
        return tr("{samples} samples, {targets} targets", samples=samples, targets=dataset.outputs)

    def _restyle(self, _name: object = None) -> None:
        for card in self.cards.values():
            card.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Listen no more."""
        _call_all(self._disconnects)
        super().closeEvent(event)


def _call_all(functions: list[Callable[[], None]], *_: object) -> None:
    for function in functions:
        function()
    functions.clear()
