"""The panel of the walk: words and numbers of every operation, and what a click or a key does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document import Message, Part, Source
from nnstudio.document.edits import AddLayer, Connect, Mute, SetLayer, SetSynapses, SetTraining
from nnstudio.session import Session, Walking, load
from nnstudio.ui.selection import NeuronRef, Selection, SynapseRef
from nnstudio.ui.theme import theme
from nnstudio.ui.trace import TracePanel
from nnstudio.ui.trace.pages import MOST_DECIMALS, number
from nnstudio.ui.widgets.numbers import decimals_for, fixed


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    made.use(load(Source("generator", "xor", (("samples", 60),))))
    for edit in (
        AddLayer("input", (0.0, 0.0)),
        AddLayer("hidden", (264.0, 0.0), size=4),
        AddLayer("output", (528.0, 0.0)),
        Connect(1, 2),
        Connect(2, 3),
        SetTraining((("batch_size", 4), ("epochs", 9))),
    ):
        made.do(edit)
    yield made
    made.close()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TracePanel:
    back, on = QAction("Back"), QAction("Operation")
    back.triggered.connect(session.walks.back)
    on.triggered.connect(lambda: session.step("operation"))
    panel = TracePanel(session, Selection(), [(back, lambda: "step-back"), (on, lambda: "step-operation")])
    panel.kept = (back, on)
    qtbot.addWidget(panel)
    panel.resize(340, 760)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def names(panel: TracePanel) -> list[str]:
    return [panel.operations.item(row).text() for row in range(panel.operations.count())]


def present(session: Session) -> Walking:
    assert session.walks.present is not None
    return session.walks.present


def cells(panel: TracePanel) -> list[list[str]]:
    model = panel.table.rows
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def column(values: np.ndarray) -> list[str]:
    decimals = min(MOST_DECIMALS, decimals_for(values.ravel().tolist()) + 2)
    return [fixed(value, decimals) for value in values.ravel().tolist()]


def headers(panel: TracePanel) -> list[str]:
    model = panel.table.rows
    return [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]


def test_it_says_how_to_begin_and_follows(panel: TracePanel, session: Session) -> None:
    assert "F9" in panel._empty.text()
    assert panel._empty.isVisible()
    assert not panel.table.isVisible()
    QTest.mouseClick(panel.buttons[1], Qt.MouseButton.LeftButton)
    assert not panel._empty.isVisible()
    assert panel._where.text().startswith("Epoch 1, batch 1, update 1\nSample 1 of 4 (row ")
    assert names(panel) == [
        "Input: take the sample",
        "Hidden 1: z = b + Σ x·w",
        "Hidden 1: a = f(z)",
        "Output: z = b + Σ x·w",
        "Output: a = f(z)",
        "Output: loss",
        "Output: δ = dL/dz",
        "Hidden 1 → Output: dL/dw = x·δ",
        "Hidden 1: δ = dL/dz",
        "Input → Hidden 1: dL/dw = x·δ",
    ]
    assert panel.operations.currentRow() == 0
    session.do(AddLayer("hidden", (0.0, 300.0)))
    assert panel._empty.isVisible()


def test_numbers_are_the_engines_and_the_worked_line_adds_up(panel: TracePanel, session: Session) -> None:
    selection = panel._selection
    session.step("operation")
    session.step("operation")
    values = present(session).walk.values(present(session).operation)
    assert headers(panel) == ["neuron", "Σ x·w", "b", "z"]
    assert [row[-1] for row in cells(panel)] == column(values["z"])
    assert selection.layers == {2}
    assert selection.sample == present(session).walk.row(present(session).operation)
    panel.table.setFocus()
    place = panel.table.visualRect(panel.table.rows.index(2, 1)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert selection.neuron == NeuronRef(2, 2)
    assert panel.worked.startswith("z = ")
    assert panel.worked.endswith(f"= {number(values['z'][2])}")
    terms = panel.worked.removeprefix("z = ").rsplit(" = ", 1)[0]
    total = eval(terms.replace("\u2212", "-").replace("·", "*"))  # noqa: S307 (our own sum, written out)
    assert total == pytest.approx(values["z"][2], abs=2e-3)
    session.step("operation")
    assert selection.neuron is None
    assert panel.worked.startswith("a = f(")


def test_every_operation_of_a_whole_update_has_words_and_numbers(panel: TracePanel, session: Session, qtbot) -> None:
    session.do(SetTraining((("accumulate", 2),)))
    session.do(SetLayer(2, Message.of("Set"), (("normalization", Part("layer")),)))
    session.do(Mute(2, (1,)))
    before, titles = session.document, []
    session.step("operation")
    while not present(session).is_done:
        page = panel.page
        assert panel._title.text() == page.title
        assert page.words
        assert page.formula
        assert page.rows
        for row in range(page.rows):
            assert page.label(row)
            assert page.worked(row)
        assert all(np.isfinite(values).all() for _, values in page.columns)
        assert session.document is before
        titles.append(page.title)
        session.step("operation")
        qtbot.waitUntil(lambda: session.poll() or session.state != "running", timeout=60_000)
        qtbot.waitUntil(lambda: session.poll() or session.state != "running" or present(session).is_done)
    assert titles.count("Mean of the slopes") == 2
    assert "Hidden 1: Layer normalization" in titles or any("ormaliz" in title for title in titles)
    assert any(title.startswith("Hidden 1, gain") for title in titles)
    assert panel.page.title == "Update 1"
    assert "Undo takes this step back" in panel._words.text()
    moved = session.document.parameters.weights[4] - before.parameters.weights[4]
    assert cells(panel)[0][0] == "Input → Hidden 1"
    assert panel.page.columns[0][1][0] == np.abs(moved).max()


def test_the_slopes_of_synapses_and_the_optimizers_step(panel: TracePanel, session: Session) -> None:
    session.step("sample")
    assert panel.page.title == "Input → Hidden 1: slopes of the weights"
    assert headers(panel) == ["synapse", "x", "δ", "dL/dw"]
    dw = present(session).walk.values(present(session).operation)["dw"]
    assert panel.page.columns[-1][1][0] == dw.ravel()[np.abs(dw).argmax()]
    assert cells(panel)[0][-1] == column(panel.page.columns[-1][1])[0]
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert isinstance(panel._selection.synapse, SynapseRef)
    assert panel._selection.synapse.synapses == 4
    session.step("micro_batch")
    assert panel.page.title == "Mean of the slopes"
    session.step("operation")
    assert headers(panel) == ["synapse", "w", "slope", "mean", "square", "new w"]
    moving = present(session).walk.moving("weights/4")
    labels = [row[0] for row in cells(panel)]
    source, target = session.document.network.layers[1], session.document.network.layers[2]
    row = labels.index(f"{source.label(1)} → {target.label(3)}")
    state = moving.new_state
    for place, array in enumerate((moving.value, moving.gradient, state["mean"], state["square"], moving.new)):
        assert panel.page.columns[place][1][row] == array[1, 3]
    assert len(labels) == 8
    assert "w: " in panel.worked
    assert "mean: 0 → " in panel.worked


def test_a_momentum_that_moves_is_told_with_the_rate(panel: TracePanel, session: Session) -> None:
    session.step("micro_batch")
    session.step("operation")
    assert panel.page.result == "learning rate 0.01"
    session.do(SetTraining((("schedule", Part.of("one_cycle", cycle_momentum=True)),)))
    session.step("micro_batch")
    session.step("operation")
    assert panel.page.result == "learning rate 0.0004, momentum 0.95"


def test_back_and_the_list(panel: TracePanel, session: Session) -> None:
    session.step("sample")
    QTest.mouseClick(panel.buttons[0], Qt.MouseButton.LeftButton)
    assert panel.operations.currentRow() == 8
    panel.operations.setFocus()
    QTest.keyClick(panel.operations, Qt.Key.Key_Up)
    assert present(session).place == 7
    item = panel.operations.visualItemRect(panel.operations.item(2)).center()
    QTest.mouseClick(panel.operations.viewport(), Qt.MouseButton.LeftButton, pos=item)
    assert present(session).place == 2
    assert panel.page.title == "Hidden 1: activations"


def test_shared_weights_list_their_places(panel: TracePanel, session: Session) -> None:
    session.do(SetSynapses(5, (("wiring", Part.of("sparse", density=0.5, seed=1)),)))
    session.step("operation")
    while panel.page.title != "Hidden 1 → Output: slopes of the weights":
        session.step("operation")
    assert panel.page.rows == 8


def test_hidden_it_costs_nothing_and_catches_up(panel: TracePanel, session: Session) -> None:
    panel.hide()
    session.step("sample")
    assert not panel._selection.layers
    assert panel.operations.count() == 0
    panel.show()
    assert panel.operations.currentRow() == 9


def test_both_themes(panel: TracePanel, session: Session) -> None:
    session.step("sample")
    for name in ("light", "dark"):
        theme.use(name)
        image = panel.grab().toImage()
        assert len({image.pixel(x, 200) for x in range(image.width())}) > 3
