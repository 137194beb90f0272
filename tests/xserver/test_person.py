"""One run as a person does it, in a real X server: drag from the palette, wire, train, save, close."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnstudio import project
from nnstudio.document import Source
from nnstudio.session import Session
from nnstudio.ui.demo.hands import drop
from nnstudio.ui.main_window import MainWindow
from tests.xserver.screen import Screen, missing

PLACES = {"input": -300.0, "hidden": 0.0, "output": 300.0}


class Plan:
    """Where things are on the screen: the same window, offscreen, told by the layout itself."""

    def __init__(self, path: Path, settings: QSettings) -> None:
        session = Session()
        session.open(path)
        self.window = MainWindow(session, settings)
        self.window.resize(1680, 1050)
        self.window.show()

    def at(self, widget: QWidget, point: QPoint | None = None) -> tuple[int, int]:
        """A point of a widget, by default its middle, on the screen."""
        there = widget.mapTo(self.window, point or widget.rect().center())
        return there.x(), there.y()

    def on_canvas(self, point: QPointF) -> tuple[int, int]:
        """A point of the network on the screen."""
        return self.at(self.window.canvas.viewport(), self.window.canvas.camera.to_view(point).toPoint())


@pytest.mark.xserver
@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_a_person_drags_wires_trains_and_saves(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "iris.nns"
    session = Session()
    session.choose_data(Source("bundled", "iris"))
    session.save(path)
    session.close()

    plan = Plan(path, QSettings(str(tmp_path / "plan.ini"), QSettings.Format.IniFormat))
    window = plan.window
    qtbot.waitExposed(window)
    with Screen(str(path)) as screen:
        screen.wait_for_title("iris.nns")
        for kind, x in PLACES.items():
            card = window.palette_panel.cards[kind]
            screen.drag(plan.at(card), plan.on_canvas(QPointF(x, 0.0)))
            place = window.canvas.camera.to_view(QPointF(x, 0.0)).toPoint()
            assert drop(window.canvas.viewport(), card.drag().mimeData(), place)
        layers = list(window.session.document.network.layers)
        for source, target in itertools.pairwise(layers):
            items = window.canvas.scene.layers
            start = window.canvas.port_point(source)
            end = items[target].in_port + QPointF(12, 0)
            screen.drag(plan.at(window.canvas.viewport(), start), plan.on_canvas(end))
        screen.click(plan.on_canvas(QPointF(0.0, -260.0)))  # the empty canvas, so that it has the keyboard
        screen.key("F5")
        deadline = time.monotonic() + 60
        while project.load(path).progress.epoch == 0:
            assert time.monotonic() < deadline, "nothing was trained and saved within a minute"
            screen.key("ctrl+s")
        screen.picture(tmp_path / "person.png")
        screen.key("ctrl+q")
        assert screen.studio.wait(5) == 0
    window.close_now()
    window.deleteLater()

    document = project.load(path)
    assert [layer.size for layer in document.network.layers.values()] == [4, 8, 3]
    assert [(s.source, s.target) for s in document.network.synapses.values()] == list(itertools.pairwise(layers))
    assert document.progress.epoch > 0
    assert document.progress.series["loss"][-1] < document.progress.series["loss"][0]
