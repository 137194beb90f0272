"""What every plot does: draw, explain an empty page, follow the theme, cost nothing hidden, export, let go."""

from __future__ import annotations

import csv
import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from nnstudio.document import Source, StudioError
from nnstudio.document.edits import AddLayer, RenameLayer, SetData
from nnstudio.ui.plots import plots
from nnstudio.ui.theme import DARK, LIGHT, theme
from tests.ui.plots.conftest import build, train

KEYS = ("loss", "weights", "activations", "boundary", "confusion")


def pixels(plot):
    image = plot.surface.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def shades(plot):
    """How many different colours the surface shows."""
    return len(np.unique(pixels(plot).reshape(-1, 3), axis=0))


def test_registry_has_every_file_with_a_row_in_order():
    assert tuple(plots) == KEYS
    for key, row in plots.items():
        assert row.key == key
        assert row.title
        assert row.icon


@pytest.mark.parametrize("key", KEYS)
def test_draws_a_trained_network(iris, key):
    plot = iris.show(plots[key].plot)
    assert plot.empty == ""
    assert plot.subtitle
    assert plot.caption.text == plot.subtitle
    assert plot.accessibleName() == plot.title
    assert plot.accessibleDescription()
    assert shades(plot) > 12


@pytest.mark.parametrize("key", KEYS)
def test_says_why_it_is_empty(bench, key):
    plot = bench.show(plots[key].plot)
    assert plot.empty.endswith(".")
    assert plot.accessibleDescription() == plot.empty
    assert plot.subtitle == ""
    with pytest.raises(StudioError):
        plot.export("nothing.png")
    bench.session.do(AddLayer("input", (0.0, 0.0)))
    bench.session.do(AddLayer("output", (200.0, 0.0)))
    bench.session.choose_data(Source("bundled", "iris"))
    bench.settle()  # unwired: nothing may fail
    assert plot.accessibleDescription()


@pytest.mark.parametrize("key", KEYS)
def test_follows_the_theme_without_new_numbers(iris, key):
    plot = iris.show(plots[key].plot)

    def back():
        return "#{:02x}{:02x}{:02x}".format(*pixels(plot)[1, 1][::-1])

    assert back() == DARK.panel
    words = plot.accessibleDescription()
    theme.use("light")
    iris.settle()
    assert back() == LIGHT.panel
    assert plot.accessibleDescription() == words


@pytest.mark.parametrize("key", KEYS)
def test_marked_while_hidden_costs_nothing_and_is_drawn_when_shown(iris, key):
    plot = iris.show(plots[key].plot)
    plot.hide()
    drawn = plot.draws
    for _ in range(25):
        iris.session.live_changed.emit(iris.session.live)
        iris.clock.tick()
    assert plot.draws == drawn
    plot.show()
    iris.settle()
    assert plot.draws > drawn


@pytest.mark.parametrize("key", KEYS)
def test_many_marks_between_two_frames_are_one_drawing(iris, key):
    plot = iris.show(plots[key].plot)
    drawn = plot.draws
    for _ in range(50):
        iris.session.live_changed.emit(iris.session.live)
    iris.settle()
    assert plot.draws == drawn + 1


@pytest.mark.parametrize("key", KEYS)
def test_exports_readable_files(iris, key, tmp_path):
    plot = iris.show(plots[key].plot)
    png, svg, table = (tmp_path / f"plot.{ending}" for ending in ("png", "svg", "csv"))
    plot.export(png)
    image = QImage(str(png))
    assert image.width() >= 960
    assert image.height() >= 640
    plot.export(str(svg))
    assert QSvgRenderer(str(svg)).isValid()
    assert plot.title in svg.read_text(encoding="utf-8")
    plot.export(table)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) > 2
    assert len({len(row) for row in rows}) == 1
    numbers = [float(cell) for cell in rows[-1][2:]]
    assert np.isfinite(numbers).all()


def test_export_refuses_with_a_sentence(iris, tmp_path):
    plot = iris.show(plots["loss"].plot)
    with pytest.raises(StudioError, match=r"\.png, \.svg or \.csv"):
        plot.export(tmp_path / "plot.bmp")
    for ending in ("png", "svg", "csv"):
        with pytest.raises(StudioError, match="could not be written"):
            plot.export(tmp_path / "nowhere" / f"plot.{ending}")


def test_a_formula_in_a_name_is_harmless_in_csv(iris, tmp_path):
    network = iris.session.document.network
    output = network.of_kind("output")[0]
    iris.session.do(RenameLayer(output.id, "=1+1"))
    plot = iris.show(plots["weights"].plot)
    iris.selection.select([output.id])
    iris.settle()
    plot.matrix.setChecked(True)
    iris.settle()
    from nnstudio.ui.plots.export import write_table

    write_table(tmp_path / "t.csv", (["=A1"], [["+x"], [-1.5], [float("nan")]]))
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").split() == ["'=A1", "'+x", "-1.5", "nan"]


