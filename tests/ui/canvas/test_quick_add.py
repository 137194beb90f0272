"""Quick-add: a double-click on the empty canvas, or a wire dropped there, offers what fits what is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, ReshapeLayer
from nnstudio.ui.canvas.search_menu import SearchMenu

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def opened(view, hand, qtbot):
    """Double-click at a view point; the menu that opens."""

    def opened(point: QPoint) -> SearchMenu:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, point)
        assert isinstance(view.menu, SearchMenu)
        return view.menu

    return opened


@pytest.fixture
def dropped(view, hand, qtbot):
    """Drag a wire from a layer to a view point on the empty canvas; the menu that opens."""

    def dropped(source: int, point: QPoint) -> SearchMenu:
        hand.move(view.layer_point(source))
        hand.drag(view.port_point(source), point)
        assert isinstance(view.menu, SearchMenu)
        return view.menu

    return dropped


def listed(menu: SearchMenu) -> list[str]:
    return [action.text().partition("\t")[0] for action in menu.actions()[1:]]


def test_before_anything_is_typed_the_kinds_and_a_note_are_listed(opened, hand, network):
    menu = opened(hand.at(0, 300))
    assert listed(menu) == ["Input", "Hidden", "Output", "Note"]
    assert menu.field.accessibleName() == "Search in Add a layer"
    menu.close()


def test_a_number_and_an_activation_are_typed_and_enter_adds_it(opened, view, hand, session, qtbot, selection):
    before = session.document
    point = QPoint(500, 300)
    menu = opened(point)
    QTest.keyClicks(menu.field, "12 rel")
    assert listed(menu)[0] == "Hidden: 12 neurons, ReLU"
    assert menu.field.accessibleDescription() == "Hidden: 12 neurons, ReLU"
    QTest.keyClick(menu.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.menu is None)
    (layer,) = session.document.network.layers.values()
    assert (layer.size, layer.activation.key) == (12, "relu")
    assert selection.layers == {layer.id}
    item = view.scene.layers[layer.id]
    assert item.rect.contains(view.camera.to_scene(point.toPointF()))
    session.undo()
    assert session.document is before


def test_arrows_choose_and_letters_go_on_finding(opened, hand, network, session, view, qtbot):
    menu = opened(hand.at(0, 300))
    QTest.keyClick(menu.field, Qt.Key.Key_Down)
    assert menu.activeAction().text() == "Hidden"
    assert menu.field.hasFocus()
    menu.setFocus()  # as the pointer over an entry does
    QTest.keyClick(menu, Qt.Key.Key_O)
    assert menu.field.hasFocus()
    assert menu.field.text() == "o"
    assert listed(menu)[0] == "Output"
    QTest.keyClick(menu.field, Qt.Key.Key_Backspace)
    assert listed(menu) == ["Input", "Hidden", "Output", "Note"]
    for _ in range(4):  # round and round, past the field
        QTest.keyClick(menu.field, Qt.Key.Key_Down)
    assert menu.activeAction().text() == "Input"
    QTest.keyClick(menu.field, Qt.Key.Key_Up)
    assert menu.activeAction().text().startswith("Note")
    before = session.document
    QTest.keyClick(menu.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.menu is None)
    assert session.document is before


def test_what_is_called_otherwise_adds_nothing(opened, hand, network, session, view, qtbot):
    before = session.document
    menu = opened(hand.at(0, 300))
    QTest.keyClicks(menu.field, "zzz")
    assert listed(menu) == ["Nothing is called that."]
    QTest.keyClick(menu.field, Qt.Key.Key_Return)
    assert session.document is before
    menu.close()
    qtbot.waitUntil(lambda: view.menu is None)


def test_a_wire_to_the_empty_canvas_offers_a_layer_of_any_activation(dropped, hand, network, session, view, qtbot):
    before = session.document
    menu = dropped(network[1], hand.at(300, 300))
    assert listed(menu) == ["Add Hidden here, wired", "Add Output here, wired"]
    QTest.keyClicks(menu.field, "5 sigm")
    assert listed(menu)[0] == "Add Hidden here, wired: 5 neurons, Sigmoid"
    QTest.keyClick(menu.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.menu is None)
    after = session.document
    (made,) = after.network.layers.keys() - before.network.layers.keys()
    assert (after.network.layers[made].size, after.network.layers[made].activation.key) == (5, "sigmoid")
    assert [s.source for s in after.network.incoming[made]] == [network[1]]
    assert str(session.history.undo_name) == "Add Hidden wired to Hidden 1"
    session.undo()
    assert session.document is before


def test_a_layer_that_is_there_is_found_by_its_name(dropped, hand, network, session, view, qtbot):
    menu = dropped(network[1], hand.at(300, 300))
    QTest.keyClicks(menu.field, "wire to")
    assert "Wire to Output" in listed(menu)
    assert "Wire to Input" not in listed(menu)  # an input takes no synapses
    QTest.keyClicks(menu.field, " outp")
    assert listed(menu)[0] == "Wire to Output"
    QTest.keyClick(menu.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.menu is None)
    wired = {(s.source, s.target) for s in session.document.network.synapses.values()}
    assert (network[1], network[3]) in wired


def test_a_wire_out_of_an_image_offers_convolution_and_pooling(dropped, hand, session, view, qtbot, selection):
    session.do(AddLayer("input", (-300, 0), size=36))
    (image,) = session.document.network.layers
    session.do(ReshapeLayer(image, (6, 6, 1)))
    view.fit()
    menu = dropped(image, view.port_point(image) + QPoint(160, 0))
    assert listed(menu) == [
        "Add Hidden here, wired",
        "Add Output here, wired",
        "Add Hidden here, wired: Convolution",
        "Add Hidden here, wired: Pooling",
    ]
    QTest.keyClicks(menu.field, "4 conv")
    assert listed(menu) == ["Add Hidden here, wired: 4 maps, Convolution"]
    QTest.keyClick(menu.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.menu is None)
    (made,) = session.document.network.layers.keys() - {image}
    assert session.document.network.layers[made].shape == (6, 6, 4)
    assert [s.wiring.key for s in session.document.network.synapses.values()] == ["convolution"]


def test_synapses_that_fit_nothing_there_are_not_offered(dropped, hand, network, session, selection):
    selection.use_wiring(Part("convolution"))
    menu = dropped(network[1], hand.at(300, 300))
    assert listed(menu) == ["Add Hidden here, wired: Full", "Add Output here, wired: Full"]
    QTest.keyClicks(menu.field, "conv")
    assert listed(menu) == ["Nothing is called that."]
    menu.close()
