"""PySide6 6.12 on Python 3.11 drops a reference to True at every emit and aborts the process after some hundreds."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, QStringListModel, Signal
from PySide6.QtWidgets import QWidget


class Bell(QObject):
    rang = Signal(bool)


def test_signals_and_calls_keep_the_constants_alive(qtbot) -> None:
    heard = []
    bell, widget, model = Bell(), QWidget(), QStringListModel(["a"])
    bell.rang.connect(heard.append)
    before = [sys.getrefcount(constant) for constant in (True, False, None)]
    for turn in range(2000):
        bell.rang.emit(turn % 2 == 0)
        heard.clear()
    for turn in range(2000):
        widget.setVisible(turn % 2 == 0)
    for turn in range(200):
        model.setData(model.index(0), str(turn))
    after = [sys.getrefcount(constant) for constant in (True, False, None)]
    for name, old, new in zip(("True", "False", "None"), before, after, strict=True):
        assert new - old > -50, f"{name} lost {old - new} references: this PySide6 is not safe with this Python"
    widget.close()
    widget.deleteLater()
