"""Plots whose values are computed while the window goes on."""

from __future__ import annotations

import weakref
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar

from nnstudio.document import Layer, Message
from nnstudio.ui.plots.base import Plot
from nnstudio.ui.text import message_text, tr

R = TypeVar("R")
PLAIN = (int, float, str, Layer)
BUSY_SECONDS = 3.0  # an answer that takes longer is taken for lost, and asked for again


class ComputedPlot(Plot, Generic[R]):
    """A plot whose values are computed on the session's background thread, one request at a time.

    Subclasses give ``question`` (immutable values, in the window's thread; None where there is nothing to ask, with
    ``empty`` set) and ``answer`` (runs on the other thread and touches no widget).
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        self.result: R | Message | None = None
        self._arrived: R | Message | None = None  # what the next drawing takes: a painting may come before it
        self._asked: tuple[Any, ...] | None = None
        self._busy_since: float | None = None
        self._generation = 0
        super().__init__(*args, **more)

    def question(self) -> tuple[Any, ...] | None:
        """Everything that the answer depends on."""
        return None

    @staticmethod
    def answer(*question: Any) -> Any:  # noqa: ARG004 (plots answer it)
        """The values to paint, or a sentence that says why there are none."""
        return Message.of("There is nothing to compute.")

    def words_about(self) -> object:
        """The newest answer."""
        return self.result

    def accept(self, result: R) -> None:
        """A new answer arrived (in the window's thread)."""

    def refresh(self) -> None:
        """Ask for an answer where the question changed; show the newest there is."""
        self.empty = ""
        question = self.question()
        arrived, self._arrived = self._arrived, None
        if arrived is not None:
            self._take(arrived)
        if question is None:
            self.result, self._asked = None, None
            self._generation += 1
            self._busy_since = None
            return
        if not same(question, self._asked):
            self._ask(question)
        if isinstance(self.result, Message):
            self.empty = message_text(self.result)
        elif self.result is None and not self.empty:
            self.empty = tr("Computing…")

    def settle(self) -> None:
        """Have the answer to the present question before this returns."""
        self.empty = ""
        question = self.question()
        if question is not None:
            self._generation += 1
            self._busy_since = None
            self._asked, self._arrived = question, None
            self._take(self.answer(*question))
        self.take()

    def _ask(self, question: tuple[Any, ...]) -> None:
        now = monotonic()
        if self._busy_since is not None and now - self._busy_since < BUSY_SECONDS:
            return  # the delivery marks the plot, which then asks the newest question
        self._asked = question
        self._busy_since = now
        self._generation += 1
        generation = self._generation

        me = weakref.ref(self)  # neither the thread nor what waits may keep a closed plot alive

        def deliver(result: R | Message) -> None:
            plot = me()
            if plot is not None:
                plot.delivered(generation, result)

        self.session.background.submit(f"plot-{id(self)}", partial(self.answer, *question), deliver)
        self.clock.wake()

    def delivered(self, generation: int, result: R | Message) -> None:
        """Keep an answer for the next drawing, unless the plot has moved on since it was asked for."""
        if generation == self._generation and not self.released:
            self._busy_since = None
            self._arrived = result
            self.mark()

    def _take(self, result: R | Message) -> None:
        self.result = result
        if not isinstance(result, Message):
            self.accept(result)


def same(one: tuple[Any, ...], other: tuple[Any, ...] | None) -> bool:
    """Whether both hold the very same objects, or equal plain values."""
    if other is None or len(one) != len(other):
        return False
    return all(a is b or (isinstance(a, PLAIN) and a == b) for a, b in zip(one, other, strict=True))