def test_context_menu_offers_export(iris, monkeypatch, tmp_path):
    plot = iris.show(plots["confusion"].plot)
    target = tmp_path / "chosen.csv"
    wishes = []

    class Asked:
        def ask_path(self, _parent, wish, deliver):
            wishes.append(wish)
            deliver(target)

    monkeypatch.setattr(plot, "dialogs", Asked())
    menu = plot.menu()
    texts = {action.text(): action for action in menu.actions() if action.text()}
    texts["Export as CSV…"].trigger()
    assert target.is_file()
    assert (wishes[0].saving, wishes[0].suffix, wishes[0].start.name) == (True, "csv", "confusion.csv")
    target = tmp_path / "no such folder" / "chosen.csv"
    texts["Export as CSV…"].trigger()  # what cannot be written is told beside the plot, and is no fault
    assert QToolTip.text()
    QToolTip.hideText()
    texts["Copy picture"].trigger()
    menu.deleteLater()


@pytest.mark.parametrize("key", KEYS)
def test_hover_tells_numbers_and_leaving_takes_them_away(iris, key):
    plot = iris.show(plots[key].plot)
    before = pixels(plot)
    middle = QPoint(plot.surface.width() // 2, plot.surface.height() // 2)
    QTest.mouseMove(plot.surface.viewport(), middle)
    if plot.pointer is None:
        QTest.mouseMove(plot.surface.viewport(), middle + QPoint(1, 0))
    found = plot.note(plot.pointer)
    assert found is not None
    assert len(found[1]) >= 2
    assert (pixels(plot) != before).any()
    plot.point_at(None)
    assert (pixels(plot) == before).all()


@pytest.mark.parametrize("key", KEYS)
def test_arrow_keys_move_the_pointer(iris, key):
    plot = iris.show(plots[key].plot)
    QTest.keyClick(plot.surface, Qt.Key.Key_Right)
    first = QPointF(plot.pointer)
    QTest.keyClick(plot.surface, Qt.Key.Key_Right)
    assert plot.pointer.x() > first.x()
    QTest.keyClick(plot.surface, Qt.Key.Key_Escape)
    assert plot.pointer is None


@pytest.mark.parametrize("key", KEYS)
def test_closing_lets_go_and_showing_again_listens_again(iris, key):
    session, selection = iris.session, iris.selection
    events = (session.changed, session.live_changed, session.state_changed, selection.changed, theme.changed)
    before = [len(event._listeners) for event in events]
    plot = iris.show(plots[key].plot)
    assert [len(event._listeners) for event in events] == [count + 1 for count in before]
    plot.close()
    assert [len(event._listeners) for event in events] == before
    assert not iris.clock._tickets
    plot.show()
    iris.settle()
    assert [len(event._listeners) for event in events] == [count + 1 for count in before]
    plot.close()


@pytest.mark.parametrize("key", KEYS)
def test_a_deleted_plot_leaves_nothing_behind(iris, key, qtbot):
    plot = plots[key].make(iris.session, iris.selection, iris.clock)
    plot.show()
    iris.settle()
    gone = weakref.ref(plot)
    plot.deleteLater()
    del plot
    qtbot.waitUntil(lambda: not iris.clock._tickets)
    gc.collect()
    iris.session.live_changed.emit(iris.session.live)
    theme.use("light")
    iris.clock.tick()
    assert gone() is None
    assert not iris.session.changed._listeners[1:]  # only the clock listens


@pytest.mark.parametrize("key", KEYS)
def test_data_changes_under_a_plot(iris, key):
    plot = iris.show(plots[key].plot)
    iris.session.do(SetData(None))
    iris.settle()
    iris.session.choose_data(Source("bundled", "wine"))
    iris.settle()
    assert plot.accessibleDescription()
    iris.session.undo()
    iris.session.undo()
    iris.settle()
    assert plot.empty == ""


@pytest.mark.parametrize("key", KEYS)
def test_regression_data(diabetes, key):
    plot = diabetes.show(plots[key].plot)
    assert plot.empty == ""
    assert shades(plot) > 12


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("size", [(90, 70), (200, 120), (1200, 700)])
def test_any_size(iris, key, size):
    plot = iris.show(plots[key].plot, size)
    image = QImage(*size, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        plot.picture(painter, QRectF(0, 0, *size))


def test_plots_of_a_diverging_run_say_so(bench):
    from nnstudio.document import Part

    build(
        bench.session,
        Source("bundled", "diabetes"),
        hidden=(6,),
        epochs=30,
        optimizer=Part.of("sgd", learning_rate=1e6),
    )
    train(bench.session)
    for key in KEYS:
        plot = bench.show(plots[key].plot)
        words = plot.accessibleDescription()
        assert words
        assert "nan" not in words.lower().split()
        plot.close()


@pytest.mark.parametrize("key", KEYS)
def test_its_icon_is_shipped(qapp, key):
    from nnstudio.ui.icons import icon

    assert not icon(plots[key].icon).isNull()
