"""Maps are added and deleted at their place, with real events; every other map keeps its weights."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from nnstudio.catalog.fields import neuron_of
from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer
from nnstudio.ui.selection import NeuronRef

KERNELS, DENSE = 4, 5


@pytest.fixture
def image(session, view):
    """4 x 4 x 1 - convolution - 4 x 4 x 3 - full - 2."""
    session.do(AddLayer("input", (0, 0)))
    session.do(ReshapeLayer(1, (4, 4, 1)))
    session.do(AddLayer("hidden", (264, 0)))
    session.do(ReshapeLayer(2, (4, 4, 3)))
    session.do(AddLayer("output", (528, 0), size=2))
    session.do(Connect(1, 2, Part("convolution")))
    session.do(Connect(2, 3))
    view.fit()
    return session.document.parameters


def open_menu(view, point):
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, point, view.viewport().mapToGlobal(point)))


def dense(session):
    layer = session.document.network.layers[2]
    return session.document.parameters.weights[DENSE].reshape(*layer.shape, 2)


def test_a_map_is_added_before_another_one(view, session, selection, image, choose):
    before, shown = session.document, dense(session)
    open_menu(view, view.neuron_point(2, neuron_of(before.network.layers[2], 2, 3, 1)))
    choose("Add a map before")
    after = session.document
    assert str(session.history.undo_name) == "Add a map to Hidden 1"
    layer = after.network.layers[2]
    assert layer.shape == (4, 4, 4)
    assert selection.neuron == NeuronRef(2, neuron_of(layer, 2, 3, 1))
    np.testing.assert_array_equal(after.parameters.weights[KERNELS][..., [0, 2, 3]], image.weights[KERNELS])
    np.testing.assert_array_equal(dense(session)[:, :, [0, 2, 3]], shown)
    session.undo()
    assert session.document is before


def test_a_map_is_deleted_from_its_menu_and_a_pixel_alone_is_not(view, session, selection, image, hand, choose):
    before, shown = session.document, dense(session)
    open_menu(view, view.neuron_point(2, neuron_of(before.network.layers[2], 0, 0, 0)))
    choose("Delete map 1")
    assert selection.neuron == NeuronRef(2, 0)
    np.testing.assert_array_equal(dense(session), shown[:, :, 1:])
    after = session.document
    assert str(session.history.undo_name) == "Delete map 1 of Hidden 1"
    hand.click(view.neuron_point(2, neuron_of(after.network.layers[2], 1, 1, 1)))
    hand.key(Qt.Key.Key_Delete)  # refused in words
    assert session.document is after
    session.undo()
    assert session.document is before


def test_the_button_of_the_card_adds_one_at_the_end(view, session, selection, image, hand):
    shown = dense(session)
    selection.select({2})
    hand.click(view.camera.to_view(view.scene.layers[2].button("more")).toPoint())
    assert session.document.network.layers[2].shape == (4, 4, 4)
    np.testing.assert_array_equal(dense(session)[:, :, :3], shown)
    hand.click(view.camera.to_view(view.scene.layers[2].button("less")).toPoint())
    np.testing.assert_array_equal(dense(session), shown)


def test_the_menu_of_a_card_is_about_the_layer_whatever_was_selected_in_it(view, session, selection, image, hand):
    selection.select_neuron(NeuronRef(3, 1))
    open_menu(view, view.camera.to_view(view.scene.layers[3].title_rect.center()).toPoint())
    assert selection.layers == {3}
    assert selection.neuron is None
    assert any(action.text().startswith("Bypass") for action in view.menu.actions())
    view.menu.close()
