"""The main job, done by hands of Qt events: empty canvas, 4-8-6-3, iris, training, a neuron, a saved file."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QPoint, QPointF, QSettings, Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from nnstudio.document import LayerKind
from nnstudio.session import Session
from nnstudio.ui.app import make_application
from nnstudio.ui.demo.hands import activate, click, drag, drop, key, settle, wait_until
from nnstudio.ui.dialogs import Answer, FileWish
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.selection import NeuronRef

SIZE = (1680, 1050)
LAYERS: tuple[tuple[LayerKind, int], ...] = (("input", 4), ("hidden", 8), ("hidden", 6), ("output", 3))
PLACES = (-396.0, -132.0, 132.0, 396.0)
ENOUGH = 0.93  # validation accuracy on iris


class Answers:
    """Dialogs that answer themselves."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask_path(self, parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:  # noqa: ARG002
        """The file of the demo."""
        deliver(self.path)

    def ask_unsaved(self, parent: QWidget, name: str, deliver: Callable[[Answer], object]) -> None:  # noqa: ARG002
        """Nothing is kept beyond what the demo saved."""
        deliver("discard")


class Tour:
    """One drive through a fresh window; pictures and the project go to ``out``."""

    def __init__(self, out: Path, window: MainWindow, tell: TextIO) -> None:
        self.out = out
        self.window = window
        self.session = window.session
        self.canvas = window.canvas
        self.tell = tell
        self.pictures: list[Path] = []

    def picture(self, name: str) -> None:
        """The window as it stands, dark and light."""
        for theme in ("light", "dark"):
            self.window.appearance.use(theme)
            settle(250)
            path = self.out / f"{name}-{theme}.png"
            if not self.window.grab().save(str(path)):
                raise OSError(f"{path} could not be written.")
            self.pictures.append(path)

    def build(self) -> None:
        """Drag four layers from the palette, size them, wire them."""
        surface = self.canvas.viewport()
        for (kind, _), x in zip(LAYERS, PLACES, strict=True):
            place = self.canvas.camera.to_view(QPointF(x, 0.0)).toPoint()
            mime = self.window.palette_panel.cards[kind].drag().mimeData()
            if not drop(surface, mime, place):
                raise RuntimeError(f"The canvas did not take the {kind} layer.")
        layers = list(self.session.document.network.layers)
        for layer, (_, size) in zip(layers, LAYERS, strict=True):
            self._resize(layer, size)
        self.canvas.fit()
        settle()
        for source, target in itertools.pairwise(layers):
            drag(surface, self.canvas.port_point(source), self._in_point(target))
        found = [layer.size for layer in self.session.document.network.layers.values()]
        wired = len(self.session.document.network.synapses)
        if found != [size for _, size in LAYERS] or wired != len(LAYERS) - 1:
            raise RuntimeError(f"The canvas holds {found} with {wired} bundles, not 4-8-6-3 with 3.")

    def _resize(self, layer: int, size: int) -> None:
        """Click the − or + of a layer's card until it has ``size`` neurons."""
        while (now := self.session.document.network.layer(layer).size) != size:
            item = self.canvas.scene.layers[layer]
            click(self.canvas.viewport(), self.canvas.layer_point(layer))  # the buttons show under the pointer
            point = self.canvas.camera.to_view(item.button("more" if size > now else "less")).toPoint()
            click(self.canvas.viewport(), point)
            if self.session.document.network.layer(layer).size == now:
                raise RuntimeError(f"The button on layer {layer} did not change its size of {now}.")

    def _in_point(self, layer: int) -> QPoint:
        return self.canvas.camera.to_view(self.canvas.scene.layers[layer].in_port).toPoint() + QPoint(8, 0)

    def load_iris(self) -> None:
        """Go to Data, click the card of iris, come back."""
        key(self.window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        cards = [button for button in self.window.findChildren(QAbstractButton) if button.text() == "Iris"]
        if not cards:
            raise RuntimeError("The data workspace shows no card for iris.")
        click(cards[0])
        wait_until(lambda: self.session.dataset is not None, 20, "loading iris")
        settle(150)
        self.picture("3-data")
        key(self.window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        settle()

    def train(self, epochs: int) -> None:
        """Press F5, look while it trains, choose a neuron, and pause when the network has learned enough."""
        click(self.canvas.viewport(), QPoint(20, 20))  # nothing selected: the inspector shows the training settings
        self._type("Learning rate", "0.000003")
        self._type("Epochs", str(epochs))
        if self.session.document.training.epochs != epochs:
            raise RuntimeError("The typed number of epochs did not arrive in the document.")
        self.canvas.setFocus()
        key(self.window, Qt.Key.Key_F5)
        if self.session.state != "running" and not self.session.live.epoch:
            raise RuntimeError("F5 did not train: " + "; ".join(problem.text for problem in self.session.problems))
        wait_until(lambda: self.session.live.epoch > 0, 60, "the first epoch")
        self.picture("4-training")
        hidden = list(self.session.document.network.layers)[1]
        click(self.canvas.viewport(), self.canvas.neuron_point(hidden, 2))
        if self.window.selection.neuron != NeuronRef(hidden, 2):
            raise RuntimeError("A click on the third neuron of Hidden 1 did not select it.")
        self.picture("5-neuron")
        wait_until(self._learned, 300, f"a validation accuracy of {ENOUGH}")
        self.canvas.setFocus()
        key(self.window, Qt.Key.Key_F5)
        wait_until(lambda: self.session.state != "running", 10, "the pause")
        settle(400)
        self.picture("6-trained")

    def _learned(self) -> bool:
        accuracy = self.session.live.series.get("val_accuracy")
        return self.session.state != "running" or (accuracy is not None and bool(accuracy[-1] >= ENOUGH))

    def _type(self, name: str, text: str) -> None:
        """Type a number into a field of the inspector."""
        named = (field for field in self.window.findChildren(QLineEdit) if field.accessibleName() == name)
        field = next((field for field in named if field.isVisible()), None)
        if field is None:
            raise RuntimeError(f"The inspector shows no field {name}.")
        click(field)
        key(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, text)
        key(field, Qt.Key.Key_Return)

    def save(self, path: Path) -> None:
        """Ctrl+S."""
        key(self.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        wait_until(lambda: self.session.path == path and path.exists(), 10, "saving")

    def say(self, text: str) -> None:
        """One line of the report."""
        self.tell.write(text + "\n")
        self.tell.flush()


def run(out: Path | str = "demo", epochs: int = 1_000_000, tell: TextIO | None = None) -> int:
    """Drive the studio through its main job; 0 where the network reached ``ENOUGH`` on iris, else 1.

    Pictures and ``iris.nns`` are written to the folder ``out``. The person's own settings are left alone.
    """
    tell = tell or sys.stdout
    out = Path(out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(lambda _kind, _context, text: _tell_qt(text, sys.stderr))
    app = make_application(["nnstudio"])
    session = Session()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "demo.ini"), QSettings.Format.IniFormat)
        project = out / "iris.nns"
        window = MainWindow(session, settings, Answers(project))
        window.appearance.use("dark")
        window.resize(*SIZE)
        window.show()
        tour = Tour(out, window, tell)
        try:
            settle(200)
            window.load_rest()
            activate(window)
            settle(400)
            tour.picture("1-empty")
            tour.build()
            tour.picture("2-built")
            tour.load_iris()
            tour.train(epochs)
            tour.save(project)
            series = session.live.series
            accuracy = float(series["val_accuracy"][-1])
            epoch = session.document.progress.epoch
            tour.say(
                f"4-8-6-3 on iris, {epoch} epochs: loss {series['loss'][-1]:.4f}, validation accuracy {accuracy:.3f}"
            )
            tour.say(f"project: {project}")
            tour.say(f"pictures: {out} ({len(tour.pictures)} files)")
            return 0 if accuracy >= ENOUGH else 1
        finally:
            window.close_now()
            settle(50)
            app.processEvents()
            qInstallMessageHandler(None)


def _tell_qt(text: str, stream: TextIO) -> None:
    """Pass on what Qt says, except that the offscreen platform lacks what only a desktop has."""
    if not text.startswith("This plugin does not support"):
        stream.write(text + "\n")
