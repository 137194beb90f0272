"""Ten thousand random events at the window while it trains: nothing raises, and the document can be trusted.

Run it by its name: ``pytest tests/ui/shell/soak_random_events.py``. It is not collected with the other tests as long as
it still finds what only seldom happens: one run in ten or so ends in Qt, or with a canvas that missed a change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
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


@pytest.fixture
def window(engine: None, qtbot, tmp_path: Path, settings: QSettings, files: list[Path]) -> Iterator[MainWindow]:
    session = Session()
    network(session)
    session.save(tmp_path / "first.nns")
    window = MainWindow(session, settings, Person(tmp_path, files))
    window.warmup.start = lambda: None  # type: ignore[method-assign]
    window.load_rest()
    window.resize(1100, 720)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    QAccessible.setActive(True)  # a screen reader listens
    yield window
    QAccessible.setActive(False)
    QToolTip.hideText()
    window.close_now()
    window.deleteLater()


@pytest.mark.timeout(300)
@pytest.mark.qt_log_ignore("occurs outside target window", "Keyboard event not accepted")
@pytest.mark.parametrize("seed", SEEDS)
def test_random_events_while_training(window: MainWindow, qtbot, tmp_path: Path, monkeypatch, seed: int) -> None:
    session, person = window.session, window.files.dialogs
    assert isinstance(person, Person)
    crowd = Crowd(window, person, seed)
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: crowd.carry(drag))
    monkeypatch.setattr("nnstudio.ui.main_window.QDesktopServices.openUrl", lambda _url: False)
    monkeypatch.setattr(RealDialogs, "ask_path", lambda _self, *words: person.ask_path(*words))
    first = tmp_path / "first.nns"
    whole = first.read_bytes()
    session.train()
    trained = 0
    with qtbot.captureExceptions() as faults:
        for number in range(EVENTS):
            try:
                crowd.event()
            except Exception as error:  # noqa: BLE001 (whatever it is, the trail must be told)
                faults.append((type(error), error, error.__traceback__))
            if faults:
                told = "\n".join(crowd.trail)
                raise AssertionError(f"seed {seed}, event {number}, after\n{told}") from faults[0][1]
            trained += session.state == "running"
            if session.state != "running" and number % 25 == 0:
                train_again(window, first, whole)
        crowd.let_go()
        while (menu := QApplication.activePopupWidget()) is not None:
            QTest.keyClick(menu, Qt.Key.Key_Escape)
        window.canvas.cancel_gesture()
        session.pause()
        QApplication.processEvents()
    assert not faults
    assert trained > EVENTS / 5, (trained, crowd.counts)
    assert QApplication.activeModalWidget() is None
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible() and w.isModal()]
    the_document_can_be_trusted(window, tmp_path / "last.nns")


def train_again(window: MainWindow, path: Path, whole: bytes) -> None:
    """With a network that can be trained: where this one cannot, with the first."""
    while (menu := QApplication.activePopupWidget()) is not None:
        menu.close()
    try:
        window.session.train()
    except StudioError:
        path.write_bytes(whole)  # it may have been saved over
        window.session.open(path)
        window.session.train()


def differing(shown: object, made: object) -> list[str]:
    """The fields of a dataclass in which two differ, and how."""
    pairs = [(f.name, getattr(shown, f.name), getattr(made, f.name)) for f in fields(made)]  # type: ignore[arg-type]
    return [f"{name}: {a} for {b}" for name, a, b in pairs if repr(a) != repr(b)]


def the_document_can_be_trusted(window: MainWindow, path: Path) -> None:
    """It is saved and read back equal, the canvas shows it, and all steps can be undone and redone."""
    session, canvas = window.session, window.canvas
    document = session.document
    session.save(path)
    assert_same(document, project.load(path))
    fresh = Scene()
    fresh.update(document, window.selection.neuron, canvas.folding)
    for shown, made in ((canvas.scene.layers, fresh.layers), (canvas.scene.bundles, fresh.bundles)):
        assert shown.keys() == made.keys()
        for key, item in made.items():
            assert shown[key] == item, differing(shown[key], item)
    place, first = session.history.index, session.history.entries[0].document
    while session.history.can_undo:
        session.undo()
    assert session.document is first
    while session.history.index < place:
        session.redo()
    assert session.document is document
