"""Loads Qt and then gives Python its own ``import`` back: PySide6 puts one in its place that is half as fast."""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """Import Qt. What PySide6's ``import`` is for (``from __feature__ import ...``) is not used here."""
    plain = builtins.__import__
    import PySide6.QtWidgets  # noqa: F401 (this is what puts the other import in)

    builtins.__import__ = plain
