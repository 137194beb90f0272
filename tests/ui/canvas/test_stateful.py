"""Random gestures with real events: all undone gives the first file, all redone the last, and nothing old is drawn."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from nnstudio import project
from nnstudio.document import Document, StudioError
from nnstudio.document.edits import AddLayer, Connect
from nnstudio.session import Session
from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.layer_drag import layer_data
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from tests.ui.canvas.conftest import Hand
from tests.ui.canvas.described import anew, described

Key, LEFT, NONE = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MOST_LAYERS = 7
which = st.integers(0, 99)
step = st.integers(-6, 6)


def file_of(document: Document) -> bytes:
    """The bytes of the document's file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.nns"
        project.save(document, path)
        return path.read_bytes()


class Gestures(RuleBasedStateMachine):
    """A person at the canvas. Every rule is a gesture; one that the canvas refuses must leave the document alone."""

    def __init__(self) -> None:
        super().__init__()
        self.session, self.selection = Session(), Selection()
        self.clock = FrameClock(self.session)
        self.view = CanvasView(self.session, self.selection, self.clock)
        self.view._warming = True  # the rasterizer has tests of its own; QPainter draws here
        self.view.resize(1000, 640)
        self.view.show()
        self.view.setFocus()
        self.hand = Hand(self.view)
        for kind, x in (("input", -264.0), ("hidden", 0.0), ("output", 264.0)):
            self.session.do(AddLayer(kind, (x, 0.0), size=3))
        self.session.do(Connect(1, 2))
        self.first = self.session.history.entries[0].document
        self.steps = 0

    # -- choosing ---------------------------------------------------------------------------------------------------

    def layer(self, number: int) -> int:
        layers = list(self.session.document.network.layers)
        return layers[number % len(layers)]

    def near(self, layer: int) -> None:
        self.view.zoom_reset()
        item = self.view.scene.layers[layer]
        self.view.center_on(QPointF(item.x, item.y))

    def synapse(self, number: int) -> SynapseRef | None:
        """One that is drawn, in the middle of the view."""
        bundles = [item for item in self.view.scene.bundles.values() if len(item.sources)]
        if not bundles:
            return None
        item = bundles[number % len(bundles)]
        place = number % len(item.sources)
        self.view.zoom_reset()
        self.view.center_on(item.place_at(place, 0.4))
        return SynapseRef(item.id, int(item.sources[place]), int(item.targets[place]))

    def choose(self, number: int = 0, text: str = "") -> None:
        """An entry of the menu that is open."""
        menu = self.view.menu
        if menu is None:
            return
        entries = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
        entries = [action for action in entries if action.menu() is None and action.text().startswith(text)]
        if entries:
            menu.setActiveAction(entries[number % len(entries)])
            QTest.keyClick(menu, Key.Key_Return)
        if self.view.menu is not None:
            self.view.menu.close()

    def context(self, point: QPoint) -> None:
        port = self.view.viewport()
        QApplication.sendEvent(
            port, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, port.mapToGlobal(point), NONE)
        )

    def some(self) -> bool:
        return bool(self.session.document.network.layers)

    def roomy(self) -> bool:
        return len(self.session.document.network.layers) < MOST_LAYERS

    # -- gestures ---------------------------------------------------------------------------------------------------

    @precondition(roomy)
    @rule(kind=st.sampled_from(["input", "hidden", "output"]), x=step, y=step)
    def drop(self, kind: str, x: int, y: int) -> None:
        self.view.zoom_reset()
        self.view.center_on(QPointF(0, 0))
        self.hand.drop(layer_data(kind), self.hand.at(x * 60, y * 40))

    @precondition(some)
    @rule(a=which, b=which)
    def wire(self, a: int, b: int) -> None:
        self.view.fit()
        source, target = self.layer(a), self.layer(b)
        end = self.view.scene.at(self.view.nearness.far)[target].rect.center()
        self.hand.drag(self.view.port_point(source), self.view.camera.to_view(end).toPoint())
        self.choose()

    @precondition(lambda self: self.some() and self.roomy())
    @rule(a=which, entry=which)
    def wire_to_the_empty_canvas(self, a: int, entry: int) -> None:
        source = self.layer(a)
        self.near(source)
        port = self.view.port_point(source)
        self.hand.drag(port, port + QPoint(170, 240))
        self.choose(entry)

    @precondition(some)
    @rule(a=which, b=which)
    def wire_by_keys(self, a: int, b: int) -> None:
        self.selection.select({self.layer(a)})
        self.hand.key(Key.Key_C)
        for _ in range(b % 4):
            self.hand.key(Key.Key_Right)
        self.hand.key(Key.Key_Return)
        self.hand.key(Key.Key_Escape)

    @precondition(some)
    @rule(a=which, dx=step, dy=step)
    def move(self, a: int, dx: int, dy: int) -> None:
        layer = self.layer(a)
        self.near(layer)
        start = self.view.layer_point(layer)
        self.hand.drag(start, start + QPoint(dx * 17, dy * 13))

    @precondition(some)
    @rule(
        a=which, key=st.sampled_from([Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down]), count=st.integers(1, 3)
    )
    def nudge(self, a: int, key: Key, count: int) -> None:
        self.selection.select({self.layer(a)})
        for _ in range(count):
            self.hand.key(key)

    @precondition(some)
    @rule(a=which, name=st.sampled_from(["A", "Layer one", "1", "Hidden 1", ""]))
    def rename(self, a: int, name: str) -> None:
        layer = self.layer(a)
        self.near(layer)
        QTest.mouseDClick(self.hand.port, LEFT, NONE, self.view.layer_point(layer))
        self.hand.release(self.view.layer_point(layer))  # QTest leaves the button down
        editor = self.view.title_editor
        if editor is not None:
            editor.selectAll()
            QTest.keyClicks(editor, name)
            QTest.keyClick(editor, Key.Key_Return)
            if self.view.title_editor is not None:
                QTest.keyClick(editor, Key.Key_Escape)

    @precondition(some)
    @rule(a=which, more=st.booleans())
    def one_neuron_more_or_less(self, a: int, more: bool) -> None:
        layer = self.layer(a)
        self.near(layer)
        item = self.view.scene.layers[layer]
        self.hand.click(self.view.camera.to_view(item.button("more" if more else "less")).toPoint())

    @precondition(some)
    @rule(a=which, down=st.integers(-60, 160))
    def drag_the_edge(self, a: int, down: int) -> None:
        layer = self.layer(a)
        self.near(layer)
        item = self.view.scene.layers[layer]
        start = self.hand.at(item.x + 30, item.rect.bottom())
        self.hand.drag(start, start + QPoint(0, down))

    @precondition(some)
    @rule(a=which, entry=which)
    def activation(self, a: int, entry: int) -> None:
        layer = self.layer(a)
        self.near(layer)
        self.hand.click(self.view.camera.to_view(self.view.scene.layers[layer].subtitle_rect.center()).toPoint())
        self.choose(entry)

    @precondition(some)
    @rule(a=which, n=which, entry=which)
    def menu_of_a_neuron(self, a: int, n: int, entry: int) -> None:
        layer = self.layer(a)
        self.near(layer)
        neurons = self.view.scene.layers[layer].neurons
        if neurons:
            self.context(self.view.neuron_point(layer, neurons[n % len(neurons)]))
            self.choose(entry)
            self.close_fields()

    @precondition(some)
    @rule(a=which, entry=which)
    def menu_of_a_layer(self, a: int, entry: int) -> None:
        layer = self.layer(a)
        self.near(layer)
        self.context(self.view.layer_point(layer))
        self.choose(entry)
        self.close_fields()

    @rule(number=which, entry=which)
    def menu_of_a_synapse(self, number: int, entry: int) -> None:
        ref = self.synapse(number)
        if ref is not None:
            item = self.view.scene.bundles[ref.synapses]
            place = item.place(ref.source, ref.target)
            assert place is not None
            self.context(self.view.camera.to_view(item.place_at(place, 0.4)).toPoint())
            self.choose(entry)
            self.close_fields()

    @rule(number=which, value=st.integers(-30, 30))
    def type_a_weight(self, number: int, value: int) -> None:
        ref = self.synapse(number)
        if ref is not None:
            self.selection.select_synapse(ref)
            self.hand.key(Key.Key_Return)
            if self.view.value_editor is not None:
                QTest.keyClicks(self.view.value_editor, str(value / 10))
                QTest.keyClick(self.view.value_editor, Key.Key_Return)
            self.close_fields()

    @rule(number=which, down=st.integers(-40, 40))
    def scrub(self, number: int, down: int) -> None:
        ref = self.synapse(number)
        if ref is not None:
            self.selection.select_synapse(ref)
            handle = self.view.handle_point()
            if handle is not None:
                point = self.view.camera.to_view(handle).toPoint()
                self.hand.drag(point, point + QPoint(0, down))

    @rule(number=which)
    def freeze_or_cut(self, number: int) -> None:
        ref = self.synapse(number)
        if ref is not None and number % 2:
            self.selection.select_synapse(ref)
            self.hand.key(Key.Key_Delete)
        elif ref is not None:
            self.view.freeze(ref, not self.view.is_frozen(ref))

    @precondition(some)
    @rule(a=which, n=which)
    def delete_a_neuron(self, a: int, n: int) -> None:
        layer = self.layer(a)
        self.selection.select_neuron(NeuronRef(layer, n % self.session.document.network.layers[layer].size))
        self.hand.key(Key.Key_Delete)

    @precondition(some)
    @rule(a=which)
    def delete_a_layer(self, a: int) -> None:
        self.selection.select({self.layer(a)})
        self.hand.key(Key.Key_Delete)

    @precondition(lambda self: self.some() and self.roomy())
    @rule(a=which, how=st.sampled_from(["duplicate", "copy", "cut"]))
    def copy(self, a: int, how: str) -> None:
        self.selection.select({self.layer(a)})
        getattr(self.view, how)()
        if how != "duplicate":
            self.view.paste()

    @rule(how=st.sampled_from(["left", "middle", "top", "center"]))
    def align(self, how: str) -> None:
        self.view.select_all()
        self.view.align(how)

    @precondition(some)
    @rule(a=which)
    def fold(self, a: int) -> None:
        self.view.fold(self.view.folding.toggled(self.layer(a)))

    @precondition(some)
    @rule(a=which, b=which)
    def group(self, a: int, b: int) -> None:
        self.selection.select({self.layer(a), self.layer(b)})
        self.view.group()

    @precondition(some)
    @rule(a=which)
    def collapse_or_open(self, a: int) -> None:
        self.selection.select({self.layer(a)})
        self.hand.key(Key.Key_G)

    @rule(count=st.integers(1, 4))
    def undo(self, count: int) -> None:
        for _ in range(count):
            self.session.undo()

    @rule(count=st.integers(1, 4))
    def redo(self, count: int) -> None:
        for _ in range(count):
            self.session.redo()

    def close_fields(self) -> None:
        """What a menu's entry opened is left again."""
        for field in (self.view.title_editor, self.view.value_editor, self.view.chooser):
            if field is not None:
                field.finish(keep=False)
        self.view.cancel_gesture()

    # -- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def nothing_old_is_drawn(self) -> None:
        self.steps += 1
        assert self.view.gesture is None
        assert self.view.shown is self.view.scene
        if self.steps % 3 == 0:
            self.compare()

    def compare(self) -> None:
        fresh = anew(self.view, self.clock)
        try:
            mine, theirs = described(self.view), described(fresh)
            for part, values in theirs.items():
                assert mine[part] == values, part
        finally:
            fresh.close()
            fresh.deleteLater()

    def teardown(self) -> None:
        try:
            self.compare()
            self.whole_history()
        finally:
            QToolTip.hideText()
            self.clock.stop()
            self.view.close()
            self.view.deleteLater()
            self.session.close()

    def whole_history(self) -> None:
        """All undone is the first file, byte for byte; all redone is the last."""
        session = self.session
        while session.history.can_redo:
            session.redo()
        last = session.document
        try:
            last_file = file_of(last)
        except StudioError:
            last_file = b""  # two outputs, say: it cannot be saved now; undone it can
        while session.history.can_undo:
            session.undo()
        assert session.document is self.first
        assert file_of(session.document) == file_of(Document())
        self.compare()
        while session.history.can_redo:
            session.redo()
        assert session.document is last
        if last_file:
            assert file_of(session.document) == last_file
        self.compare()


@pytest.mark.timeout(300)
@pytest.mark.qt_log_ignore("Keyboard event not accepted")
def test_random_gestures(qapp) -> None:
    run_state_machine_as_test(
        Gestures,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    QApplication.clipboard().setText("")  # what Python put there must not outlive it
