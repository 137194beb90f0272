"""Ten thousand random events at the window while it trains: nothing raises, and the document can be trusted.

What comes when differs from run to run, as the training does. Other seeds than those of the suite, by the variable:
``NNSTUDIO_SEEDS=5,6,7 pytest tests/ui/shell/test_random_events.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QAccessible, QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QToolTip

from nnstudio import project
from nnstudio.document import Source, StudioError
from nnstudio.document.edits import AddLayer, Connect, SetTraining
from nnstudio.session import Session
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.dialogs import RealDialogs
from nnstudio.ui.main_window import MainWindow
from tests.project.conftest import assert_same
from tests.ui.shell.crowd import Crowd, Person

EVENTS = 2_500  # of each seed
SEEDS = [int(seed) for seed in os.environ.get("NNSTUDIO_SEEDS", "1,2,3,4").split(",")]


def network(session: Session) -> None:
    session.choose_data(Source("bundled", "iris"))
    session.do(AddLayer("input", (-264.0, 0.0)))
    session.do(AddLayer("hidden", (0.0, 0.0)))
    session.do(AddLayer("output", (264.0, 0.0)))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.do(SetTraining((("epochs", 5_000_000),)))  # so that it does not end meanwhile


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """What may be opened: a project, a table, and two files that cannot be read."""
    made = [tmp_path / name for name in ("other.nns", "table.csv", "broken.nns", "empty.csv")]
    other = Session()
    other.do(AddLayer("hidden", (0.0, 0.0), size=3))
    other.save(made[0])
    other.close()
    made[1].write_text("a,b,kind\n" + "".join(f"{i},{i * i % 7},{'xyz'[i % 3]}\n" for i in range(40)))
    made[2].write_bytes(b"PK\x03\x04 nothing")
    made[3].write_text("")
    return made


class Windows:
    """One window after the other: somebody may quit, and begins again with the first project."""

    def __init__(self, qtbot, settings: QSettings, person: Person) -> None:
        self._qtbot, self._settings, self.person = qtbot, settings, person
        self.first = person.folder / "first.nns"
        session = Session()
        network(session)
        session.save(self.first)
        self._whole = self.first.read_bytes()
        self.window = self._made(session)

    def _made(self, session: Session) -> MainWindow:
        window = MainWindow(session, self._settings, self.person)
        window.warmup.start = lambda: None  # type: ignore[method-assign]
        window.load_rest()
        window.resize(1100, 720)
        window.show()
        self._qtbot.waitExposed(window)
        window.activateWindow()
        return window

    def again(self) -> MainWindow:
        """What somebody quit must have ended; another window opens the first project."""
        self.end()
        session = Session()
        self.open_first(session)
        self.window = self._made(session)
        return self.window

    def open_first(self, session: Session) -> None:
        """Open the first project as it was; it may have been saved over."""
        self.first.write_bytes(self._whole)
        session.open(self.first)

    def end(self) -> None:
        """Close the window, where nobody has: nothing of it listens or runs any more."""
        window, session = self.window, self.window.session
        events = (session.changed, session.state_changed, session.live_changed, window.selection.changed)
        window.close_now()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
        assert not [listener for event in events for listener in event._listeners]
        assert session.state != "running"


@pytest.fixture
def windows(engine: None, qtbot, tmp_path: Path, settings: QSettings, files: list[Path]) -> Iterator[Windows]:
    windows = Windows(qtbot, settings, Person(tmp_path, files))
    QAccessible.setActive(True)  # a screen reader listens
    yield windows
    QAccessible.setActive(False)
    QToolTip.hideText()
    windows.end()


@pytest.mark.timeout(600)  # about a minute
@pytest.mark.qt_log_ignore("occurs outside target window", "Keyboard event not accepted")
@pytest.mark.parametrize("seed", SEEDS)
def test_random_events_while_training(windows: Windows, qtbot, tmp_path: Path, monkeypatch, seed: int) -> None:
    window, person = windows.window, windows.person
    crowd = Crowd(window, person, seed)
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: crowd.carry(drag))
    monkeypatch.setattr("nnstudio.ui.main_window.QDesktopServices.openUrl", lambda _url: False)
    monkeypatch.setattr(RealDialogs, "ask_path", lambda _self, *words: person.ask_path(*words))
    window.session.train()
    trained = 0
    with qtbot.captureExceptions() as faults:
        for number in range(EVENTS):
            try:
                crowd.event()
                if not window.open:
                    window = windows.again()
                    crowd.look_at(window)
                    window.session.train()
                elif number % 25 == 0:
                    the_canvas_shows_it(window)
            except Exception as error:  # noqa: BLE001 (whatever it is, the trail must be told)
                faults.append((type(error), error, error.__traceback__))
            if faults:
                told = "\n".join(crowd.trail)
                raise AssertionError(f"seed {seed}, event {number}, after\n{told}") from faults[0][1]
            trained += window.session.state == "running"
            if window.session.state != "running" and number % 25 == 0:
                train_again(windows)
        crowd.let_go()
        while (menu := QApplication.activePopupWidget()) is not None:
            QTest.keyClick(menu, Qt.Key.Key_Escape)
        window.canvas.cancel_gesture()
        window.session.pause()
        QApplication.processEvents()
    assert not faults
    assert trained > EVENTS / 5, (trained, crowd.counts)
    assert QApplication.activeModalWidget() is None
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible() and w.isModal()]
    the_canvas_shows_it(window)
    the_document_can_be_trusted(window, tmp_path / "last.nns")


def train_again(windows: Windows) -> None:
    """With a network that can be trained: where this one cannot, with the first."""
    session = windows.window.session
    while (menu := QApplication.activePopupWidget()) is not None:
        menu.close()
    try:
        session.train()
    except StudioError:
        windows.open_first(session)
        session.train()


def differing(shown: object, made: object) -> list[str]:
    """The fields of a dataclass in which two differ, and how."""
    pairs = [(f.name, getattr(shown, f.name), getattr(made, f.name)) for f in fields(made)]  # type: ignore[arg-type]
    return [f"{name}: {a} for {b}" for name, a, b in pairs if repr(a) != repr(b)]


def the_canvas_shows_it(window: MainWindow) -> None:
    """What the canvas keeps in step with the document is what it would make of it anew."""
    canvas, fresh = window.canvas, Scene()
    fresh.update(window.session.document, window.selection.neuron, canvas.folding)
    for shown, made in ((canvas.scene.layers, fresh.layers), (canvas.scene.bundles, fresh.bundles)):
        assert shown.keys() == made.keys()
        for key, item in made.items():
            assert shown[key] == item, differing(shown[key], item)
    assert canvas.gesture is not None or canvas.glide.under_way or canvas.shown is canvas.scene


def the_document_can_be_trusted(window: MainWindow, path: Path) -> None:
    """It is saved and read back equal, and all steps can be undone and redone."""
    session = window.session
    document = session.document
    session.save(path)
    assert_same(document, project.load(path))
    place, first = session.history.index, session.history.entries[0].document
    while session.history.can_undo:
        session.undo()
    assert session.document is first
    while session.history.index < place:
        session.redo()
    assert session.document is document
