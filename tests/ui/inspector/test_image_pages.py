"""Layers shaped as images in the inspector: their shape, their neurons by channel and place, synapses one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.document import Part
from nnstudio.document.edits import ReshapeLayer, SetSynapses
from nnstudio.ui.selection import NeuronRef
from tests.ui.inspector.test_inspector import Studio


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(qtbot)
    yield made
    made.clock.stop()
    made.session.close()


def test_a_shape_is_typed_and_refused_in_words(studio: Studio) -> None:
    studio.selection.select({2})
    page = studio.panel.layer_page
    assert page.shape.text() == "3"
    for text, shape in (("5 x 4 x 2", (5, 4, 2)), ("6×6", (6, 6, 1)), ("7", (7,))):
        page.shape.setFocus()
        page.shape.selectAll()
        QTest.keyClicks(page.shape, text)
        QTest.keyClick(page.shape, Qt.Key.Key_Return)
        assert page.shape.problem == ""
        assert studio.session.document.network.layers[2].shape == shape
    assert page.shape.text() == "7"
    before = studio.session.document
    for text in ("large", "2 x 2 x 2 x 2", "0", "-3"):
        page.shape.selectAll()
        QTest.keyClicks(page.shape, text)
        QTest.keyClick(page.shape, Qt.Key.Key_Return)
        assert page.shape.problem.endswith("."), text
        assert studio.session.document is before
    QTest.keyClick(page.shape, Qt.Key.Key_Escape)
    studio.session.undo()
    assert page.shape.text() == "6 × 6 × 1"


def test_a_neuron_of_an_image_is_named_by_channel_and_place(studio: Studio) -> None:
    studio.session.do(ReshapeLayer(2, (5, 4, 2)))
    studio.selection.select_neuron(NeuronRef(2, (3 * 4 + 1) * 2 + 1))
    assert studio.panel.heading.text().endswith("Hidden 1, map 2, row 4, column 2")


def test_synapses_are_unrolled_by_a_switch_and_that_is_no_edit(studio: Studio) -> None:
    session, page = studio.session, studio.panel.bundle_page
    key = next(s.id for s in session.document.network.synapses.values() if s.target == 2)
    studio.selection.select((), {key})
    assert not page._unrolled_row.isVisible()
    session.do(ReshapeLayer(1, (6, 6, 1)))
    session.do(ReshapeLayer(2, (6, 6, 2)))
    session.do(SetSynapses(key, (("wiring", Part("convolution")),)))
    document = session.document
    assert page._unrolled_row.isVisible()
    QTest.mouseClick(page.unrolled, Qt.MouseButton.LeftButton)
    assert studio.selection.unrolled == {key}
    assert session.document is document
    studio.selection.unroll(key, False)
    assert not page.unrolled.isChecked()
