"""The window's only timer: it polls the session and lets marked, visible views draw within a budget."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from nnstudio.events import Event
from nnstudio.ui.garbage import Garbage

FAST_MS = 16
VIEW_MS = 33  # a view that does not say otherwise is drawn 30 times a second
IDLE_MS = 120
AWAKE_SECONDS = 0.5  # stay fast this long after the last sign of life
BUDGET_SECONDS = 0.010
SHARE = 8.0  # a view may take one part in this many of the time ...
LONGEST_WAIT = 0.4  # ... but is never kept waiting longer than so many seconds
SMOOTHING = 0.3  # weight of the newest measured cost


class Polled(Protocol):
    """What the clock needs of a session."""

    @property
    def state(self) -> str:
        """One of "idle", "running", "paused" and "finished"."""
        ...

    @property
    def state_changed(self) -> Event[Any]:
        """Tells when ``state`` changes."""
        ...

    @property
    def changed(self) -> Event[Any]:
        """Tells when the document changes."""
        ...

    def poll(self) -> bool:
        """Deliver what waits; True while more may come."""
        ...


class Ticket:
    """One view's place in the clock: ``mark`` asks for a drawing, ``close`` leaves."""

    def __init__(
        self, clock: FrameClock, draw: Callable[[], None], widget: QWidget, interval: float, share: float
    ) -> None:
        self._clock = clock
        self._share = share
        self._draw: Callable[[], None] | None = draw
        self._widget = widget
        self._interval = interval
        self._last = float("-inf")
        self.marked = False
        self._drawing = 0.0
        self._painting = 0.0

    @property
    def cost(self) -> float:
        """Seconds that a drawing takes with the painting that follows, smoothed."""
        return self._drawing + self._painting

    def painted(self, seconds: float) -> None:
        """Tell what a paint event took that a drawing asked for: the clock sees only ``draw`` itself."""
        self._painting = _smooth(self._painting, seconds)

    def mark(self) -> None:
        """Ask for one drawing, when the view is visible and its interval has passed."""
        if self._draw is not None and not self.marked:
            self.marked = True
            self._clock.wake()

    def close(self, *_: object) -> None:
        """Leave the clock and let go of the view; calling it twice is harmless."""
        self.marked = False
        self._draw = None
        self._clock.forget(self)

    @property
    def visible(self) -> bool:
        """Whether the view can be seen at all."""
        return isValid(self._widget) and self._widget.isVisible() and not self._widget.window().isMinimized()

    def due(self, now: float) -> bool:
        """Whether the view is marked, has waited for its interval (longer where it is expensive), and is visible."""
        wait = max(self._interval, min(self.cost * self._share, LONGEST_WAIT))
        return self.marked and now - self._last >= wait and self.visible

    def draw(self, now: Callable[[], float]) -> None:
        """Draw at once and measure what it takes."""
        self.marked = False
        begin = now()
        self._last = begin
        if self._draw is not None:
            self._draw()
        self._drawing = _smooth(self._drawing, now() - begin)


class FrameClock(QObject):
    """Polls the session 60 times a second and draws what is marked; slower while nothing happens.

    A tick asks views in turn to draw until the budget is spent, and goes on with the next view in the next tick, so
    that none starves. An expensive view is drawn less often. ``now`` gives seconds (tests put their own clock in).
    """

    def __init__(self, session: Polled, parent: QObject | None = None, now: Callable[[], float] = perf_counter) -> None:
        super().__init__(parent)
        self._session = session
        self._now = now
        self._tickets: list[Ticket] = []
        self._next = 0
        self._awake_until = now() + AWAKE_SECONDS
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FAST_MS)
        self._timer.timeout.connect(self.tick)
        self._garbage = Garbage()
        self._disconnects = [session.state_changed.connect(self._state_changed), session.changed.connect(self.wake)]
        self._timer.start()

    def register(
        self, draw: Callable[[], None], widget: QWidget, interval_ms: int = VIEW_MS, share: float = SHARE
    ) -> Ticket:
        """A ticket for ``draw``, which is called only while ``widget`` is visible, at most every ``interval_ms``.

        It may take one part in ``share`` of the time.
        """
        interval = interval_ms / 1000 * 0.9  # a timer that comes a little early still counts
        ticket = Ticket(self, draw, widget, interval, share)
        self._tickets.append(ticket)
        widget.destroyed.connect(ticket.close)
        return ticket

    def forget(self, ticket: Ticket) -> None:
        """Take a ticket out of the round."""
        if ticket in self._tickets:
            place = self._tickets.index(ticket)
            del self._tickets[place]
            if place < self._next:
                self._next -= 1

    def wake(self, *_: object) -> None:
        """Something happened or is about to: tick fast for a while."""
        self._awake_until = self._now() + AWAKE_SECONDS
        if self._timer.isActive() and self._timer.interval() != FAST_MS:
            self._timer.setInterval(FAST_MS)

    def _state_changed(self, *_: object) -> None:
        self._garbage.freeze(self._session.state == "running")
        self.wake()

    def rest(self) -> None:
        """Do not tick until ``start``: nothing may come before the first paint of the window."""
        self._timer.stop()

    def start(self) -> None:
        """Tick (again)."""
        self._timer.start()

    def stop(self) -> None:
        """Stop ticking and let go of the session; the window calls this when it closes."""
        self._timer.stop()
        self._garbage.close()
        for disconnect in self._disconnects:
            disconnect()
        for ticket in tuple(self._tickets):
            ticket.close()

    @property
    def interval(self) -> int:
        """Milliseconds between two ticks at present; 0 when stopped."""
        return self._timer.interval() if self._timer.isActive() else 0

    def tick(self) -> None:
        """Poll the session, then draw what is due within the budget."""
        if self._session.poll() or self._session.state == "running":
            self.wake()
        self._draw_due()
        self._garbage.collect(idle=self._now() > self._awake_until)
        if self._timer.isActive() and self._timer.interval() != IDLE_MS and self._now() > self._awake_until:
            self._timer.setInterval(IDLE_MS)

    def _draw_due(self) -> None:
        begin = self._now()
        count = len(self._tickets)
        round_ = [self._tickets[(self._next + step) % count] for step in range(count)]
        drawn, spent = False, 0.0
        for ticket in round_:
            now = self._now()
            if not ticket.due(now):
                continue
            if drawn and max(spent, now - begin) + ticket.cost > BUDGET_SECONDS:
                return  # it is the first of the next tick
            drawn = True
            self._next = (self._tickets.index(ticket) + 1) % count
            ticket.draw(self._now)
            spent += ticket.cost
            if count != len(self._tickets):
                return  # a drawing closed a view


def _smooth(old: float, new: float) -> float:
    return new if old == 0.0 else old + SMOOTHING * (new - old)
