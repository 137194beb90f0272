from __future__ import annotations

import gc
import threading
from collections import Counter

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from nnstudio.events import Event
from nnstudio.ui import frames
from nnstudio.ui.frames import FAST_MS, IDLE_MS, FrameClock


class Session:
    def __init__(self) -> None:
        self.state = "idle"
        self.state_changed: Event[str] = Event()
        self.changed: Event[object] = Event()
        self.polls = 0

    def poll(self) -> bool:
        self.polls += 1
        return False


class Seconds:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.value = 100.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def clock(qapp, session, seconds):
    clock = FrameClock(session, None, seconds)
    clock._timer.stop()  # tests tick by hand
    yield clock
    clock.stop()


@pytest.fixture
def widget(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def ticks(clock, seconds, count, step=0.033):
    for _ in range(count):
        seconds.value += step
        clock.tick()


def test_polls_every_tick_and_draws_only_what_is_marked(clock, session, seconds, widget):
    drawn = []
    ticket = clock.register(lambda: drawn.append(1), widget)
    ticks(clock, seconds, 3)
    assert session.polls == 3
    assert drawn == []
    ticket.mark()
    ticket.mark()
    ticks(clock, seconds, 3)
    assert drawn == [1]


def test_hidden_view_costs_nothing_and_is_drawn_once_when_shown(clock, seconds, widget):
    drawn = []
    ticket = clock.register(lambda: drawn.append(1), widget)
    widget.hide()
    for _ in range(20):
        ticket.mark()
        ticks(clock, seconds, 1)
    assert drawn == []
    widget.show()
    ticks(clock, seconds, 3)
    assert drawn == [1]


def test_minimized_window_is_not_drawn(clock, seconds, widget, qtbot):
    drawn = []
    ticket = clock.register(lambda: drawn.append(1), widget)
    widget.showMinimized()
    qtbot.waitUntil(widget.isMinimized)
    ticket.mark()
    ticks(clock, seconds, 3)
    assert drawn == []


def test_interval_holds_a_view_back(clock, seconds, widget):
    drawn = []
    ticket = clock.register(lambda: drawn.append(1), widget, interval_ms=330)
    for _ in range(30):
        ticket.mark()
        ticks(clock, seconds, 1)
    assert 3 <= len(drawn) <= 4


def test_no_view_starves_under_a_budget_too_small_for_all(clock, seconds, widget):
    drawn = Counter()

    def view(name, cost):
        def draw():
            drawn[name] += 1
            seconds.value += cost

        return clock.register(draw, widget)

    tickets = [view(name, 0.003) for name in range(7)]
    for _ in range(70):
        for ticket in tickets:
            ticket.mark()
        ticks(clock, seconds, 1)
    assert len(drawn) == 7
    assert max(drawn.values()) - min(drawn.values()) <= 1
    assert sum(drawn.values()) >= 2 * 70  # at least two of 3 ms fit into the budget


def test_a_tick_stops_at_its_budget(clock, seconds, widget):
    def draw():
        seconds.value += 0.003

    tickets = [clock.register(draw, widget) for _ in range(12)]
    spans = []
    for _ in range(40):
        for ticket in tickets:
            ticket.mark()
        seconds.value += 0.033
        begin = seconds.value
        clock.tick()
        spans.append(seconds.value - begin)
    assert max(spans[12:]) <= frames.BUDGET_SECONDS + 1e-9


def test_an_expensive_view_is_drawn_less_often_than_a_cheap_one(clock, seconds, widget):
    drawn = Counter()

    def expensive():
        drawn["expensive"] += 1
        seconds.value += 0.040

    def cheap():
        drawn["cheap"] += 1
        seconds.value += 0.0005

    tickets = [clock.register(expensive, widget), clock.register(cheap, widget)]
    for _ in range(100):
        for ticket in tickets:
            ticket.mark()
        ticks(clock, seconds, 1)
    assert drawn["cheap"] >= 80
    assert 5 <= drawn["expensive"] <= 100 * (0.033 + 0.040) / (0.040 * frames.SHARE) + 1


def test_a_view_that_fails_does_not_stop_the_others(clock, seconds, widget):
    drawn = []

    def fails():
        raise ValueError("broken view")

    broken, sound = clock.register(fails, widget), clock.register(lambda: drawn.append(1), widget)
    broken.mark()
    sound.mark()
    with pytest.raises(ValueError, match="broken view"):
        ticks(clock, seconds, 1)
    ticks(clock, seconds, 1)
    assert drawn == [1]


def test_closed_ticket_is_never_drawn_again(clock, seconds, widget):
    drawn = []
    first, second = (clock.register(lambda n=n: drawn.append(n), widget) for n in (1, 2))
    first.mark()
    second.mark()
    first.close()
    first.close()
    first.mark()
    ticks(clock, seconds, 2)
    assert drawn == [2]


def test_a_view_may_close_itself_while_drawing(clock, seconds, widget):
    drawn = []
    tickets = []

    def draw():
        drawn.append(1)
        tickets[0].close()

    tickets.append(clock.register(draw, widget))
    other = clock.register(lambda: drawn.append(2), widget)
    tickets[0].mark()
    other.mark()
    ticks(clock, seconds, 2)
    assert sorted(drawn) == [1, 2]


def test_deleted_widget_takes_its_ticket_along(clock, seconds, qtbot):
    drawn = []
    widget = QWidget()
    widget.show()
    ticket = clock.register(lambda: drawn.append(1), widget)
    ticket.mark()
    widget.deleteLater()
    qtbot.waitUntil(lambda: not clock._tickets)
    ticks(clock, seconds, 1)
    assert drawn == []


def test_slow_when_nothing_happens_fast_again_at_once(qapp, session, seconds, widget):
    clock = FrameClock(session, None, seconds)
    try:
        assert clock.interval == FAST_MS
        ticks(clock, seconds, 30)
        assert clock.interval == IDLE_MS
        ticket = clock.register(lambda: None, widget)
        ticket.mark()
        assert clock.interval == FAST_MS
        ticks(clock, seconds, 30)
        assert clock.interval == IDLE_MS
        session.state = "running"
        session.state_changed.emit("running")
        assert clock.interval == FAST_MS
        ticks(clock, seconds, 60)
        assert clock.interval == FAST_MS
        session.state = "finished"
        ticks(clock, seconds, 60)
        assert clock.interval == IDLE_MS
    finally:
        clock.stop()


def test_stop_leaves_no_timer_and_no_listener(qtbot, session):
    parent = QObject()
    clock = FrameClock(session, parent)
    qtbot.waitUntil(lambda: session.polls > 2)
    clock.stop()
    assert clock.interval == 0
    assert not any(timer.isActive() for timer in parent.findChildren(QTimer))
    assert not session.state_changed._listeners
    assert not session.changed._listeners
    polls = session.polls
    qtbot.wait(80)
    assert session.polls == polls


def test_painting_told_afterwards_counts_to_the_cost(clock, seconds, widget):
    drawn = Counter()
    tickets = [clock.register(lambda n=n: drawn.update([n]), widget) for n in range(4)]
    for _ in range(40):
        for ticket in tickets:
            ticket.mark()
        before = Counter(drawn)
        ticks(clock, seconds, 1)
        for n, ticket in enumerate(tickets):
            if drawn[n] > before[n]:
                ticket.painted(0.0035)
    assert drawn.total() <= 2 * 40 + 4  # two paintings of 3.5 ms fit into the budget
    assert max(drawn.values()) - min(drawn.values()) <= 1


def test_one_slow_drawing_does_not_keep_a_view_waiting_for_long(clock, seconds, widget):
    drawn = []

    def draw():
        drawn.append(seconds.value)
        seconds.value += 2.0 if len(drawn) == 1 else 0.001

    ticket = clock.register(draw, widget)
    ticket.mark()
    ticks(clock, seconds, 1)
    ticket.mark()
    ticks(clock, seconds, 15)
    assert len(drawn) == 2


def test_the_garbage_collector_leaves_old_objects_alone_while_training(clock, session):
    gc.unfreeze()  # what the guards of the tests have frozen
    session.state = "running"
    session.state_changed.emit("running")
    assert gc.get_freeze_count() > 1000
    session.state = "paused"
    session.state_changed.emit("paused")
    assert gc.get_freeze_count() == 0
    session.state = "running"
    session.state_changed.emit("running")
    clock.stop()
    assert gc.get_freeze_count() == 0


def test_garbage_is_collected_in_the_window_s_thread_alone(clock, seconds):
    collected_by = []

    class Ring:
        def __init__(self):
            self.me = self

        def __del__(self):
            collected_by.append(threading.get_ident())

    def allocate():
        kept = [[] for _ in range(20_000)]  # many times what makes Python collect by itself
        assert len(kept) == 20_000

    gc.collect()
    for _ in range(50):
        Ring()
    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    assert not collected_by
    kept = [[] for _ in range(2000)]
    ticks(clock, seconds, 1)
    assert len(kept) == 2000
    assert collected_by == [threading.get_ident()] * 50


def test_python_collects_by_itself_when_the_last_clock_has_stopped(clock):
    assert not gc.isenabled()
    clock.stop()
    clock.stop()
    assert gc.isenabled()
