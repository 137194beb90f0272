"""Contrast measured from pixels in both themes: text at least 4.5, icons and marks at least 3 (WCAG 2.2 AA)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QAbstractListModel, QPoint, QPointF, QRect, QRectF
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)

from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect, SetWeight
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.palette import Card
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.theme import theme
from tests.ui.shell.contrast import Picture, contrast, ratio

TEXT, MARK = 4.5, 3.0
Region = tuple[str, QWidget, QRect, float]  # name, widget, place in it, wanted


@pytest.fixture(params=["dark", "light"])
def window(request: pytest.FixtureRequest, engine: None, window: MainWindow, qtbot) -> Iterator[MainWindow]:
    session = window.session
    session.choose_data(Source("bundled", "iris"))
    session.do(AddLayer("input", (-264.0, 0.0)))
    session.do(AddLayer("hidden", (0.0, 0.0), size=5))
    session.do(AddLayer("output", (264.0, 0.0)))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.do(SetWeight(4, 0, 0, -1.5))
    before = window.appearance.mode
    window.appearance.use(request.param)
    assert theme.name == request.param
    session.step("epoch")
    qtbot.waitUntil(lambda: session.state == "paused")
    window.resize(1680, 1050)
    window.canvas.fit()
    QApplication.processEvents()
    yield window
    window.appearance.use(before)


def shown(widget: QWidget) -> QRect:
    """The part of a widget that is seen."""
    return widget.visibleRegion().boundingRect()


def named(widget: QWidget, text: str = "") -> str:
    """The parts of the window down to a widget, so that one who reads finds it."""
    parts = [text or widget.accessibleName() or type(widget).__name__]
    above = widget.parentWidget()
    while above is not None and len(parts) < 4:
        if above.objectName() and not above.objectName().startswith("qt_"):
            parts.append(above.objectName())
        above = above.parentWidget()
    return " in ".join(parts)


def widgets(window: QWidget) -> Iterator[Region]:
    """Every label, button, field, card and tab that is seen and in use."""
    for widget in window.findChildren(QWidget):
        place = shown(widget)
        if widget.isVisible() and widget.isEnabled() and place.width() >= 4 and place.height() >= 4:
            if isinstance(widget, Card):
                yield named(widget) + ": icon", widget, QRect(12, 12, 24, 26), MARK
                yield named(widget) + ": name", widget, QRect(48, 6, widget.width() - 58, 19), TEXT
                yield named(widget) + ": line", widget, QRect(48, 26, widget.width() - 58, 17), TEXT
            elif isinstance(widget, QTabBar):
                for tab in range(widget.count()):
                    yield named(widget, widget.tabText(tab)), widget, widget.tabRect(tab).adjusted(4, 4, -4, -4), TEXT
            elif isinstance(widget, QMenuBar):
                for action in widget.actions():
                    yield named(widget, action.text()), widget, widget.actionGeometry(action), TEXT
            elif isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox)):
                yield from simple(widget, place)


def simple(widget: QLabel | QAbstractButton | QLineEdit | QComboBox, place: QRect) -> Iterator[Region]:
    """Of what has a text the text, else its picture."""
    text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
    if isinstance(widget, (QLineEdit, QComboBox)):
        place = place.adjusted(4, 4, -24 if isinstance(widget, QComboBox) else -4, -4)
    if text.strip():
        yield named(widget, text), widget, place, TEXT
    elif (isinstance(widget, QLabel) and not widget.pixmap().isNull()) or (
        isinstance(widget, QAbstractButton) and not widget.icon().isNull()
    ):
        yield named(widget), widget, place, MARK


def rows(window: QWidget) -> Iterator[Region]:
    """The rows of every list, tree and table that is seen."""
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        if model is None or not view.isVisible() or view.window() is not window:
            continue
        port, found = view.viewport(), 0
        for row in range(min(model.rowCount(view.rootIndex()), 12)):
            for column in range(
                1 if isinstance(model, QAbstractListModel) else min(model.columnCount(view.rootIndex()), 4)
            ):
                index = model.index(row, column, view.rootIndex())
                place = view.visualRect(index).intersected(port.rect())
                if index.data() not in (None, "") and place.width() > 8 and place.height() > 8 and found < 24:
                    found += 1
                    yield named(view, str(index.data())), port, place, TEXT


def canvas(window: MainWindow) -> Iterator[Region]:
    """Titles, sizes, names of neurons, rings and wires of the network."""
    view = window.canvas
    port = view.viewport()

    def there(rect: QRectF) -> QRect:
        return view.camera.rect_to_view(rect).toAlignedRect()

    for item in view.scene.layers.values():
        yield f"title of {item.layer.name}", port, there(item.title_rect), TEXT
        yield f"subtitle of {item.layer.name}", port, there(item.subtitle_rect), TEXT
        ring = QRectF(0, 0, 2 * item.radius + 6, 2 * item.radius + 6)
        ring.moveCenter(QPointF(item.x, item.ys[0]))
        yield f"neuron of {item.layer.name}", port, there(ring), MARK
        if item.labels_width:
            left = item.bounds.left() if item.layer.kind == "input" else item.rect.right() + 4
            name = QRectF(left, item.ys[0] - 9, item.labels_width, 18)
            yield f"names of the neurons of {item.layer.name}", port, there(name), TEXT


def plots(window: MainWindow) -> Iterator[Region]:
    """The numbers along the axes, the legends and captions of all plots."""
    import pyqtgraph as pg

    for key, panel in window.late.plots.items():
        for scene_view in panel.findChildren(QAbstractScrollArea):
            if not isinstance(scene_view, pg.GraphicsView) or not scene_view.isVisible():
                continue
            for item in scene_view.scene().items():
                if isinstance(item, (pg.AxisItem, pg.LegendItem)) and item.isVisible():
                    place = scene_view.mapFromScene(item.sceneBoundingRect()).boundingRect()
                    place = place.intersected(scene_view.viewport().rect())
                    if place.width() > 8 and place.height() > 8:
                        yield f"{type(item).__name__} of {key}", scene_view.viewport(), place, TEXT


def poor(window: QWidget, regions: Iterable[Region]) -> tuple[int, list[str]]:
    """How many regions were measured, and those that are not clear enough."""
    picture, measured, found = Picture(window), 0, set()
    for name, widget, place, wanted in regions:
        part = picture.of(widget, place)
        if part.size:
            value = contrast(part)
            measured += 1
            if value < wanted:
                found.add(f"{value:.2f} < {wanted}: {name}")
    return measured, sorted(found)


def test_the_measure_itself() -> None:
    assert ratio(np.array([0, 0, 0]), np.array([255, 255, 255])) == pytest.approx(21.0)
    assert ratio(np.array([119, 119, 119]), np.array([255, 255, 255])) == pytest.approx(4.48, abs=0.01)
    image = np.full((40, 50), 0xFFFFFFFF, np.uint32)
    image[0, :5] = 0xFF777777
    image[1, 0] = 0xFF000000  # one pixel is no letter
    assert contrast(image) == pytest.approx(4.48, abs=0.01)
    assert contrast(np.full((10, 10), 0xFF282828, np.uint32)) == 1.0


def test_the_window(window: MainWindow) -> None:
    measured, found = poor(window, widgets(window))
    assert measured > 40
    assert not found, "\n".join(found)


def test_rows_of_lists_and_trees(window: MainWindow) -> None:
    window.show_panel("outline")
    window.show_panel("history")
    QApplication.processEvents()
    measured, found = poor(window, rows(window))
    assert measured > 5
    assert not found, "\n".join(found)


def test_the_canvas(window: MainWindow) -> None:
    window.canvas.zoom_reset()
    window.canvas.center_on(QPointF(0, 0))
    QApplication.processEvents()
    measured, found = poor(window, canvas(window))
    assert measured >= 11
    assert not found, "\n".join(found)


def test_the_plots(window: MainWindow, qtbot) -> None:
    for panel in window.late.plots.values():
        panel.settle()  # type: ignore[attr-defined]
    measured, found = poor(window, plots(window))
    assert measured > 3
    assert not found, "\n".join(found)


def test_pages_of_the_inspector(window: MainWindow) -> None:
    selection, inspector = window.selection, window.late.inspector
    assert inspector is not None
    pages = {
        "layer": lambda: selection.select({2}),
        "neuron": lambda: selection.select_neuron(NeuronRef(2, 1)),
        "synapse": lambda: selection.select_synapse(SynapseRef(4, 0, 0)),
        "bundle": lambda: selection.select((), {4}),
        "several": lambda: selection.select({1, 2}),
    }
    for page, choose in pages.items():
        choose()
        QApplication.processEvents()
        measured, found = poor(window, [it for it in widgets(window) if inspector.isAncestorOf(it[1])])
        assert measured > 3, page
        assert not found, page + "\n" + "\n".join(found)


def test_the_data_workspace(window: MainWindow) -> None:
    window.show_workspace("data")
    QApplication.processEvents()
    measured, found = poor(window, [*widgets(window), *rows(window)])
    assert measured > 30
    assert not found, "\n".join(found)


def test_menus(window: MainWindow) -> None:
    for menu in window.menus.menus.values():
        menu.popup(window.mapToGlobal(QPoint(20, 60)))
        entries = [(action, menu.actionGeometry(action)) for action in menu.actions()]
        entries = [(action, place) for action, place in entries if action.isEnabled() and not action.isSeparator()]
        assert isinstance(menu, QMenu)
        found = poor(menu, [(action.text(), menu, place, TEXT) for action, place in entries])[1]
        menu.close()
        assert not found, "\n".join(found)
