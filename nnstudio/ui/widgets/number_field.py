"""The one field for numbers: reads 0.25 and 0,25 in every locale, and says in a sentence what it cannot read."""

from __future__ import annotations

import math
import time
from itertools import count
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.document import StudioError
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.widgets.commit_line import CommitLine
from nnstudio.ui.widgets.numbers import number_text, read_number, tabular

Steps = Literal["linear", "decades", "doubling"]
_gestures = count(1)
_PAUSE = 0.8  # seconds without a step after which the next one is an undo step of its own
_NICE = (1.0, 2.0, 5.0, 10.0)


class NumberField(CommitLine):
    """A line that holds one number.

    ``value_committed`` carries the new value (float, or int where ``integer``) when the person confirms it with Enter,
    by leaving the field, with the arrow keys, the wheel or by dragging a ``ScrubLabel``; never for ``set_value``.
    ``steps`` is how arrows and drags move: by ``step``, through 1-2-5 of each power of ten, or by doubling.
    """

    value_committed = Signal(object)

    def __init__(
        self,
        value: float | None = 0.0,
        *,
        integer: bool = False,
        minimum: float | None = None,
        maximum: float | None = None,
        step: float | None = None,
        steps: Steps = "linear",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.integer = integer
        self.minimum = minimum
        self.maximum = maximum
        self.step = step if step is not None else (1.0 if integer else 0.1)
        self.steps: Steps = steps
        self.merge_key: str | None = None
        self._value: float | None = None
        self._last_step = -math.inf
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFont(tabular(self.font()))
        self.setProperty("number", True)
        self.set_value(value)

    @property
    def value(self) -> float | None:
        """The number that was last set or confirmed; None where the field stands for several different ones."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show ``value`` without telling anyone. Text that is being typed stays until it is confirmed or given up."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self.restore()

    def checked(self, text: str) -> float:
        """The number in ``text`` if this field may hold it; StudioError says what would be right."""
        return self._checked(read_number(text))

    def _checked(self, value: float) -> float:
        if self.integer and not value.is_integer():
            raise StudioError("Type a whole number; {value} is not one.", value=number_text(value))
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and not low <= value <= high:
            raise StudioError(
                "{value} is out of range; type a number from {low} to {high}.",
                value=number_text(value),
                low=number_text(low),
                high=number_text(high),
            )
        if low is not None and value < low:
            raise StudioError(
                "{value} is too small; type {low} or more.", value=number_text(value), low=number_text(low)
            )
        if high is not None and value > high:
            raise StudioError(
                "{value} is too large; type {high} or less.", value=number_text(value), high=number_text(high)
            )
        return int(value) if self.integer else value

    def shown(self) -> str:
        """The value with six significant figures."""
        return "" if self._value is None else number_text(self._value)

    def take(self) -> None:
        """Read the text and tell of the new value, or refuse it."""
        if self._value is None and not self.text().strip():
            self.restore()
            return
        try:
            value = self.checked(self.text())
        except StudioError as error:
            self.refuse(message_text(error.message))
            return
        self.merge_key = None
        self._emit(value)

    def step_by(self, amount: int, merge_key: str | None = None) -> None:
        """Move the value by ``amount`` steps and confirm it. Steps in quick succession share one merge key."""
        now = time.monotonic()
        if merge_key is None:
            if self.merge_key is None or now - self._last_step > _PAUSE:
                self.merge_key = f"steps {next(_gestures)}"
        else:
            self.merge_key = merge_key
        self._last_step = now
        try:
            start = self.checked(self.text()) if self.isModified() else self._value
        except StudioError as error:
            self.refuse(message_text(error.message))
            return
        value = self._clamped(self._stepped(self._start(start), amount))
        if value != self._value:
            self._emit(value)
        else:
            self.restore()

    def scrub_to(self, start: float, pixels: float, merge_key: str, *, fine: bool = False) -> None:
        """Move to where a drag of ``pixels`` to the right from the value ``start`` leads, and confirm it."""
        pixels = pixels * 0.1 if fine else pixels
        if self.steps == "decades":
            value = float(f"{self._start(start) * 10 ** (pixels / 120):.2g}")
        elif self.steps == "doubling":
            value = self._start(start) * 2 ** (pixels / 32)
        else:
            step = self.step * (0.1 if fine and not self.integer else 1.0)
            value = round(start / step + round(pixels / (0.4 if fine else 4.0))) * step
        value = self._clamped(float(f"{value:.12g}"))
        if value != self._value:
            self.merge_key = merge_key
            self._emit(value)

    def _start(self, value: float | None) -> float:
        if value is None:
            return self.minimum or 0.0
        if self.steps != "linear" and value <= 0:
            return 1.0 if self.integer else 1e-6
        return value

    def _stepped(self, value: float, amount: int) -> float:
        if self.steps == "doubling":
            power = math.log2(value)
            return 2.0 ** (math.floor(power + 1e-9) + amount if amount > 0 else math.ceil(power - 1e-9) + amount)
        if self.steps == "decades":
            for _ in range(abs(amount)):
                value = _next_nice(value) if amount > 0 else _previous_nice(value)
            return value
        return float(f"{value + amount * self.step:.12g}")

    def _clamped(self, value: float) -> float:
        if self.integer:
            value = round(value)
        if self.minimum is not None and value < self.minimum:
            value = math.ceil(self.minimum) if self.integer else self.minimum
        if self.maximum is not None and value > self.maximum:
            value = math.floor(self.maximum) if self.integer else self.maximum
        return value

    def _emit(self, value: float) -> None:
        before, self._value = self._value, value
        if value == before:
            self.restore()
            return
        self.value_committed.emit(value)
        if not self.problem:
            self.restore()
        elif self._value == value:  # else it stands for something else by now
            self._value = before

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow and page keys step."""
        key = event.key()
        big = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.steps == "linear" else 1
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.step_by(big if key == Qt.Key.Key_Up else -big)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            amount = 10 if self.steps == "linear" else 3
            self.step_by(amount if key == Qt.Key.Key_PageUp else -amount)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by the wheel, but only with the focus, so that scrolling a form past it changes nothing."""
        if not self.hasFocus() or self.isReadOnly():
            event.ignore()
            return
        if delta := event.angleDelta().y():
            self.step_by(1 if delta > 0 else -1)
        event.accept()


class ScrubLabel(QLabel):
    """The label of a number field: dragging it sideways changes the number, as one undo step. Shift is fine."""

    def __init__(self, text: str, field: NumberField, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._field = field
        self._start: tuple[float, float, str] | None = None
        self.setBuddy(field)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setProperty("role", "dim")
        self.setToolTip(tr("Drag sideways to change; hold Shift for small steps"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if event.button() == Qt.MouseButton.LeftButton and self._field.isEnabled() and self._field.value is not None:
            self._start = (event.globalPosition().x(), self._field.value, f"scrub {next(_gestures)}")
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self._start is not None:
            x, value, key = self._start
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._field.scrub_to(value, event.globalPosition().x() - x, key, fine=fine)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if self._start is not None:
            moved = abs(event.globalPosition().x() - self._start[0]) >= 3
            self._start = None
            self._field.merge_key = None
            if not moved:
                self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _next_nice(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    share = value / power
    following = next(nice for nice in _NICE if nice > share * (1 + 1e-9))
    return float(f"{following * power:.12g}")


def _previous_nice(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    share = value / power
    below = [nice for nice in _NICE if nice < share * (1 - 1e-9)]
    return float(f"{(below[-1] * power if below else 0.5 * power):.12g}")
