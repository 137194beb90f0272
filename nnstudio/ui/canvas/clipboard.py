"""Copied layers: the fragment stays in this process, the system's clipboard gets a token and a readable summary."""

from __future__ import annotations

from itertools import count
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from nnstudio.document.edits import Fragment
from nnstudio.ui.canvas.look import subtitle

FRAGMENT_MIME = "application/x-nnstudio-fragment"


class Clipboard:
    """Holds what was copied last, as long as no other program has put something else on the system's clipboard."""

    def __init__(self) -> None:
        self._tokens = count(1)
        self._token = b""
        self._fragment: Fragment | None = None

    def put(self, fragment: Fragment) -> None:
        """Copy ``fragment``."""
        self._fragment = fragment
        self._token = b"nnstudio %d" % next(self._tokens)
        data = QMimeData()
        data.setData(FRAGMENT_MIME, self._token)
        lines = [f"{layer.name}: {subtitle(layer)}" for layer in fragment.layers]
        data.setText("\n".join([*lines, *(note.text for note in fragment.notes)]))
        QGuiApplication.clipboard().setMimeData(data)

    @property
    def held(self) -> Fragment | None:
        """What was copied last, be it still on the system's clipboard or not."""
        return self._fragment

    def get(self) -> Fragment | None:
        """What can be pasted."""
        data = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())  # None where nothing was ever copied
        if data is None:
            return None
        return self._fragment if bytes(data.data(FRAGMENT_MIME).data()) == self._token else None


clipboard = Clipboard()
