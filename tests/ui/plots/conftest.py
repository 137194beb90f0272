"""A real session trained on real data, and plots on a clock that ticks by hand."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from nnstudio.document import Part, Source
from nnstudio.document.edits import AddLayer, Connect, SetTraining
from nnstudio.session import Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.selection import Selection
from nnstudio.ui.theme import theme


def build(session, source, hidden=(8, 6), epochs=40, **training):
    """input - hidden ... - output, wired in a row, with data."""
    session.do(AddLayer("input", (0.0, 0.0)))
    for place, size in enumerate(hidden):
        kind = Part("tanh") if place == 0 else Part("relu")
        session.do(AddLayer("hidden", (200.0 * (place + 1), 0.0), size=size, activation=kind))
    session.do(AddLayer("output", (200.0 * (len(hidden) + 1), 0.0)))
    layers = list(session.document.network.layers)
    for a, b in pairwise(layers):
        session.do(Connect(a, b))
    session.choose_data(source)
    session.do(SetTraining((("epochs", epochs), *training.items())))


def wait_until(done, seconds=20.0):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def train(session):
    session.train()
    wait_until(lambda: session.poll() is not None and session.state != "running")


class Bench:
    """A session, a selection and a clock; ``settle`` ticks until everything asked for is drawn."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.session = Session()
        self.selection = Selection()
        self.clock = FrameClock(self.session)
        self.clock._timer.stop()

    def show(self, plot_class, size=(310, 290)):
        plot = plot_class(self.session, self.selection, self.clock)
        self.qtbot.addWidget(plot)
        plot.resize(*size)
        with self.qtbot.waitExposed(plot):
            plot.show()
        self.settle()
        return plot

    def settle(self):
        quiet = 0
        end = time.monotonic() + 20.0
        while quiet < 3:
            for ticket in self.clock._tickets:
                ticket._last = float("-inf")
            self.clock.tick()
            QApplication.processEvents()
            busy = self.session.background.busy or any(t.marked and t.visible for t in self.clock._tickets)
            quiet = 0 if busy else quiet + 1
            assert time.monotonic() < end
            time.sleep(0.001)

    def close(self):
        self.clock.stop()
        self.session.close()


@pytest.fixture
def bench(qtbot):
    theme.use("dark")
    bench = Bench(qtbot)
    yield bench
    bench.close()
    theme.use("dark")


@pytest.fixture
def iris(bench):
    build(bench.session, Source("bundled", "iris"))
    train(bench.session)
    return bench


@pytest.fixture
def diabetes(bench):
    build(bench.session, Source("bundled", "diabetes"), hidden=(6,))
    train(bench.session)
    return bench
