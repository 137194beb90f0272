"""Faults that C code raises in a method that Qt calls are told like any other, and the process lives."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from nnstudio.ui.overrides import harmless

PROGRAM = """
import sys
import nnstudio.ui
import shiboken6
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QLabel, QWidget

app = QApplication([])
gone = QLabel()
shiboken6.delete(gone)
told = []
sys.excepthook = lambda kind, error, trace: told.append(kind.__name__)


class Box(QWidget):
    def event(self, event):
        return super().event(event)

    def {method}(self, event):
        painter = QPainter(self) if event.type() == event.Type.Paint else None
        {fault}


box = Box()
try:
    box.resize(300, 200)
    box.show()
    app.processEvents()
except {kind} as error:
    told.append(type(error).__name__)
assert set(told) == {{"{kind}"}}, told
print("alive")
"""


@pytest.mark.parametrize(
    ("method", "fault", "kind"),
    [
        ("resizeEvent", "int('x')", "ValueError"),
        ("resizeEvent", "gone.width()", "RuntimeError"),
        ("paintEvent", "int('x')", "ValueError"),
    ],
)
def test_a_fault_raised_by_c_code_in_a_nested_method(method: str, fault: str, kind: str) -> None:
    program = PROGRAM.format(method=method, fault=fault, kind=kind)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "alive" in done.stdout
    assert "active painter" not in done.stderr


def test_a_harmless_method_is_the_same_method() -> None:
    def sizes(first: int, *, second: int) -> tuple[int, int]:
        """Both."""
        return first, second

    made: Callable[..., tuple[int, int]] = harmless(sizes)
    assert made(1, second=2) == (1, 2)
    assert (made.__name__, made.__doc__) == ("sizes", "Both.")
