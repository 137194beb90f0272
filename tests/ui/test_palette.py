from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.catalog import wirings
from nnstudio.document import Document, Part, Source
from nnstudio.document.edits import AddLayer
from nnstudio.session import Session
from nnstudio.ui.layer_drag import SYNAPSES_MIME, dragged_kind, dragged_wiring, free_place
from nnstudio.ui.palette import PalettePanel
from nnstudio.ui.selection import Selection


@pytest.fixture
def session():
    session = Session()
    yield session
    session.close()


@pytest.fixture
def palette(qtbot, session):
    palette = PalettePanel(session, Selection())
    qtbot.addWidget(palette)
    palette.resize(232, 600)
    palette.show()
    qtbot.waitExposed(palette)
    return palette


def test_enter_adds_each_kind_at_a_free_place(palette, session):
    for kind in ("input", "hidden", "output", "hidden"):
        QTest.keyClick(palette.cards[kind], Qt.Key.Key_Return)
    layers = session.document.network.layers
    assert [layer.kind for layer in layers.values()] == ["input", "hidden", "output", "hidden"]
    places = list(session.document.layout.values())
    assert len(set(places)) == 4
    for i, (x, y) in enumerate(places):
        assert all(abs(x - px) > 132 or abs(y - py) > 340 for px, py in places[:i])
    assert palette._selection.layers == {max(layers)}


def test_free_places_read_from_left_to_right():
    document = Document()
    for kind in ("input", "hidden", "output"):
        document = AddLayer(kind, free_place(document, kind)).apply(document)
    assert [x for x, _ in document.layout.values()] == [0.0, 264.0, 528.0]


def test_a_click_adds_and_undo_takes_it_away(palette, session):
    before = session.document
    QTest.mouseClick(palette.cards["hidden"], Qt.MouseButton.LeftButton)
    assert len(session.document.network.layers) == 1
    session.undo()
    assert session.document is before


def test_cards_carry_their_kind(palette):
    for kind in ("input", "hidden", "output"):
        drag = palette.cards[kind].drag()
        assert dragged_kind(drag.mimeData()) == kind
        assert not drag.pixmap().isNull()
        drag.deleteLater()
    drag = palette.cards["full"].drag()
    assert drag.mimeData().hasFormat(SYNAPSES_MIME)
    drag.deleteLater()


def test_clicking_full_asks_for_the_synapse_tool(palette):
    asked = []
    palette.synapse_tool.connect(asked.append)
    QTest.mouseClick(palette.cards["full"], Qt.MouseButton.LeftButton)
    QTest.keyClick(palette.cards["full"], Qt.Key.Key_Space)
    assert asked == ["synapse", "synapse"]


def test_a_wirings_card_puts_it_in_hand(palette):
    asked = []
    palette._selection.wiring_changed.connect(asked.append)
    for key in ("sparse", "one_to_one", "convolution", "pooling", "full"):
        QTest.mouseClick(palette.cards[key], Qt.MouseButton.LeftButton)
        assert palette._selection.wiring == Part(key)
        assert [name for name in wirings if palette.cards[name]._marked] == [key]
        assert dragged_wiring(palette.cards[key].drag().mimeData()) == Part(key)
    assert [part.key for part in asked] == ["sparse", "one_to_one", "convolution", "pooling", "full"]


def test_the_data_card_shows_the_present_data(palette, session):
    card = palette.cards["data"]
    assert card.accessibleName() == "No data yet"
    asked = []
    palette.open_data.connect(asked.append)
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert asked == [None]
    session.choose_data(Source("bundled", "iris"))
    assert card.accessibleDescription() == "150 samples, 3 classes"
    session.undo()
    assert card.accessibleName() == "No data yet"


def test_only_what_works_is_offered(palette):
    assert set(palette.cards) == {"input", "hidden", "output", *wirings, "data"}
    assert all(card.accessibleName() and card.accessibleDescription() for card in palette.cards.values())


def test_every_card_is_reached_by_tab(palette, qtbot):
    palette.activateWindow()
    first = palette.cards["input"]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus)
    reached = [QApplication.focusWidget().objectName()]
    for _ in range(3 + len(wirings)):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget().objectName())
    assert reached == [f"palette_{key}" for key in ("input", "hidden", "output", *wirings, "data")]


def test_it_listens_no_more_when_closed(palette, session):
    count = len(session.changed._listeners)
    palette.close()
    assert len(session.changed._listeners) == count - 1
