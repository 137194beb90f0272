"""A colour input is shown as one picture above its red, green and blue maps; what is seen is outlined on it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from nnstudio.catalog.fields import neuron_of
from nnstudio.document import Part, Source
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer
from nnstudio.ui.canvas.maps import is_colour, mosaic
from nnstudio.ui.canvas.tooltips import tooltip
from nnstudio.ui.selection import NeuronRef


@pytest.fixture
def pixels(tmp_path):
    """Four pictures of 5 x 7 pixels, (4, 5, 7, 3), of which the first is red on the left and blue on the right."""
    found = np.random.default_rng(0).integers(0, 256, size=(4, 5, 7, 3))
    found[0] = 0
    found[0, :, :3] = (255, 0, 0)
    found[0, :, 3:] = (0, 0, 255)
    found[1, 0, 0], found[1, 0, 1] = 0, 255
    path = tmp_path / "pictures.csv"
    names = [f"p{k}" for k in range(5 * 7 * 3)]
    rows = [",".join([*map(str, one.reshape(-1)), str(k % 2)]) for k, one in enumerate(found)]
    path.write_text("\n".join([",".join([*names, "y"]), *rows]), encoding="utf-8")
    return path, found


@pytest.fixture
def colour(session, view, pixels):
    session.choose_data(Source("file", str(pixels[0])), "y")
    session.do(AddLayer("input", (0, 0)))
    session.do(ReshapeLayer(1, (5, 7, 3)))
    session.do(AddLayer("hidden", (290, 0)))
    session.do(ReshapeLayer(2, (5, 7, 2)))
    session.do(AddLayer("output", (580, 0)))
    session.do(Connect(1, 2, Part("convolution")))
    session.do(Connect(2, 3))
    view.fit()
    view.level = "middle"
    view.center_on(view.scene.layers[1].rect.center())
    return view.scene.layers[1].maps


def shown(view, rect, row, column, shape=(5, 7)):
    """The colour on the screen in the middle of a pixel of a picture."""
    x = rect.left() + (column + 0.5) * rect.width() / shape[1]
    y = rect.top() + (row + 0.5) * rect.height() / shape[0]
    return at(view, QPointF(x, y))


def at(view, point):
    """The colour on the screen at a scene point."""
    image = view.grab().toImage()
    return image.pixelColor((view.camera.to_view(point) * image.devicePixelRatio()).toPoint())


def test_the_picture_stands_above_its_maps_and_has_its_colours(view, session, selection, colour):
    assert is_colour(session.document.network.layers[1])
    assert colour.picture.width() / colour.picture.height() == pytest.approx(7 / 5)
    assert all(tile.rect.top() > colour.picture.bottom() for tile in colour.tiles)
    assert view.scene.layers[1].rect.contains(colour.picture)
    assert shown(view, colour.picture, 2, 1) == QColor(250, 12, 12)
    assert shown(view, colour.picture, 2, 5) == QColor(12, 12, 250)
    assert shown(view, colour.tiles[0].rect, 2, 1) == QColor(250, 250, 250)  # printed in grey
    assert shown(view, colour.tiles[2].rect, 2, 1) == QColor(12, 12, 12)


def test_any_picture_has_the_colours_of_the_data(view, selection, colour, pixels):
    selection.show_sample(2)
    wanted = 12 + 238 * pixels[1][2] / 255
    for row, column in ((0, 0), (3, 4), (4, 6)):
        found = shown(view, colour.picture, row, column)
        np.testing.assert_allclose((found.red(), found.green(), found.blue()), wanted[row, column], atol=1)


def test_from_afar_the_card_shows_the_picture_alone(view, session, selection, colour, pixels):
    layer = session.document.network.layers[1]
    image = mosaic(layer, view.fills[1], None)
    assert (image.width(), image.height()) == (7, 5)
    assert image.pixelColor(0, 0) == QColor(250, 12, 12)
    view.level = "far"
    rect = view.scene.at(1.0)[1].rect
    left, right = (at(view, QPointF(rect.left() + rect.width() * x, rect.center().y())) for x in (0.3, 0.7))
    assert left.red() > 3 * left.blue() > 0
    assert right.blue() > 3 * right.red() > 0


def test_what_a_neuron_sees_is_outlined_on_the_picture_too(view, session, selection, colour):
    wide = colour.picture.width() / 7
    edge = QPointF(colour.picture.left() + 2 * wide, colour.picture.center().y())
    corner = colour.picture.topLeft() + QPointF(wide / 2, wide / 2)
    before = at(view, edge), at(view, corner)
    hidden = session.document.network.layers[2]
    selection.select_neuron(NeuronRef(2, neuron_of(hidden, 2, 3, 1)))
    assert at(view, edge) != before[0]
    assert at(view, corner) == before[1]


def test_the_maps_are_called_by_their_colours(view, session, colour):
    layer = session.document.network.layers[1]
    hit = view.hit(QPointF(view.neuron_point(1, neuron_of(layer, 1, 2, 2))))
    assert tooltip(view, hit).startswith("Input, blue, row 2, column 3")


def test_three_maps_of_a_hidden_layer_are_no_colours(session, view, colour):
    session.do(ReshapeLayer(2, (5, 7, 3)))
    assert view.scene.layers[2].maps.picture is None
