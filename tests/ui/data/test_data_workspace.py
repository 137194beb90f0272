"""The Data workspace with real clicks and keys: sources, roles, preparation, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect
from nnstudio.session import Session
from nnstudio.ui.data import DataWorkspace
from nnstudio.ui.data.table_models import KIND_ROW, NOTE_ROW, ROLE_ROW, RULE_ROW
from nnstudio.ui.dialogs import Answer, FileWish
from nnstudio.ui.selection import Selection
from nnstudio.ui.widgets.number_field import NumberField

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


class AnsweringDialogs:
    """Answers with a path at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask_path(self, parent: QWidget, wish: FileWish, deliver: Callable[[Path], object]) -> None:  # noqa: ARG002
        deliver(self.path)

    def ask_unsaved(self, parent: QWidget, name: str, deliver: Callable[[Answer], object]) -> None:  # noqa: ARG002
        deliver("discard")


class Studio:
    """A session with 2-3-1 and the Data workspace."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.session = Session()
        self.selection = Selection()
        for edit in (
            AddLayer("input", (0, 0)),
            AddLayer("hidden", (200, 0), size=3),
            AddLayer("output", (400, 0)),
            Connect(1, 2),
            Connect(2, 3),
        ):
            self.session.do(edit)
        self.dialogs = AnsweringDialogs(folder / "houses.csv")
        self.space = DataWorkspace(self.session, self.selection, self.dialogs)
        qtbot.addWidget(self.space)
        self.space.resize(1400, 900)
        self.space.show()
        qtbot.waitExposed(self.space)
        self.space.activateWindow()
        qtbot.waitUntil(self.space.isActiveWindow)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def role(self, name: str) -> str:
        assert self.session.document.data is not None
        return self.session.document.data.column(name).role

    def number(self, name: str) -> int:
        assert self.session.table is not None
        return [column.name for column in self.session.table.columns].index(name)

    def fact(self, row: int, name: str) -> str:
        model = self.space.table.facts_model
        return str(model.data(model.index(row, self.number(name))))

    def sizes(self) -> tuple[int, ...]:
        return tuple(layer.size for layer in self.session.document.network.layers.values())

    def pick(self, menu: QMenu | None, text: str) -> None:
        assert menu is not None
        action = next(action for action in menu.actions() if action.text() == text)
        action.trigger()
        menu.close()


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    rows = [
        f"{i};{['Berlin', 'Köln', 'Ulm'][i % 3]};{'' if i % 7 == 0 else f'{40 + i},5'};x;{100000 + i * 2500}"
        for i in range(60)
    ]
    text = "id;city;area;same;price\n" + "\n".join(rows) + "\n3;4\n"
    (tmp_path / "houses.csv").write_text(text, encoding="utf-8")
    made = Studio(qtbot, tmp_path)
    yield made
    made.session.close()


def test_it_begins_with_an_invitation(studio: Studio) -> None:
    assert studio.space.empty.isVisible()
    assert not studio.space.preparation.isVisible()
    studio.click(studio.space.empty.example)
    assert studio.session.table is not None
    assert not studio.space.empty.isVisible()


def test_choosing_a_bundled_set_fits_the_network_as_one_step(studio: Studio) -> None:
    steps = studio.session.history.index
    studio.click(studio.space.sources.cards["bundled", "iris"])
    assert studio.sizes() == (4, 3, 3)
    layers = studio.session.document.network.layers
    assert layers[1].labels == ("sepal length", "sepal width", "petal length", "petal width")
    assert layers[3].labels == ("setosa", "versicolor", "virginica")
    assert studio.session.history.index == steps + 1
    assert studio.space.sources.cards["bundled", "iris"].isChecked()
    assert [(c.name, c.train, c.validation) for c in studio.space.preparation.balance.classes] == [
        ("setosa", 40, 10),
        ("versicolor", 40, 10),
        ("virginica", 40, 10),
    ]
    studio.session.undo()
    assert studio.sizes() == (2, 3, 1)
    assert studio.space.empty.isVisible()
    assert not studio.space.sources.cards["bundled", "iris"].isChecked()
    studio.session.redo()
    assert studio.sizes() == (4, 3, 3)
    assert studio.space.table.cells_model.rowCount() == 150


def test_opening_a_csv_shows_statistics_and_what_the_reader_left_out(studio: Studio) -> None:
    studio.click(studio.space.sources.open)
    assert studio.session.document.data is not None
    assert studio.role("price") == "target"
    assert studio.role("id") == "ignored"
    assert studio.role("same") == "ignored"
    assert studio.fact(3, "area") == "9"
    assert studio.fact(4, "city") == "3"
    assert studio.fact(6, "price") == "247500"
    assert studio.fact(9, "city") == "Berlin (20)"
    assert "same value" in studio.fact(NOTE_ROW, "same")
    assert any("62" in note for note in studio.space.preparation.notes)
    assert studio.space.preparation.facts.value("train") == "48"
    assert studio.session.document.network.layers[1].labels == ("city=Berlin", "city=Köln", "city=Ulm", "area")
    model = studio.space.table.cells_model
    assert model.data(model.index(0, studio.number("area"))) == "—"
    assert model.data(model.index(1, studio.number("area"))) == "41.5"


def test_roles_change_by_key_menu_and_click(studio: Studio, qtbot: QtBot) -> None:
    studio.space.open_file(studio.dialogs.path)
    facts = studio.space.table.facts
    facts.setFocus()
    studio.space.table.choose_column(studio.number("area"))
    steps = studio.session.history.index
    QTest.keyClick(facts, Qt.Key.Key_X)
    assert studio.role("area") == "ignored"
    assert studio.session.history.index == steps + 1
    assert studio.session.document.network.layers[1].size == 3
    assert studio.fact(ROLE_ROW, "area") == "ignored"
    studio.session.undo()
    assert studio.role("area") == "input"
    assert studio.session.document.network.layers[1].size == 4
    QTest.keyClick(facts, Qt.Key.Key_T)
    assert studio.role("area") == "target"
    assert studio.role("price") == "input"
    studio.pick(studio.space.column_menu(studio.number("price"), ROLE_ROW), "one more target")
    assert (studio.role("price"), studio.role("area")) == ("target", "target")
    assert studio.session.document.network.layers[3].size == 2
    index = studio.space.table.facts_model.index(ROLE_ROW, studio.number("city"))
    QTest.mouseClick(facts.viewport(), Qt.MouseButton.LeftButton, pos=facts.visualRect(index).center())
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.isChecked() for action in menu.actions()][:3] == [True, False, False]
    menu.close()


def test_kind_and_missing_cells(studio: Studio) -> None:
    studio.space.open_file(studio.dialogs.path)
    studio.pick(studio.space.column_menu(studio.number("area"), RULE_ROW), "leave row out")
    assert studio.space.preparation.facts.value("left_out") == "9"
    parts = studio.space.table.cells_model
    assert str(parts.headerData(0, Qt.Orientation.Vertical)).startswith("–")
    studio.pick(studio.space.column_menu(studio.number("area"), KIND_ROW), "categories")
    assert studio.session.document.data is not None
    assert studio.session.document.data.column("area").kind == "categorical"
    assert studio.session.document.network.layers[1].size > 10


def test_a_refused_role_is_said_in_its_column_and_changes_nothing(studio: Studio) -> None:
    studio.space.open_file(studio.dialogs.path)
    before = studio.session.document
    facts = studio.space.table.facts
    facts.setFocus()
    studio.space.table.choose_column(studio.number("same"))
    QTest.keyClick(facts, Qt.Key.Key_T)
    assert studio.session.document is before
    assert "every row" in studio.fact(NOTE_ROW, "same")
    assert studio.space.problem.isVisible()
    studio.space.table.choose_column(studio.number("area"))
    QTest.keyClick(facts, Qt.Key.Key_X)
    assert not studio.space.problem.isVisible()


def test_preparation_form(studio: Studio) -> None:
    studio.click(studio.space.sources.cards["bundled", "iris"])
    pane = studio.space.preparation
    pane.validation.setFocus()
    pane.validation.selectAll()
    QTest.keyClicks(pane.validation, "0,5")
    QTest.keyClick(pane.validation, Qt.Key.Key_Return)
    assert studio.session.dataset is not None
    assert len(studio.session.dataset.validation) == 75
    assert pane.facts.value("validation") == "75"
    pane.scaling.setFocus()
    QTest.keyClick(pane.scaling, Qt.Key.Key_Down)
    assert studio.session.document.data is not None
    assert studio.session.document.data.scaling == "range"
    studio.session.undo()
    studio.session.undo()
    assert pane.validation.value == 0.2
    assert pane.scaling.key == "standard"
    pane.task.setFocus()
    QTest.keyClick(pane.task, Qt.Key.Key_Down)
    assert pane.task.key == "classification"
    assert pane.form.rows["data.task"].problem.endswith(".")
    pane.target.setFocus()
    QTest.keyClick(pane.target, Qt.Key.Key_Home)
    assert studio.role("sepal length") == "target"
    assert studio.session.document.data.task == "regression"
    assert pane.task.key == "regression"


def test_generator_settings_keep_the_recipe(studio: Studio) -> None:
    studio.click(studio.space.sources.cards["generator", "spiral"])
    assert studio.sizes()[0] == 2
    pane = studio.space.preparation
    pane.validation.setFocus()
    pane.validation.selectAll()
    QTest.keyClicks(pane.validation, "0.4")
    QTest.keyClick(pane.validation, Qt.Key.Key_Return)
    field = studio.space.findChild(NumberField, "generator.samples")
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "120")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert studio.session.table is not None
    assert studio.session.table.rows == 120
    assert studio.session.document.data is not None
    assert studio.session.document.data.validation == 0.4
    field.selectAll()
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.problem.endswith(".")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    steps = studio.session.history.index
    noise = studio.space.sources.settings.rows["noise"]
    QTest.mousePress(noise.label, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    for x in (12, 24, 36):
        QTest.mouseMove(noise.label, QPoint(x, 4))
    QTest.mouseRelease(noise.label, Qt.MouseButton.LeftButton, pos=QPoint(36, 4))
    assert studio.session.history.index == steps + 1


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "empty"), (b"a,b\n", "no rows"), (b"only\n1\n2\n", "one column"), (b"\x00\x01\x02PNG\x00\xff" * 40, "")],
)
def test_a_bad_file_is_explained_beside_the_button(studio: Studio, tmp_path: Path, body: bytes, words: str) -> None:
    before = studio.session.document
    path = tmp_path / "bad.csv"
    path.write_bytes(body)
    studio.space.open_file(path)
    problem = studio.space.sources.problem
    assert problem.isVisible()
    assert words in problem.text()
    assert problem.text().endswith(".")
    assert studio.session.document is before
    assert studio.space.empty.isVisible()
    studio.click(studio.space.sources.cards["bundled", "wine"])
    assert not problem.isVisible()


def test_a_file_that_is_not_there(studio: Studio, tmp_path: Path) -> None:
    studio.space.open_file(tmp_path / "gone.csv")
    assert "gone.csv" in studio.space.sources.problem.text()


def test_a_large_file_is_read_in_the_background(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = "\n".join(f"{i % 97},{i % 13},{i * 7 % 1000},{'yes' if i % 3 else 'no'}" for i in range(100_000))
    path.write_text("a,b,c,answer\n" + rows + "\n" + "0,0,0,yes\n" * 60_000, encoding="utf-8")
    studio.space.open_file(path)
    assert "Reading large.csv" in studio.space.sources.busy.text()
    qtbot.waitUntil(lambda: studio.session.poll() and studio.session.table is not None, timeout=20_000)
    assert studio.space.table.cells_model.rowCount() == 160_000
    assert not studio.space.sources.problem.isVisible()
    assert not studio.space.sources.busy.isVisible()
    bottom = studio.space.table.cells_model
    assert bottom.data(bottom.index(159_999, 3)) == "yes"


def test_a_row_shows_its_sample_and_the_sample_its_row(studio: Studio) -> None:
    studio.space.open_file(studio.dialogs.path)
    studio.pick(studio.space.column_menu(studio.number("area"), RULE_ROW), "leave row out")
    cells = studio.space.table.cells
    studio.space.table.cells.setFocus()
    cells.setCurrentIndex(studio.space.table.cells_model.index(1, 0))
    assert studio.selection.sample == 0
    QTest.keyClick(cells, Qt.Key.Key_Down)
    assert studio.selection.sample == 1
    studio.selection.show_sample(6)
    assert cells.currentIndex().row() == 8


def test_the_histogram_follows_the_column(studio: Studio) -> None:
    studio.click(studio.space.sources.cards["bundled", "iris"])
    view = studio.space.preparation.histogram
    assert view.shown is not None
    assert view.shown.labels == ("4.3", "7.9")
    assert int(view.shown.counts.sum()) == 150
    studio.space.table.choose_column(4)
    assert view.shown.labels == ("setosa", "versicolor", "virginica")
    assert view.shown.counts.tolist() == [[50, 0, 0], [0, 50, 0], [0, 0, 50]]


def test_both_tables_scroll_together(studio: Studio) -> None:
    studio.click(studio.space.sources.cards["bundled", "digits"])
    studio.space.table.cells.horizontalScrollBar().setValue(300)
    assert studio.space.table.facts.horizontalScrollBar().value() == 300


def test_removing_the_data_is_a_step(studio: Studio) -> None:
    studio.session.choose_data(Source("bundled", "wine"))
    studio.click(studio.space.preparation.remove)
    assert studio.session.document.data is None
    assert studio.space.empty.isVisible()
    studio.session.undo()
    assert studio.space.table.isVisible()


def test_a_hidden_workspace_catches_up(studio: Studio) -> None:
    studio.space.hide()
    studio.session.choose_data(Source("bundled", "wine"))
    studio.space.show()
    assert studio.space.table.cells_model.rowCount() == 178
