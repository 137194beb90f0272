"""The Data workspace: sources at the left, the table in the middle, its preparation at the right."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.data import bundled, remarks
from nnstudio.document import ColumnKind, DataRecipe, Message, Missing, Role, Source, StudioError
from nnstudio.session import Change, Loaded, Session, load
from nnstudio.ui.data.empty import EmptyState
from nnstudio.ui.data.preparation_pane import PreparationPane
from nnstudio.ui.data.recipes import missing_choices, row_parts, with_another_target, with_kind, with_role
from nnstudio.ui.data.sources_pane import SourcesPane
from nnstudio.ui.data.table_models import KIND_ROW, ROLE_ROW, kind_text, role_text, rule_text
from nnstudio.ui.data.table_view import TableView
from nnstudio.ui.dialogs import Dialogs, FileWish, RealDialogs
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.form import attempt
from nnstudio.ui.widgets.labels import Tone, problem_label, show_sentence
from nnstudio.ui.widgets.lifetime import Subscriptions
from nnstudio.ui.widgets.numbers import count_text

SMALL_FILE = 300_000  # bytes that are read at once; larger files are read in the background
ROLES: tuple[Role, ...] = ("input", "target", "ignored")
KINDS: tuple[ColumnKind, ...] = ("numeric", "categorical")


class DataWorkspace(QWidget):
    """Chooses and prepares the data of a session; every change is one undoable step."""

    def __init__(self, session: Session, selection: Selection, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.setObjectName("dataWorkspace")
        self.setAccessibleName(self.title)
        self._session = session
        self._selection = selection
        self._dialogs = dialogs or RealDialogs()
        self._stale = True
        self._shown: DataRecipe | None = None
        self._kept = np.zeros(0, dtype=np.int64)
        self._refused: dict[str, str] = {}
        self.sources = SourcesPane()
        self.table = TableView()
        self.preparation = PreparationPane()
        self.empty = EmptyState()
        self._name, self._about = QLabel(), QLabel()
        self.problem = problem_label()
        middle = self._middle()
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part, wide in ((self.sources, 0), (middle, 1), (self.preparation, 0)):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, wide)
            splitter.setCollapsible(splitter.count() - 1, False)
        self.sources.setMinimumWidth(220)
        self.preparation.setMinimumWidth(280)
        splitter.setSizes([256, 1084, 340])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(splitter)
        self.sources.file_wanted.connect(self.ask_file)
        self.empty.file_wanted.connect(self.ask_file)
        self.empty.example_wanted.connect(lambda: self.choose(bundled["iris"].origin))
        self.sources.source_wanted.connect(self.choose)
        self.sources.settings_wanted.connect(self._change_source)
        self.table.menu_wanted.connect(self._show_menu)
        self.table.role_wanted.connect(self._set_role)
        self.table.column_chosen.connect(self.preparation.show_column)
        self.table.row_chosen.connect(self._look_at)
        self.preparation.recipe_wanted.connect(self._prepare)
        self.preparation.removal_wanted.connect(session.remove_data)
        self._subscriptions = Subscriptions(
            self,
            session.changed.connect(self._changed),
            selection.changed.connect(self._selected),
            theme.changed.connect(lambda _name: self.update()),
        )
        self.refresh()

    @property
    def title(self) -> str:
        """The workspace's name."""
        return tr("Data")

    def _middle(self) -> QStackedWidget:
        pane = QWidget()
        box = QVBoxLayout(pane)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(16, 12, 16, 10)
        line.setSpacing(10)
        self._name.setProperty("strong", True)
        self._about.setProperty("role", "dim")
        line.addWidget(self._name)
        line.addWidget(self._about)
        line.addStretch(1)
        box.addLayout(line)
        self.problem.setContentsMargins(16, 0, 16, 10)
        box.addWidget(self.problem)
        box.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(pane)
        return self._stack

    # -- choosing -----------------------------------------------------------------------------------------------------

    def ask_file(self) -> None:
        """Let the person pick a file."""
        wish = FileWish(tr("Open data"), False, (tr("Tables (*.csv *.tsv *.txt)"), tr("All files (*)")), Path.home())
        self._dialogs.ask_path(self, wish, self.open_file)

    def open_file(self, path: Path | str) -> None:
        """Use the table in a file; a large one is read in the background. What is wrong is said beside the button."""
        path = Path(path)
        source, base = Source("file", str(path.absolute())), self._session.base
        if not path.is_file() or path.stat().st_size <= SMALL_FILE:
            self.choose(source)
            return
        self._say("")
        self.sources.show_busy(tr("Reading {name} …", name=path.name))

        def work() -> Loaded | Message:
            try:
                return load(source, None, base)
            except StudioError as error:
                return error.message

        def deliver(found: Loaded | Message) -> None:
            self.sources.show_busy("")
            if isinstance(found, Message):
                self._say(message_text(found))
            else:
                self._try(partial(self._session.use, found))

        self._session.background.submit("open data", work, deliver)

    def choose(self, source: Source) -> None:
        """Use a source: read it, guess what its columns are for, and fit the network to it, as one step."""
        present = self._session.document.data
        if present is not None and present.source == source and self._session.table is not None:
            return
        self._try(partial(self._session.choose_data, source))

    def _try(self, action: Callable[[], object]) -> None:
        self._say("")
        if attempt(action, self._say):
            self._refused.clear()

    def _say(self, sentence: str) -> None:
        self.sources.show_problem(sentence)
        if self._session.table is None:
            self.empty.show_problem(sentence)

    def _change_source(self, source: Source, merge: Hashable | None) -> None:
        from dataclasses import replace

        recipe = self._session.document.data
        if recipe is None or recipe.source.kind != "generator" or recipe.source.key != source.key:
            self.choose(source)
            return
        self._try(lambda: self._session.change_recipe(replace(recipe, source=source, preparation=None), merge))

    # -- changing -----------------------------------------------------------------------------------------------------

    def _prepare(self, recipe: DataRecipe, control: object, merge: Hashable | None) -> None:
        attempt(
            lambda: self._session.change_recipe(recipe, merge),
            lambda sentence: self.preparation.complain(control, sentence),
        )

    def _change_column(self, name: str, recipe: DataRecipe) -> None:
        """Ask for a recipe in which one column is used otherwise; a refusal stands in that column."""
        self._refused.clear()

        def complain(sentence: str) -> None:
            self._refused[name] = sentence
            self.refresh()

        attempt(lambda: self._session.change_recipe(recipe), complain)

    def _set_role(self, number: int, role: Role) -> None:
        table, recipe = self._session.table, self._session.document.data
        if table is not None and recipe is not None:
            name = table.columns[number].name
            if recipe.column(name).role != role:
                self._change_column(name, with_role(table, recipe, name, role))

    def _show_menu(self, number: int, row: int, place: QPoint) -> None:
        menu = self.column_menu(number, row)
        if menu is not None:
            menu.popup(place)

    def column_menu(self, number: int, row: int) -> QMenu | None:
        """The menu for the role, the kind or the missing cells of a column."""
        table, recipe = self._session.table, self._session.document.data
        if table is None or recipe is None:
            return None
        name = table.columns[number].name
        column = recipe.column(name)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row == ROLE_ROW:
            for role in ROLES:
                self._choice(menu, role_text(role), column.role == role, partial(self._set_role, number, role))
            if recipe.task == "regression" and column.role != "target" and table.columns[number].kind == "numeric":
                self._choice(
                    menu,
                    tr("one more target"),
                    False,
                    lambda: self._change_column(name, with_another_target(recipe, name)),
                )
        elif row == KIND_ROW:
            for kind in KINDS:
                act = partial(self._set_kind, name, kind)
                self._choice(menu, kind_text(kind), column.kind == kind, act)
        elif column.role == "input":
            for rule in missing_choices(column.kind):
                self._choice(menu, rule_text(rule), column.missing == rule, partial(self._set_rule, name, rule))
        else:
            self._choice(menu, tr("leave row out"), True, lambda: None)
        return menu

    def _choice(self, menu: QMenu, text: str, chosen: bool, act: Callable[[], object]) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda _checked: act())

    def _set_kind(self, name: str, kind: ColumnKind) -> None:
        recipe = self._session.document.data
        if recipe is not None and recipe.column(name).kind != kind:
            self._change_column(name, with_kind(recipe, name, kind))

    def _set_rule(self, name: str, rule: Missing) -> None:
        recipe = self._session.document.data
        if recipe is not None and recipe.column(name).missing != rule:
            self._change_column(name, recipe.with_column(name, missing=rule))

    # -- following ----------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        self._refused.clear()
        if change.before.data is not change.after.data:
            self.sources.show_problem("")
        elif self._session.table is self.table.facts_model.table and self._session.document.data is self._shown:
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Bring all three parts up to date."""
        self._stale = False
        table, recipe, dataset = self._session.table, self._session.document.data, self._session.dataset
        problem = self._session.data_problem
        if table is None or recipe is None:
            self._shown = None
            self.table.facts_model.show_table(None, None, {})
            self.table.cells_model.show_table(None, None, np.zeros(0, dtype=np.int8))
            self._kept = np.zeros(0, dtype=np.int64)
            self._stack.setCurrentWidget(self.empty)
            self.preparation.hide()
            self.empty.show_problem(message_text(problem.message) if problem else "")
            self.sources.show_source(recipe.source if recipe else None, recipe.name if recipe else "", "")
            return
        self._shown = recipe
        fresh = table is not self.table.facts_model.table
        self._stack.setCurrentIndex(1)
        self.preparation.show()
        size = tr("{rows} rows, {columns} columns", rows=count_text(table.rows), columns=len(table.columns))
        self._name.setText(recipe.name)
        self._about.setText(size)
        self.sources.show_source(recipe.source, recipe.name, size)
        said = remarks(table, recipe)
        notes: dict[str, tuple[str, Tone]] = {}
        for remark in said:
            name = dict(remark.values).get("name")
            if isinstance(name, str) and name in table:
                notes[name] = (message_text(remark), "warning")
        notes |= {name: (sentence, "error") for name, sentence in self._refused.items()}
        parts, self._kept = row_parts(table, recipe, dataset)
        self.table.facts_model.show_table(table, recipe, notes)
        self.table.cells_model.show_table(table, recipe, parts)
        self.table.show_note_row(bool(notes))
        sentences = [message_text(problem.message)] if problem else []
        show_sentence(self.problem, " ".join([*sentences, *self._refused.values()]))
        self.preparation.show_data(table, recipe, dataset, tuple(message_text(remark) for remark in said))
        if fresh:
            self.table.fit_columns()
            target = next((i for i, c in enumerate(table.columns) if c.name in {t.name for t in recipe.targets}), 0)
            first = next((i for i in range(len(table.columns)) if i != target), 0)
            self.table.choose_column(first)
        self.preparation.show_column(max(self.table.facts.currentIndex().column(), 0))
        self._selected(None)

    def _look_at(self, row: int) -> None:
        places = np.flatnonzero(self._kept == row)
        if len(places):
            self._selection.show_sample(int(places[0]))

    def _selected(self, _: object) -> None:
        if self._stale or not len(self._kept):
            return
        sample = min(max(self._selection.sample, 0), len(self._kept) - 1)
        self.table.show_row(int(self._kept[sample]))
