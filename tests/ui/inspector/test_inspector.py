"""The inspector with real keys and clicks: every change is one undoable step, refusals are said at the control."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.document import Part, Source
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    ReshapeLayer,
    SetBias,
    SetFrozen,
    SetSynapses,
    SetTraining,
    SetWeight,
)
from nnstudio.session import Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.inspector import InspectorPanel
from nnstudio.ui.inspector.equation_table import EquationTable
from nnstudio.ui.inspector.slice import Slice
from nnstudio.ui.inspector.slice_view import SliceView
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.switch import Switch

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


class Studio:
    """A session with an inspector on it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.session = Session()
        self.selection = Selection()
        self.clock = FrameClock(self.session)
        for edit in (
            AddLayer("input", (0, 0)),
            AddLayer("hidden", (200, 0), size=3),
            AddLayer("output", (400, 0)),
            Connect(1, 2),
            Connect(2, 3),
        ):
            self.session.do(edit)
        self.panel = InspectorPanel(self.session, self.selection, self.clock)
        qtbot.addWidget(self.panel)
        self.panel.resize(340, 1000)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.panel.activateWindow()
        qtbot.waitUntil(self.panel.isActiveWindow)

    def field(self, name: str) -> NumberField:
        found = self.panel.findChild(NumberField, name)
        assert found is not None
        return found

    def combo(self, name: str) -> Combo:
        found = self.panel.findChild(Combo, name)
        assert found is not None
        return found

    def type(self, name: str, text: str) -> NumberField:
        field = self.field(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        return field

    def pick(self, name: str, key: str) -> None:
        combo = self.combo(name)
        combo.setFocus()
        while combo.key != key:
            before = combo.currentIndex()
            down = combo.keys.index(key) > before
            QTest.keyClick(combo, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
            assert combo.currentIndex() != before


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    yield made
    made.clock.stop()
    made.session.close()


@pytest.mark.parametrize(
    ("name", "text", "read", "value"),
    [
        ("training.batch_size", "32", lambda t: t.batch_size, 32),
        ("training.epochs", "1 000", lambda t: t.epochs, 1000),
        ("training.seed", "7", lambda t: t.seed, 7),
        ("optimizer.learning_rate", "0,05", lambda t: t.optimizer.get("learning_rate"), 0.05),
        ("optimizer.epsilon", "1e-6", lambda t: t.optimizer.get("epsilon"), 1e-6),
    ],
)
def test_training_numbers_are_undoable_steps(studio: Studio, name: str, text: str, read: object, value: float) -> None:
    assert callable(read)
    before = studio.session.document.training
    steps = studio.session.history.index
    field = studio.type(name, text)
    assert read(studio.session.document.training) == value
    assert studio.session.history.index == steps + 1
    studio.session.undo()
    assert studio.session.document.training == before
    assert field.value == pytest.approx(read(before) if read(before) is not None else field.value)
    studio.session.redo()
    assert field.value == value


def test_a_bad_batch_size_is_refused_under_its_field(studio: Studio) -> None:
    before = studio.session.document
    field = studio.type("training.batch_size", "0")
    assert studio.session.document is before
    assert field.hasFocus()
    assert field.problem.endswith(".")
    row = studio.panel.network_page._rest.rows["batch_size"]
    assert row.problem == field.problem
    assert row._problem.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not row._problem.isVisible()


def test_arrow_steps_in_quick_succession_are_one_undo(studio: Studio) -> None:
    field = studio.field("optimizer.learning_rate")
    field.setFocus()
    steps = studio.session.history.index
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert studio.session.document.training.optimizer.get("learning_rate") == 0.1
    assert studio.session.history.index == steps + 1
    studio.session.undo()
    assert field.value == 0.01


def test_choosing_an_optimizer_rebuilds_its_settings(studio: Studio) -> None:
    studio.pick("training.optimizer", "sgd")
    assert studio.session.document.training.optimizer.key == "sgd"
    assert studio.panel.findChild(NumberField, "optimizer.learning_rate") is not None
    QApplication.sendPostedEvents(None, 52)
    assert studio.panel.findChild(NumberField, "optimizer.beta2") is None
    studio.session.undo()
    assert studio.combo("training.optimizer").key == "adam"
    assert studio.panel.findChild(NumberField, "optimizer.beta2") is not None


def test_switches_and_precision(studio: Studio) -> None:
    for name, usual in (("shuffle", True), ("carry_over", False)):
        switch = studio.panel.findChild(Switch, f"training.{name}")
        assert switch is not None
        QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
        assert getattr(studio.session.document.training, name) is not usual
        studio.session.undo()
        assert switch.isChecked() is usual
    studio.pick("training.dtype", "float64")
    assert studio.session.document.training.dtype == "float64"


def test_a_loss_that_does_not_fit_says_so_beside_it(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    assert studio.panel.network_page._loss_row.problem == ""
    studio.pick("training.loss", "binary_cross_entropy")
    assert studio.panel.network_page._loss_row.problem.endswith(".")


def test_layer_form(studio: Studio) -> None:
    studio.selection.select({2})
    page = studio.panel.layer_page
    assert page.isVisible()
    page.name.setFocus()
    page.name.selectAll()
    QTest.keyClicks(page.name, "Thinkers")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert studio.session.document.network.layers[2].name == "Thinkers"
    assert "Thinkers" in studio.panel.heading.text()
    page.name.selectAll()
    QTest.keyClicks(page.name, "Output")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    assert "already" in page.name.problem
    QTest.keyClick(page.name, Qt.Key.Key_Escape)
    assert page.name.text() == "Thinkers"
    studio.type("layer.neurons", "6")
    assert studio.session.document.network.layers[2].size == 6
    assert studio.session.document.parameters.weights[4].shape == (2, 6)
    studio.pick("layer.activation", "relu")
    assert studio.session.document.network.layers[2].activation == Part("relu")
    QTest.mouseClick(page.bias, Qt.MouseButton.LeftButton)
    assert not studio.session.document.network.layers[2].bias
    page.labels.setFocus()
    QTest.keyClicks(page.labels, "a, b")
    QTest.keyClick(page.labels, Qt.Key.Key_Return)
    assert "6" in page.labels.problem
    page.labels.selectAll()
    QTest.keyClicks(page.labels, 'a, b, c, d, e, "f, g"')
    QTest.keyClick(page.labels, Qt.Key.Key_Return)
    assert studio.session.document.network.layers[2].labels == ("a", "b", "c", "d", "e", "f, g")
    for _ in range(5):
        studio.session.undo()
    assert page.name.text() == "Hidden 1"
    assert page.size_field.value == 3


def row_of(table: EquationTable, kind: str, number: int = 0) -> int:
    return [i for i, row in enumerate(table.rows_model.rows) if row.kind == kind][number]


def test_a_weight_is_edited_in_the_equation(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    studio.selection.select_neuron(NeuronRef(2, 1))
    table = studio.panel.neuron_page.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert table.currentIndex().row() == row_of(table, "term")
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    field = table.field
    assert field is not None
    assert field.value == studio.session.document.parameters.weights[4][1, 1]
    steps = studio.session.history.index
    QTest.keyClicks(field, "nan")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert table.field is field
    assert field.problem.endswith(".")
    field.selectAll()
    QTest.keyClicks(field, "-1,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert studio.session.document.parameters.weights[4][1, 1] == -1.5
    assert studio.session.history.index == steps + 1
    assert table.field is None
    assert table.row(row_of(table, "term", 1)).cells[2] == "\u22121.50"
    studio.session.undo()
    assert studio.session.document.parameters.weights[4][1, 1] != -1.5
    assert table.row(row_of(table, "term", 1)).cells[2] != "\u22121.50"


def test_the_bias_is_edited_by_double_click_and_escape_gives_up(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    studio.selection.select_neuron(NeuronRef(2, 1))
    table = studio.panel.neuron_page.table
    place = table.visualRect(table.rows_model.index(row_of(table, "bias"), 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.field is not None
    QTest.keyClicks(table.field, "9")
    QTest.keyClick(table.field, Qt.Key.Key_Escape)
    assert studio.session.document.parameters.biases[2][1] == 0.0
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.field is not None
    QTest.keyClicks(table.field, "0,5")
    QTest.keyClick(table.field, Qt.Key.Key_Tab)
    assert studio.session.document.parameters.biases[2][1] == 0.5


def test_space_freezes_a_synapse_and_the_menu_selects_it(studio: Studio) -> None:
    studio.selection.select_neuron(NeuronRef(2, 1))
    table = studio.panel.neuron_page.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert studio.session.document.parameters.frozen[4][0, 1]
    assert table.row(1).frozen
    menu = table.row_menu(1)
    assert [action.text() for action in menu.actions()][1] == "Let it be trained"
    menu.actions()[2].trigger()
    menu.close()
    assert studio.selection.synapse == SynapseRef(4, 0, 1)
    assert studio.panel.synapse_page.isVisible()
    assert studio.panel.synapse_page.frozen.isChecked()


def test_the_shown_equation_follows_sample_document_and_theme(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    studio.selection.select_neuron(NeuronRef(3, 0))
    chooser = studio.panel.sample
    assert chooser.isVisible()
    assert chooser.target.text().startswith("setosa")
    before = studio.panel.neuron_page.table.rows_model.rows
    QTest.mouseClick(chooser.on, Qt.MouseButton.LeftButton)
    assert studio.selection.sample == 1
    assert studio.panel.neuron_page.table.rows_model.rows != before
    QTest.mouseClick(chooser.back, Qt.MouseButton.LeftButton)
    QTest.mouseClick(chooser.back, Qt.MouseButton.LeftButton)
    assert studio.selection.sample == 149
    assert chooser.target.text().startswith("virginica")
    studio.type("sample.number", "51")
    assert studio.selection.sample == 50
    assert chooser.target.text().startswith("versicolor")
    QTest.mouseClick(chooser.any, Qt.MouseButton.LeftButton)
    assert studio.selection.sample != 50
    studio.session.do(SetWeight(5, 0, 0, 3.25))
    assert studio.panel.neuron_page.table.row(1).cells[2] == "+3.25"


def test_synapse_form(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    studio.selection.select_synapse(SynapseRef(4, 2, 1))
    studio.type("synapse.weight", "0,25")
    assert studio.session.document.parameters.weights[4][2, 1] == 0.25
    frozen = studio.panel.synapse_page.frozen
    QTest.mouseClick(frozen, Qt.MouseButton.LeftButton)
    assert studio.session.document.parameters.frozen[4][2, 1]
    studio.session.undo()
    assert not frozen.isChecked()
    x = float(studio.session.dataset.inputs[0, 2])  # type: ignore[union-attr]
    assert float(studio.panel.synapse_page.facts.value("product").replace("\u2212", "-")) == pytest.approx(
        x * 0.25, abs=0.006
    )


def test_dragging_the_weights_label_is_one_undo(studio: Studio) -> None:
    studio.selection.select_synapse(SynapseRef(4, 0, 0))
    label = studio.panel.synapse_page._weight_row.label
    steps = studio.session.history.index
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    for x in (10, 20, 44):
        QTest.mouseMove(label, QPoint(x, 4))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(44, 4))
    assert studio.session.history.index == steps + 1


def test_bundle_form_and_matrix(studio: Studio) -> None:
    studio.selection.select((), {4})
    page = studio.panel.bundle_page
    assert page.isVisible()
    studio.pick("synapses.initializer", "he_normal")
    assert studio.session.document.network.synapses[4].initializer.key == "he_normal"
    QTest.mouseClick(page.trainable, Qt.MouseButton.LeftButton)
    assert studio.session.document.network.synapses[4].trainable is False
    cell = page.matrix.rect()
    QTest.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=QPoint(cell.width() - 4, cell.height() - 4))
    assert studio.selection.synapse == SynapseRef(4, 1, 2)


def test_several_layers_change_together_as_one_step(studio: Studio) -> None:
    studio.selection.select({2, 3})
    page = studio.panel.several_page
    assert page.isVisible()
    assert page.facts.value("layers") == "2"
    assert page.neurons.value is None
    steps = studio.session.history.index
    studio.pick("several.activation", "sigmoid")
    layers = studio.session.document.network.layers
    assert {layers[2].activation.key, layers[3].activation.key} == {"sigmoid"}
    assert studio.session.history.index >= steps + 1
    studio.type("several.neurons", "4")
    assert [studio.session.document.network.layers[i].size for i in (2, 3)] == [4, 4]


def test_a_problem_of_the_selected_layer_has_a_fix_to_click(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "iris"))
    studio.selection.select({1})
    studio.type("layer.neurons", "2")
    button = studio.panel.problems.findChild(QPushButton)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert studio.session.document.network.layers[1].size == 4
    assert not studio.panel.problems.isVisible()


def test_what_is_removed_is_no_longer_shown(studio: Studio) -> None:
    from nnstudio.document.edits import Remove, RemoveNeuron

    studio.selection.select_neuron(NeuronRef(2, 2))
    studio.session.do(RemoveNeuron(2, 2))
    assert studio.selection.neuron is None
    assert studio.panel.layer_page.isVisible()
    studio.selection.select_synapse(SynapseRef(4, 0, 0))
    studio.session.do(Remove(synapses=frozenset({4})))
    assert studio.panel.network_page.isVisible()


def test_a_hidden_inspector_catches_up(studio: Studio) -> None:
    studio.panel.hide()
    studio.selection.select_neuron(NeuronRef(2, 0))
    studio.session.do(SetFrozen(4, 0, 0, True))
    studio.panel.show()
    assert studio.panel.neuron_page.table.row(1).frozen


def test_the_loss_along_a_weight_is_the_engines(studio: Studio, qtbot: QtBot) -> None:
    from nnstudio.engine import gradients, loss

    session = studio.session
    session.choose_data(Source("bundled", "iris"))
    studio.selection.select_synapse(SynapseRef(4, 2, 1))
    page = studio.panel.synapse_page
    qtbot.waitUntil(page.slice.isVisible, timeout=60_000)
    found, data, document = page.slice.shown, session.dataset, session.document
    assert found is not None
    assert data is not None
    X, Y = data.inputs[data.train], data.targets[data.train]
    assert found.loss == pytest.approx(loss(document.network, document.parameters, X, Y, document.training.loss))
    slope = gradients(document.network, document.parameters, X, Y, document.training.loss).weights[4][2, 1]
    assert found.slope == pytest.approx(slope)
    middle = len(found.weights) // 2
    rise, run = (values[middle + 1] - values[middle - 1] for values in (found.losses, found.weights))
    assert found.slope == pytest.approx(rise / run, abs=0.02)
    before = page.slice.shown
    studio.type("synapse.weight", "0.75")
    qtbot.waitUntil(lambda: page.slice.shown is not before, timeout=10_000)
    assert page.slice.shown is not None
    assert page.slice.shown.w == 0.75


@pytest.mark.parametrize("least", [0.0088, 0.00012, 123456.0])
def test_what_stands_beside_a_slice_is_not_cut(qtbot: QtBot, least: float) -> None:
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(280, view.height())
    empty = view.grab().toImage()
    weights = np.linspace(-1.0, 1.0, 21)
    view.show_slice(Slice(SynapseRef(4, 0, 0), weights, least * (1.0 + weights**2), 0.0, least, 0.0, 10))
    found = view.grab().toImage()
    assert found != empty
    edge = {found.pixel(0, y) for y in range(found.height())}
    assert edge == {empty.pixel(0, 0)}


def test_one_step_downhill_is_worked_out_where_the_learning_rate_alone_makes_it(studio: Studio, qtbot: QtBot) -> None:
    session, page = studio.session, studio.panel.synapse_page
    session.choose_data(Source("bundled", "iris"))
    slow = Part.of("sgd", learning_rate=0.5)
    session.do(SetTraining((("optimizer", slow),)))
    studio.selection.select_synapse(SynapseRef(4, 2, 1))
    qtbot.waitUntil(lambda: bool(page.slice_facts.value("step")), timeout=60_000)
    slope = float(page.slice_facts.value("slope").replace("\u2212", "-"))
    step = page.slice_facts.value("step").replace("\u2212", "-").replace(" ", "").removeprefix("w")
    assert float(step) == pytest.approx(-0.5 * slope, rel=0.02)
    for change in (
        SetTraining((("optimizer", slow.with_setting("momentum", 0.9)),)),
        SetTraining((("schedule", Part("one_cycle")),)),
        SetTraining((("clip_norm", 1.0),)),
        SetSynapses(4, (("l2", 0.1),)),
        SetFrozen(4, 2, 1, True),
    ):
        session.do(change)
        qtbot.waitUntil(lambda: not page.slice_facts.value("step"), timeout=20_000)
        session.undo()
        qtbot.waitUntil(lambda: bool(page.slice_facts.value("step")), timeout=20_000)


def test_numbers_move_while_training_and_can_be_edited(studio: Studio, qtbot: QtBot) -> None:
    from nnstudio.document.edits import SetTraining
    from nnstudio.engine import forward

    session = studio.session
    session.choose_data(Source("bundled", "iris"))
    session.do(SetTraining((("epochs", 10_000_000), ("batch_size", 1))))
    studio.selection.select_neuron(NeuronRef(2, 1))
    table = studio.panel.neuron_page.table
    first = table.rows_model.rows
    made = table.rows_model
    session.train()
    qtbot.waitUntil(lambda: table.rows_model.rows != first, timeout=60_000)
    assert table.rows_model is made
    table.edit_row(row_of(table, "term", 1))
    assert table.field is not None
    QTest.keyClicks(table.field, "2.5")
    steps = session.history.index
    QTest.keyClick(table.field, Qt.Key.Key_Return)
    assert session.state == "running"
    assert session.history.index == steps + 2
    session.pause()
    assert session.dataset is not None
    row = session.dataset.inputs[[0]]
    answer = forward(session.document.network, session.document.parameters, row)
    shown = table.row(row_of(table, "z")).cells[3].replace("\u2212", "-")
    assert float(shown) == pytest.approx(answer[2].z[0, 1], abs=0.006)


def test_the_wiring_of_a_bundle_is_changed_as_one_step(studio: Studio) -> None:
    key = next(iter(studio.session.document.network.synapses))
    studio.selection.select(synapses={key})
    before = studio.session.document
    studio.pick("synapses.wiring", "sparse")
    after = studio.session.document
    assert after.network.synapses[key].wiring == Part("sparse")
    assert after.parameters.masks[key].sum() == round(0.2 * 2 * 3)
    studio.type("wiring.density", "0.5")
    assert studio.session.document.parameters.masks[key].sum() == 3
    studio.session.undo()
    studio.session.undo()
    assert studio.session.document is before


def test_pages_of_every_wiring_are_shown(studio: Studio) -> None:
    session, selection = studio.session, studio.selection
    session.do(ReshapeLayer(1, (4, 4, 1)))
    session.do(ReshapeLayer(2, (4, 4, 2)))
    session.do(AddLayer("hidden", (300, 0)))
    pooled = max(session.document.network.layers)
    session.do(ReshapeLayer(pooled, (2, 2, 2)))
    session.do(Connect(2, pooled, Part("pooling")))
    session.do(Connect(pooled, 3))
    key = next(iter(session.document.network.synapses))
    session.do(SetSynapses(key, (("wiring", Part("convolution")),)))
    session.do(SetBias(2, 5, 0.25))
    assert session.document.parameters.biases[2].tolist() == [0.0, 0.25]
    for bundle in session.document.network.synapses.values():
        selection.select(synapses={bundle.id})
        studio.panel.grab()
        for source, target in ((0, 0), (3, 1)):
            selection.select_synapse(SynapseRef(bundle.id, source, min(target, 0 if bundle.target == 3 else 9)))
            studio.panel.grab()
    for layer in (2, pooled, 3):
        selection.select_neuron(NeuronRef(layer, 0))
        studio.panel.grab()
    ref = SynapseRef(key, 5, 0)
    selection.select_synapse(ref)
    studio.type("synapse.weight", "0.75")
    assert (session.document.parameters.weights[key] == 0.75).sum() == 1
