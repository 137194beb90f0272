"""One thread for work that the window must not wait for; of several requests of one kind the newest counts."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Delivery = tuple[Callable[[Any], None], Any]


class Background:
    """Runs submitted work one after the other on a plain thread, which starts when first needed."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = OrderedDict()
        self._done: deque[Delivery] = deque()
        self._failed: deque[Exception] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._busy = False
        self._thread: threading.Thread | None = None

    def submit(self, key: str, work: Callable[[], T], deliver: Callable[[T], None]) -> None:
        """Run ``work`` on the thread, and ``deliver`` its result where ``collect`` is called.

        A request of the same ``key`` that still waits is replaced.
        """
        with self._wake:
            if self._closed:
                return
            self._waiting[key] = (work, deliver)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nnstudio background")
                self._thread.start()
            self._wake.notify()

    @property
    def busy(self) -> bool:
        """Whether anything waits, runs, or is done but not yet delivered."""
        with self._wake:
            return bool(self._busy or self._waiting or self._done or self._failed)

    def collect(self) -> bool:
        """Deliver what is done, in the caller's thread; True where anything was.

        An exception of some work is raised here, one a call.
        """
        delivered = False
        while self._done:
            deliver, result = self._done.popleft()
            deliver(result)
            delivered = True
        if self._failed:
            raise self._failed.popleft()
        return delivered

    def close(self) -> None:
        """Drop what waits and wait for what runs."""
        with self._wake:
            self._closed = True
            self._waiting.clear()
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
        self._done.clear()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                _, (work, deliver) = self._waiting.popitem(last=False)
                self._busy = True
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 (raised again in the thread that collects)
                self._failed.append(error)
            else:
                self._done.append((deliver, result))
            with self._wake:
                self._busy = False
