"""How the table becomes samples: target, task, scaling, split, and what comes of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nnstudio.data import Table
from nnstudio.document import DataRecipe, Dataset
from nnstudio.ui.data.balance import BalanceView, ClassCount
from nnstudio.ui.data.histogram import HistogramView, histogram
from nnstudio.ui.data.recipes import with_target, with_task
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.facts import Facts
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.labels import ValueLabel, dim
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.numbers import count_text
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.well import Well

LARGEST_SEED = 2**32 - 1


class PreparationPane(QScrollArea):
    """``recipe_wanted(DataRecipe, control, merge key)`` asks for another recipe; ``removal_wanted()`` for none."""

    recipe_wanted = Signal(object, object, object)
    removal_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataPreparation")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table: Table | None = None
        self._recipe: DataRecipe | None = None
        body = QWidget()
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        box = QVBoxLayout(body)
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(16)
        self.form = Form()
        self._fill_form()
        box.addWidget(Section(tr("Preparation"), self.form))
        self.facts = Facts()
        for key, name in (
            ("rows", tr("rows of the table")),
            ("left_out", tr("left out")),
            ("train", tr("for training")),
            ("validation", tr("for validation")),
            ("inputs", tr("input neurons")),
            ("outputs", tr("output neurons")),
        ):
            self.facts.add(key, name)
        box.addWidget(Section(tr("Samples"), self.facts))
        self.balance = BalanceView()
        self._balance_section = Section(tr("Classes"), self.balance)
        box.addWidget(self._balance_section)
        self.histogram = HistogramView()
        self._caption = ValueLabel(tone="text")
        self._caption.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._histogram_section = Section(tr("Column"), self._caption, Well(self.histogram, margin=8))
        box.addWidget(self._histogram_section)
        self._notes = QWidget()
        self._notes_box = QVBoxLayout(self._notes)
        self._notes_box.setContentsMargins(0, 0, 0, 0)
        self._notes_box.setSpacing(6)
        self._notes_section = Section(tr("Notes from reading"), self._notes)
        box.addWidget(self._notes_section)
        self.notes: tuple[str, ...] = ()
        self.remove = QPushButton(tr("Remove the data"))
        self.remove.clicked.connect(self.removal_wanted)
        box.addStretch(1)
        box.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)

    def _fill_form(self) -> None:
        self.target = Combo()
        self.form.add("data.target", tr("Target"), self.target, tr("The column to predict."))
        self.target.chosen.connect(self._set_target)
        self.task = Combo()
        self.task.set_choices(
            (
                ("classification", tr("Classes"), "", tr("Classification: which of a few classes a sample is.")),
                ("regression", tr("Numbers"), "", tr("Regression: how much of something there is.")),
            )
        )
        self.form.add("data.task", tr("Predict it as"), self.task)
        self.task.chosen.connect(self._set_task)
        self.scaling = Combo()
        self.scaling.set_choices(
            (
                ("standard", tr("Standard"), tr("mean 0, std 1"), tr("(x − mean) / standard deviation")),
                ("range", tr("Range"), "0 … 1", tr("(x − minimum) / (maximum − minimum)")),
                ("none", tr("None"), tr("as they are"), tr("Numbers go in as they are.")),
            )
        )
        self.form.add("data.scaling", tr("Scaling"), self.scaling, tr("Learned from the training rows only."))
        self.scaling.chosen.connect(lambda key: self._change(self.scaling, scaling=key))
        self.validation = NumberField(0.2, minimum=0.0, maximum=0.9, step=0.05)
        self.form.add(
            "data.validation",
            tr("Validation share"),
            self.validation,
            tr("The share of samples that training never sees; 0.2 is one in five."),
        )
        self.validation.value_committed.connect(
            lambda value: self._change(self.validation, self.validation.merge_key, validation=float(value))
        )
        self.seed = NumberField(0, integer=True, minimum=0, maximum=LARGEST_SEED)
        self.form.add("data.seed", tr("Seed of the split"), self.seed, tr("The same seed splits in the same way."))
        self.seed.value_committed.connect(
            lambda value: self._change(self.seed, self.seed.merge_key, split_seed=int(value))
        )

    def show_data(self, table: Table, recipe: DataRecipe, dataset: Dataset | None, notes: tuple[str, ...]) -> None:
        """Show a recipe and what comes of it."""
        self._table, self._recipe = table, recipe
        names = [column.name for column in table.columns]
        if self.target.keys != tuple(names):
            self.target.set_choices((name, name, "", "") for name in names)
        targets = recipe.targets
        self.target.set_key(targets[0].name if targets else "")
        self.task.set_key(recipe.task)
        self.scaling.set_key(recipe.scaling)
        self.validation.set_value(recipe.validation)
        self.seed.set_value(recipe.split_seed)
        for row in self.form.rows.values():
            row.show_problem("")
        self._show_samples(table, dataset)
        self._show_notes(notes)

    def _show_samples(self, table: Table, dataset: Dataset | None) -> None:
        self.facts.show_value("rows", count_text(table.rows))
        for key in ("left_out", "train", "validation", "inputs", "outputs"):
            self.facts.show_value(key, "")
        self._balance_section.setVisible(dataset is not None and dataset.task == "classification")
        if dataset is None:
            return
        left_out = table.rows - len(dataset.inputs)
        self.facts.show_value("left_out", count_text(left_out) if left_out else "", "warning")
        self.facts.show_value("train", count_text(len(dataset.train)))
        self.facts.show_value("validation", count_text(len(dataset.validation)))
        self.facts.show_value("inputs", count_text(len(dataset.input_names)))
        self.facts.show_value("outputs", count_text(dataset.outputs))
        if dataset.task == "classification":
            count = dataset.outputs
            train = np.bincount(dataset.targets[dataset.train], minlength=count)
            validation = np.bincount(dataset.targets[dataset.validation], minlength=count)
            rows = zip(dataset.output_names, train.tolist(), validation.tolist(), strict=True)
            self.balance.show_classes(tuple(ClassCount(name, a, b) for name, a, b in rows))
            self._balance_section.set_title(tr("{count} classes · training + validation", count=count))

    def show_column(self, number: int) -> None:
        """Show how a column's values are spread."""
        table, recipe = self._table, self._recipe
        shown = table is not None and recipe is not None and 0 <= number < len(table.columns)
        self._histogram_section.setVisible(shown)
        if table is None or recipe is None or not shown:
            return
        column = table.columns[number]
        groups, count = None, 1
        fitted = recipe.preparation
        if fitted is not None and fitted.task == "classification":
            names = fitted.targets[0].categories
            place = {name: i for i, name in enumerate(names)}
            texts = table.column(fitted.targets[0].name).texts
            groups = np.array([place.get(text, -1) for text in texts], dtype=np.int64)
            count = len(names)
        kind = next((c.kind for c in recipe.columns if c.name == column.name), column.kind)
        self.histogram.show_histogram(histogram(column, kind, groups, count), colored=groups is not None)
        self._caption.show_value(tr("{column}, by class", column=column.name) if groups is not None else column.name)

    def _show_notes(self, notes: tuple[str, ...]) -> None:
        self._notes_section.setVisible(bool(notes))
        if notes == self.notes:
            return
        self.notes = notes
        while (item := self._notes_box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for note in notes:
            self._notes_box.addWidget(dim(note))

    def _set_target(self, name: str) -> None:
        if self._table is not None and self._recipe is not None:
            self.recipe_wanted.emit(with_target(self._table, self._recipe, name), self.target, None)

    def _set_task(self, task: str) -> None:
        if self._recipe is not None:
            chosen = with_task(self._recipe, "regression" if task == "regression" else "classification")
            self.recipe_wanted.emit(chosen, self.task, None)

    def _change(self, control: QWidget, merge: Hashable | None = None, **fields: object) -> None:
        if self._recipe is not None:
            recipe = replace(self._recipe, preparation=None, **fields)  # type: ignore[arg-type]
            self.recipe_wanted.emit(recipe, control, merge and f"{control.objectName()} {merge}")

    def complain(self, control: object, sentence: str) -> None:
        """Say at a control why its choice was not taken, and show the present choice again."""
        for row in self.form.rows.values():
            if row.control is control:
                if isinstance(control, NumberField):
                    control.refuse(sentence)
                else:
                    row.show_problem(sentence)
        if self._recipe is not None:
            self.target.set_key(self._recipe.targets[0].name if self._recipe.targets else "")
            self.task.set_key(self._recipe.task)
