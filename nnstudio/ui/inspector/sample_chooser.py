"""Which sample's values are shown: back, its number, on, any other, and what it is."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.document import Dataset
from nnstudio.ui.icons import set_icon
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.labels import ValueLabel
from nnstudio.ui.widgets.number_field import NumberField, ScrubLabel
from nnstudio.ui.widgets.numbers import count_text, number_text


class SampleChooser(QWidget):
    """Moves ``selection.sample``. Samples are counted from 1 on screen."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.setObjectName("sampleChooser")
        self._selection = selection
        self._rows = 0
        self._random = random.Random(0)  # noqa: S311 (which sample to look at, not a secret)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(3)
        line = QHBoxLayout()
        line.setSpacing(4)
        self.field = NumberField(1, integer=True, minimum=1)
        self.field.setObjectName("sample.number")
        self.field.setAccessibleName(tr("Number of the sample"))
        self.field.setFixedWidth(58)
        self.field.value_committed.connect(lambda value: selection.show_sample(int(value) - 1))
        line.addWidget(ScrubLabel(tr("Sample"), self.field))
        line.addStretch(1)
        self.back = self._button("chevron-left", tr("Previous sample"), -1)
        self.on = self._button("chevron-right", tr("Next sample"), 1)
        line.addWidget(self.back)
        line.addWidget(self.field)
        line.addWidget(self.on)
        self.any = self._button("redraw", tr("Any other sample"), 0)
        line.addWidget(self.any)
        outer.addLayout(line)
        self.target = ValueLabel(tone="dim")
        self.target.setAccessibleName(tr("Target of the sample"))
        outer.addWidget(self.target)

    def _button(self, icon: str, tip: str, step: int) -> QToolButton:
        button = QToolButton()
        set_icon(button, icon, "dim")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("flat", True)
        button.setAutoRepeat(step != 0)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._move(step))
        return button

    def _move(self, step: int) -> None:
        if not self._rows:
            return
        row = min(max(self._selection.sample, 0), self._rows - 1)
        if step:
            row = (row + step) % self._rows
        elif self._rows > 1:
            row = (row + self._random.randrange(1, self._rows)) % self._rows
        self._selection.show_sample(row)

    def show_reading(self, reading: Reading) -> None:
        """The sample of a reading."""
        self._rows = len(reading.dataset.inputs) if reading.dataset is not None else 0
        self.setVisible(bool(self._rows))
        if reading.dataset is None or not self._rows:
            return
        self.field.maximum = self._rows
        self.field.set_value(reading.row + 1)
        self.field.set_hint(tr("1 to {count}", count=count_text(self._rows)))
        self.target.show_value(target_text(reading.dataset, reading.row, reading), "dim")


def target_text(dataset: Dataset, row: int, reading: Reading) -> str:
    """What the sample is, and which part of the data it belongs to."""
    part = tr("validation") if row in dataset.validation else tr("training")
    if dataset.task == "classification":
        number = int(dataset.targets[row])
        names = dataset.output_names
        return f"{names[number] if number < len(names) else number} · {part}"
    data = reading.document.data
    columns = data.preparation.targets if data is not None and data.preparation is not None else ()
    values = []
    for place, value in enumerate(dataset.targets[row]):
        name = dataset.output_names[place] if place < len(dataset.output_names) else str(place + 1)
        scale, center = (columns[place].scale, columns[place].center) if place < len(columns) else (1.0, 0.0)
        values.append(f"{name} {number_text(float(value * scale + center), 4)}")
    return f"{', '.join(values)} · {part}"
