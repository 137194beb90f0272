"""What the canvas does not do again: an edit, a hover or a zoom costs what it changes, whatever the network's size."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QImage

from nnstudio.catalog import initial
from nnstudio.document import Document, Layer, Message, Network, Part, Source, StudioError, Synapses
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    MoveLayers,
    Redraw,
    Remove,
    RenameLayer,
    ResizeLayer,
    SetActivation,
    SetWeight,
    Several,
)
from nnstudio.session import problems as problem_finding
from nnstudio.session.problems import find_problems
from nnstudio.ui.canvas import activity, card_cache, live_frame
from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.details import MOST, Details
from nnstudio.ui.canvas.frame import Frame
from nnstudio.ui.canvas.live_frame import LiveFrame
from nnstudio.ui.canvas.map_lines import lines_image
from nnstudio.ui.canvas.picture import parameters_of
from nnstudio.ui.canvas.ribbons import Tendencies
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.strokes import Batch
from nnstudio.ui.canvas.surface import load_rasterizer
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = QSize(900, 500)


def many(layers: int = 40, steps: int = 3) -> Document:
    """A grid of layers of 4, each wired to the next few."""
    found = {i: Layer(i, "hidden", f"Layer {i}", (4,)) for i in range(1, layers + 1)}
    pairs = [(a, a + step) for a in found for step in range(1, steps + 1) if a + step in found]
    wires = {1000 + k: Synapses(1000 + k, a, b) for k, (a, b) in enumerate(pairs)}
    layout = {i: (264.0 * ((i - 1) % 8), 400.0 * ((i - 1) // 8)) for i in found}
    return initial.fill(Document(network=Network(found, wires, 1000 + len(wires)), layout=layout))


@pytest.mark.parametrize("edit", [MoveLayers({7: (24.0, 48.0)}), RenameLayer(7, "Other")])
def test_an_edit_of_one_layer_makes_one_item_and_what_hangs_on_it(edit):
    document, scene = many(), Scene()
    scene.update(document)
    layers, bundles = dict(scene.layers), dict(scene.bundles)
    scene.update(edit.apply(document))
    other = {i for i, item in scene.layers.items() if item is not layers[i]}
    loose = {i for i, item in scene.bundles.items() if item is not bundles[i]}
    assert other == {7}
    assert loose == {i for i, s in document.network.synapses.items() if 7 in (s.source, s.target)}
    anew = Scene()
    anew.update(edit.apply(document))
    assert anew.layers == scene.layers
    assert anew.bundles == scene.bundles
    assert list(anew.bundles) == list(scene.bundles)


def frame_for(document: Document) -> tuple[Camera, list]:
    scene, camera = Scene(), Camera()
    scene.update(document)
    camera.fit(scene.bounds, SIZE.toSizeF())
    return camera, [(Batch(list(scene.bundles.values())).dress(document.parameters.weights, DARK, {}), 1.0)]


@pytest.fixture
def slow(monkeypatch):
    """A live frame that takes every picture for a long one; (frame, names of the threads that drew)."""
    monkeypatch.setattr(live_frame, "AT_ONCE", -1.0)
    frame, threads = LiveFrame(), []
    compiled = load_rasterizer()
    frame.rasterizer = lambda *more: threads.append(threading.current_thread().name) or compiled(*more)
    yield frame, threads
    frame.wait()


def pixels(image: QImage) -> bytes:
    return bytes(image.constBits())


def test_a_long_picture_is_drawn_on_another_thread_and_is_the_same(slow):
    frame, threads = slow
    document = many()
    camera, layers = frame_for(document)
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    here = threading.current_thread().name
    assert set(threads) == {here}  # there was nothing to show before
    threads.clear()
    camera, layers = frame_for(SetWeight(1000, 0, 0, 4.0).apply(document))
    camera.zoom_at(QPointF(300, 200), camera.zoom * 1.3)
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame.wait()
    assert threads
    assert here not in threads
    anew = Frame()
    anew.rasterizer = load_rasterizer()
    anew.draw(SIZE, 1.0, camera, DARK, layers)
    assert pixels(frame.image) == pixels(anew.image)
    assert frame.place(camera).topLeft() == QPointF(0, 0)


def test_until_it_is_there_the_last_picture_is_where_its_content_belongs(slow):
    frame, _ = slow
    camera, layers = frame_for(many())
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame.wait()
    point = camera.to_scene(QPointF(123, 77))
    moved = camera.copy()
    moved.zoom_at(QPointF(400, 300), camera.zoom * 1.5)
    moved.pan(40, -25)
    place = frame.place(moved)
    there = place.topLeft() + QPointF(123 * place.width() / SIZE.width(), 77 * place.height() / SIZE.height())
    assert (there - moved.to_view(point)).manhattanLength() < 1e-6


def test_of_many_requests_only_the_newest_is_drawn_after_the_one_at_work(slow):
    frame, _ = slow
    camera, layers = frame_for(many())
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame.wait()
    before = frame.drawn
    for _ in range(20):
        camera.zoom_at(QPointF(0, 0), camera.zoom * 1.01)
        with frame._lock:
            frame._drawing = frame._drawing or (lambda: None, camera)  # as if one were at work all the time
        frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame._drawing = None
    frame._go_on()
    frame.wait()
    assert frame.drawn == before + 1
    assert frame.place(camera).topLeft() == QPointF(0, 0)


def test_a_fault_of_the_other_thread_is_raised_in_this_one(slow):
    frame, _ = slow
    camera, layers = frame_for(many())
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame.wait()

    def broken(*_more: object) -> None:
        raise ZeroDivisionError

    frame.rasterizer = broken
    camera.zoom_at(QPointF(0, 0), camera.zoom * 1.1)
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    with pytest.raises(ZeroDivisionError):
        frame.wait()


def test_while_moving_cards_are_shown_larger_and_painted_anew_at_rest(view, session, network, monkeypatch):
    painted = []
    whole = card_cache.paint_still
    monkeypatch.setattr(card_cache, "paint_still", lambda *more: painted.append(more[1].id) or whole(*more))
    view.viewport().repaint()
    painted.clear()
    view.camera.zoom_at(QPointF(500, 300), view.camera.zoom * 0.9)
    item, look = view.scene.layers[network[1]], view.looks.of(view.scene.layers[network[1]])
    view.cards.begin(0)
    picture, place = view.cards.of(item, look, view.camera, 1.0)
    assert not painted
    assert view.cards.waiting
    assert place.width() == pytest.approx(picture.deviceIndependentSize().width() * 0.9)
    view.cards.begin()
    picture, place = view.cards.of(item, look, view.camera, 1.0)
    assert painted == [item.id]
    assert not view.cards.waiting
    assert place.size() == picture.deviceIndependentSize()


def test_a_hover_thinks_through_one_card_only(view, session, network, hand, monkeypatch):
    made = []
    whole = view.looks._make
    monkeypatch.setattr(view.looks, "_make", lambda v, item: made.append(item.id) or whole(v, item))
    view.viewport().repaint()
    made.clear()
    hand.move(hand.at(-144, 0))
    view.viewport().repaint()
    assert set(made) == {network[1]}


def test_a_moved_layer_does_not_run_the_network(view, session, network, monkeypatch):
    session.choose_data(Source("bundled", "iris"))
    asked = []
    whole = activity.activity_of
    monkeypatch.setattr(activity, "activity_of", lambda *more: asked.append(more) or whole(*more))
    assert view.activity.values
    asked.clear()
    session.do(MoveLayers({network[1]: (-144.0, 48.0)}))
    view.viewport().repaint()
    assert view.activity.values
    assert not asked
    session.do(SetWeight(min(session.document.network.synapses), 0, 0, 3.0))
    view.viewport().repaint()
    assert len(asked) == 1


def test_problems_are_found_anew_only_where_they_may_differ(session, network, monkeypatch):
    before = session.problems
    found = []
    whole = problem_finding.find_problems
    monkeypatch.setattr("nnstudio.session.judging.find_problems", lambda *more: found.append(more) or whole(*more))
    session.do(SetWeight(min(session.document.network.synapses), 0, 0, 3.0))
    assert session.problems is before
    assert not found
    session.do(RenameLayer(network[0], "Other"))
    assert session.problems is not before
    assert len(found) == 1


def test_lines_of_the_map_lie_where_they_should():
    color = QColor(200, 100, 50)
    color.setAlphaF(0.5)
    starts, ends = np.array([[2.0, 5.5], [10.0, 2.0]]), np.array([[18.0, 5.5], [10.0, 9.0]])
    image = lines_image(20, 12, starts, ends, color)
    assert image.pixelColor(5, 5).alphaF() == pytest.approx(0.5, abs=0.01)
    assert image.pixelColor(5, 3).alpha() == 0
    assert image.pixelColor(0, 5).alpha() == 0
    sides = [image.pixelColor(x, 3).alphaF() for x in (9, 10)]
    assert sides == pytest.approx([0.25, 0.25], abs=0.02)  # a line between two columns is shared by them
    assert lines_image(20, 12, np.zeros((0, 2)), np.zeros((0, 2)), color).pixelColor(3, 3).alpha() == 0


def test_neurons_chosen_in_several_layers_are_shown_as_chosen(view, session, network, selection):
    view.viewport().repaint()
    selection.select_neurons([NeuronRef(network[1], 2), NeuronRef(network[2], 0)])
    view.viewport().repaint()
    chosen = {i: view.looks.of(view.scene.layers[i]).neurons for i in network}
    assert chosen == {network[0]: set(), network[1]: {2}, network[2]: {0}, network[3]: set()}


def test_only_the_miniature_of_a_layer_with_other_weights_is_made_anew(view, session, network):
    first, _, last = sorted(session.document.network.synapses)
    before = {i: view.details.small(i) for i in network[1:]}
    view.details.begin(100)
    session.do(SetWeight(first, 0, 0, 9.0))
    after = {i: view.details.small(i) for i in network[1:]}
    assert {i for i in after if after[i] is not before[i]} == {network[1]}
    session.do(Remove(synapses=frozenset({last})))
    assert view.details.small(network[3]) is None
    session.undo()
    session.undo()
    anew = Details(view)
    assert all(view.details.small(i) == anew.small(i) for i in network[1:])


def test_a_layer_behind_a_resized_one_tells_its_new_number_of_parameters(view, session, network):
    view.viewport().repaint()
    session.do(ResizeLayer(network[1], 10))
    view.viewport().repaint()
    told = {i: view.looks.of(item).parameters for i, item in view.scene.layers.items()}
    assert told == {i: parameters_of(view, item.layer) for i, item in view.scene.layers.items()}
    assert told[network[2]] == 10 * 6 + 6


def test_tendencies_of_bundles_measure_only_what_changed_and_are_the_same():
    rng = np.random.default_rng(0)
    weights = {i: rng.normal(size=(3, 4)) for i in range(6)}
    weights[4] = np.zeros(0)
    known = Tendencies()
    known.of(weights, weights)
    other = {**weights, 2: np.full((3, 4), np.nan), 4: rng.normal(size=(2, 2))}
    del other[5]
    for wanted in (list(weights), [3, 2, 5, 4]):
        found, anew = known.of(wanted, other), Tendencies().of(wanted, other)
        assert np.array_equal(found, anew)
    assert found[1][1] == found[1][2] == 0


def test_what_a_resize_leaves_alone_stays_the_very_same(session, network):
    session.do(ResizeLayer(network[1], 10))
    before = session.document
    session.do(ResizeLayer(network[1], 8))
    after, last = session.document, max(session.document.network.synapses)
    assert after.network.synapses is before.network.synapses
    assert after.parameters.masks is before.parameters.masks
    assert after.parameters.muted is before.parameters.muted
    assert after.parameters.weights[last] is before.parameters.weights[last]
    assert after.initial is after.parameters


def test_an_activation_that_owns_nothing_asks_for_nothing_and_its_settings_are_checked(session, network):
    before = session.document
    session.do(SetActivation(network[1], Part("relu")))
    assert session.document.parameters is before.parameters
    with pytest.raises(StudioError):
        session.do(SetActivation(network[1], Part("elu", (("no such", 1.0),))))
    session.do(SetActivation(network[1], Part("prelu")))
    assert (network[1], "slope") in session.document.parameters.own
    session.do(SetActivation(network[1], Part("tanh")))
    assert not session.document.parameters.own


def test_a_picture_is_begun_where_one_ends_and_the_newest_is_shown(slow):
    frame, _ = slow
    camera, layers = frame_for(many())
    frame.draw(SIZE, 1.0, camera, DARK, layers)
    frame.wait()
    begun, may_end = [threading.Event() for _ in range(2)], [threading.Event() for _ in range(2)]
    compiled, turns = load_rasterizer(), iter(range(2))

    def held(*more: object) -> None:
        turn = next(turns, None)
        if turn is not None:
            begun[turn].set()
            assert may_end[turn].wait(10)
        compiled(*more)

    for one in frame._spare:
        one.rasterizer = held
    before, zooms = frame.drawn, (1.1, 1.2)
    for turn, zoom in enumerate(zooms):
        camera.zoom_at(QPointF(0, 0), zoom)
        frame.draw(SIZE, 1.0, camera, DARK, layers)
        assert begun[0].wait(10)
        assert frame.full == bool(turn)
    may_end[0].set()
    assert begun[1].wait(10)  # nobody has collected the first one yet
    assert not frame.full
    assert frame.collect()
    assert frame.place(camera).width() == pytest.approx(SIZE.width() * 1.2 / 1.1)
    may_end[1].set()
    frame.wait()
    assert frame.drawn == before + 2
    assert frame.place(camera).width() == SIZE.width()


def test_where_layers_stand_matters_to_problems_only_where_a_fix_needs_it(session, network, monkeypatch):
    session.choose_data(Source("bundled", "iris"))
    assert not any(problem.severity == "error" for problem in session.problems)
    before = session.problems
    session.do(MoveLayers({network[1]: (-144.0, 96.0)}))
    assert session.problems is before
    session.do(Remove(layers=frozenset({network[0]})))
    (first,) = (problem.fix.edit for problem in session.problems if problem.where.kind == "network")
    session.do(MoveLayers({network[1]: (-1440.0, 96.0)}))
    (second,) = (problem.fix.edit for problem in session.problems if problem.where.kind == "network")
    assert second.position != first.position
    assert session.problems == find_problems(session.document, session.dataset)


def test_of_many_new_miniatures_some_come_with_the_next_pictures(view, session, monkeypatch):
    document = many(20)
    wires = document.network.synapses
    session.do(Several(Message.of("Build"), tuple(AddLayer("hidden", p, size=4) for p in document.layout.values())))
    ends = list(session.document.network.layers)
    joined = tuple(Connect(ends[s.source - 1], ends[s.target - 1]) for s in wires.values())
    session.do(Several(Message.of("Wire"), joined))
    view.level = "far"
    view.fit()
    view.settle()
    shown = {i: view.details.small(i) for i in ends[1:]}
    session.do(Redraw(7))
    view.viewport().repaint()
    fresh = [i for i in shown if view.details._small[i][1] is not shown[i]]
    assert len(fresh) == MOST
    assert view.details.waiting
    assert view._ticket.marked
    view.settle()
    anew = Details(view)
    anew.begin(1000)
    assert not view.details.waiting
    assert all(view.details._small[i][1] == anew.small(i) != shown[i] for i in shown)
