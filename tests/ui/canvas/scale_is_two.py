"""Run by name beside the gestures in the process of ``test_fine_screen``: the scale is what it is said to be."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication


def test_the_scale_is_two(qapp: QApplication) -> None:
    assert qapp.primaryScreen().devicePixelRatio() == 2.0
