"""The one observer type: rooms below the window tell those above that something changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Event(Generic[T]):
    """A list of callables that are told of a value, in the order in which they connected.

    It belongs to one thread. A listener that raises does not keep the others from being told: the first
    exception is raised again when all have been called. One that another has just taken away is not called.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def connect(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add ``listener`` and return a function that takes it away again (calling it twice is harmless)."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def emit(self, value: T) -> None:
        """Tell every listener of ``value``."""
        failure: Exception | None = None
        for listener in tuple(self._listeners):
            if listener not in self._listeners:
                continue
            try:
                self._tell(listener, value)
            except Exception as error:  # noqa: BLE001 (raised again below, when all were told)
                failure = failure or error
        if failure is not None:
            raise failure

    def _tell(self, listener: Callable[[T], None], value: T) -> None:
        listener(value)
