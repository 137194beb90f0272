"""A whole window on settings of its own, with a person at the dialogs who answers as the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from nnstudio.session import Session
from nnstudio.ui.dialogs import Answer, FileWish
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.settings import open_settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's offscreen platform grumbles at every top-level window that has a smallest size."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(scope="session")
def engine() -> None:
    """Compiled before the clock of any test runs."""
    from nnstudio.engine import warm_up

    warm_up("float32")


@dataclass
class Person:
    """Answers dialogs at once, and remembers what was asked."""

    path: Path | None = None
    answer: Answer = "cancel"
    wishes: list[FileWish] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def ask_path(self, _parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:
        self.wishes.append(wish)
        if self.path is not None:
            deliver(self.path)

    def ask_unsaved(self, _parent: QWidget, name: str, deliver: Callable[[Answer], object]) -> None:
        self.questions.append(name)
        deliver(self.answer)


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return open_settings(tmp_path / "settings" / "window.ini")


@pytest.fixture
def make_window(qapp: object, settings: QSettings, person: Person) -> Iterator[Callable[[], MainWindow]]:
    made: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(Session(), settings, person)
        window.warmup.start = lambda: None  # type: ignore[method-assign]
        made.append(window)
        return window

    yield make
    for window in made:
        if window.open:
            window.close_now()
        window.deleteLater()


@pytest.fixture
def window(qtbot: object, make_window: Callable[[], MainWindow]) -> MainWindow:
    window = make_window()
    window.load_rest()
    window.show()
    qtbot.waitExposed(window)  # type: ignore[attr-defined]
    return window
