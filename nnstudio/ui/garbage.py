"""Python's cyclic garbage is collected in the window's thread alone."""

from __future__ import annotations

import gc


class Garbage:
    """Collects between two frames, in place of Python, which collects in whatever thread happens to allocate.

    A worker's collection would destroy Qt objects in the wrong thread, while the window paints them: a crash.
    """

    _open = 0  # how many there are; Python collects by itself again when the last is closed

    def __init__(self) -> None:
        Garbage._open += 1
        gc.disable()
        self._frozen = self._closed = False

    def close(self) -> None:
        """Let Python collect by itself again; calling it twice is harmless."""
        if not self._closed:
            self._closed = True
            self.freeze(False)
            Garbage._open -= 1
            if not Garbage._open:
                gc.enable()

    def freeze(self, frozen: bool) -> None:
        """While training, what existed before is left alone: a full collection takes over 100 ms."""
        if frozen != self._frozen:
            self._frozen = frozen
            if frozen:
                gc.freeze()
            else:
                gc.unfreeze()

    def collect(self, idle: bool) -> None:
        """Collect as Python would by its thresholds; all generations only where nobody waits or old ones are frozen."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        if counts[0] <= thresholds[0]:
            return
        if counts[1] <= thresholds[1]:
            gc.collect(0)
        elif counts[2] <= thresholds[2] or not (idle or self._frozen):
            gc.collect(1)
        else:
            gc.collect(2)
