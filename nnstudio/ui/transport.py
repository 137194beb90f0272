"""The transport: reset, step, train and pause, and how far training has come."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from nnstudio.session import Live, Session
from nnstudio.ui.actions import Actions
from nnstudio.ui.buttons import ActionButton
from nnstudio.ui.step_button import StepButton
from nnstudio.ui.text import tr

STEPS = 1000  # of the progress bar
TRAIN_WIDTH = 96  # the same for Train and for Pause


def clock_text(seconds: float) -> str:
    """A span of time as 0:03, 12:40 or 1:02:03; it rounds up, so that 0:00 means done."""
    whole = int(-(-seconds // 1))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


class TransportBar(QWidget):
    """Buttons and counters of training."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self.setAccessibleName(tr("Training"))
        self._session = session
        self._side_buttons = [
            ActionButton(actions[key], partial(actions.icon_name, key), self)
            for key in ("reset", "redraw", "step_epoch")
        ]
        self.step_button = StepButton(actions, self)
        self.train_button = ActionButton(actions["train"], partial(actions.icon_name, "train"), self, "on_accent")
        self.train_button.setProperty("primary", True)
        self.train_button.setMinimumWidth(TRAIN_WIDTH)
        self._stop_button = ActionButton(actions["stop"], partial(actions.icon_name, "stop"), self)
        self._stop_button.set_compact(True)

        self._epoch = _label(tr("epoch"), dim=True)
        self._count = _label("0", strong=True)
        self._goal = _label("/ 0", dim=True)
        self._counter = QWidget(self)
        words = QHBoxLayout(self._counter)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(5)
        for label in (self._epoch, self._count, self._goal):
            words.addWidget(label)
        words.addStretch(1)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        self.progress.setAccessibleName(tr("Training progress"))
        self._left = _label("", dim=True)
        self._left.setMinimumWidth(self._left.fontMetrics().horizontalAdvance(tr("{time} left", time="00:00")))

        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        first, second, epoch = self._side_buttons
        for button in (first, second, self.step_button, epoch, self.train_button, self._stop_button):
            row.addWidget(button)
        row.addSpacing(7)
        row.addWidget(self._counter)
        row.addSpacing(3)
        row.addWidget(self.progress)
        row.addSpacing(3)
        row.addWidget(self._left)

        self._ends = [
            session.live_changed.connect(self._show),
            session.state_changed.connect(lambda _state: self.refresh()),
            session.changed.connect(lambda _change: self.refresh()),
        ]
        self.refresh()

    def close_panel(self) -> None:
        """Let go of the session."""
        for end in self._ends:
            end()

    def set_compact(self, level: int) -> None:
        """0 shows the buttons' texts; 1 only their icons; 2 leaves out progress bar and time; 4 the counter as well."""
        self.step_button.set_compact(level > 0)
        for button in self._side_buttons:
            button.set_compact(level > 0)
        self.progress.setVisible(level < 2)
        self._left.setVisible(level < 2)
        self._counter.setVisible(level < 4)

    @property
    def counter_width(self) -> int:
        """The room kept for the epochs; it grows with their number."""
        return self._counter.minimumWidth()

    def needed_width(self) -> int:
        """The width under which something would be cut off."""
        self._row.invalidate()
        return self._row.minimumSize().width()

    def refresh(self) -> None:
        """Show the session's present values."""
        self._show(self._session.live)

    def _show(self, live: Live) -> None:
        _put(self._count, f"{live.epoch:,}".replace(",", "\u202f"))
        goal = f"{live.goal:,}".replace(",", "\u202f")
        if self._goal.text() != f"/ {goal}":
            self._goal.setText(f"/ {goal}")
            widest = tr("epoch") + goal + f"/ {goal}"  # numbers that grow must not push what stands beside them
            self._counter.setMinimumWidth(self._epoch.fontMetrics().horizontalAdvance(widest) + 14)
        self.progress.setValue(round(STEPS * live.epoch / live.goal) if live.goal else 0)
        running = self._session.state == "running"
        left = live.seconds_left if running else None
        if left is not None:
            _put(self._left, tr("{time} left", time=clock_text(left)))
        elif self._session.state == "finished":
            _put(self._left, tr("done in {time}", time=clock_text(live.seconds)))
        else:
            _put(self._left, "")


def _label(text: str, dim: bool = False, strong: bool = False) -> QLabel:
    label = QLabel(text)
    label.setProperty("dim", dim)
    label.setProperty("strong", strong)
    return label


def _put(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
