"""The line at the foot of the window: what is going on, how fast, and how large network and data are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from nnstudio.catalog.counting import parameter_count
from nnstudio.document import Dataset, Document, StudioError
from nnstudio.session import Live, Session
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

LONGEST_CHAIN = 9  # layers whose sizes are written one by one


def short_number(value: float) -> str:
    """A number for people in a hurry: 940, 12 k, 1.9 M, 3.2 G."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            scaled = value / limit
            return f"{scaled:.1f} {unit}" if scaled < 10 else f"{scaled:.0f} {unit}"
    return f"{value:.0f}"


def network_text(document: Document) -> str:
    """The layers' sizes in the order of the signals, and how many numbers training may move; empty without layers."""
    network = document.network
    if not network.layers:
        return ""
    try:
        order = network.order
    except StudioError:
        order = tuple(network.layers)
    chain = all(len(network.outgoing[layer]) <= 1 and len(network.incoming[layer]) <= 1 for layer in order)
    if chain and len(order) <= LONGEST_CHAIN:
        shape = " → ".join(str(network.layers[layer].size) for layer in order)
    else:
        shape = tr("{count} layers", count=len(order))
    count = parameter_count(document)
    return tr("{shape} · {count} parameters", shape=shape, count=f"{count:,}".replace(",", "\u202f"))


def data_text(name: str, dataset: Dataset | None) -> str:
    """The name of the data and how it is divided; empty without data."""
    if dataset is None:
        return ""
    return tr(
        "{name} · {train} train / {rest} validation", name=name, train=len(dataset.train), rest=len(dataset.validation)
    )


def ended_text(reason: str | None) -> str:
    """Why a run ended, in a few words; empty where a person ended it."""
    return {
        "epochs": tr("finished: all epochs done"),
        "target": tr("finished: the target is reached"),
        "patience": tr("finished: no better for too long"),
        "time": tr("finished: the time is over"),
    }.get(reason or "", "")


class Dot(QWidget):
    """A small disc in a colour of the theme; the word beside it says the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(10, 16))
        self._color = "faint"

    def show_color(self, color: str) -> None:
        """Take another colour."""
        if color != self._color:
            self._color = color
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colors.q(self._color))
        painter.drawEllipse(QPointF(5, 8.5), 4, 4)
        painter.end()


class StatusLine(QStatusBar):
    """State, speed, network and data."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(tr("Status"))
        self.setSizeGripEnabled(False)
        self._session = session
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(14, 0, 0, 0)
        row.setSpacing(6)
        self._dot = Dot(holder)
        self.state = QLabel(holder)
        self.speed = QLabel(holder)
        self.network = QLabel(holder)
        self.data = QLabel(holder)
        row.addWidget(self._dot)
        for label in (self.state, self.speed, self.network, self.data):
            row.addWidget(label)
            row.addSpacing(12)
        self.addWidget(holder)
        self.engine = QLabel(self)
        self.engine.setContentsMargins(0, 0, 14, 0)
        self.engine.hide()
        self.addPermanentWidget(self.engine)
        self._ends = [
            session.live_changed.connect(self._show_speed),
            session.state_changed.connect(lambda _state: self._show_state()),
            session.changed.connect(lambda _change: self.refresh()),
            theme.changed.connect(lambda _name: self._dot.update()),
        ]
        self.refresh()

    def close_panel(self) -> None:
        """Let go of the session."""
        for end in self._ends:
            end()

    def refresh(self) -> None:
        """Show the session's present values."""
        document = self._session.document
        _put(self.network, network_text(document))
        _put(self.data, data_text(document.data.name if document.data else "", self._session.dataset))
        self._show_state()

    def tell_engine(self, text: str) -> None:
        """Say at the right what the engine is being prepared for; an empty text says nothing."""
        self.engine.setText(text)
        self.engine.setVisible(bool(text))

    def _show_state(self) -> None:
        word, color = {
            "idle": (tr("idle"), "faint"),
            "running": (tr("training"), "good"),
            "paused": (tr("paused"), "warning"),
            "finished": (tr("finished"), "accent"),
        }[self._session.state]
        if self._session.state == "finished":
            word = ended_text(self._session.stopped) or word
        _put(self.state, word)
        self._dot.show_color(color)
        if self._session.state != "running":
            _put(self.speed, "")

    def _show_speed(self, live: Live) -> None:
        if self._session.state == "running" and live.samples_per_second > 0:
            _put(self.speed, tr("{rate} samples/s", rate=short_number(live.samples_per_second)))


def _put(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
    label.setVisible(bool(text))
