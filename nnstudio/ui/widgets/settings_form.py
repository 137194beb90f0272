"""Form rows for the settings of a catalog entry, generated from what the entry declares."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from nnstudio.catalog.entry import Entry, Setting
from nnstudio.document import Part
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.number_field import NumberField, Steps
from nnstudio.ui.widgets.switch import Switch

Changed = Callable[[Part, FormRow, Hashable | None], None]


class SettingsForm(Form):
    """The settings of one part. ``changed`` is called with the new part, the row, and a merge key."""

    def __init__(self, changed: Changed, prefix: str) -> None:
        super().__init__()
        self._changed = changed
        self._prefix = prefix
        self._part = Part("")
        self._built = ""

    def show_part(self, part: Part, entry: Entry) -> None:
        """Show the settings of ``part``; rows are rebuilt only where it is another entry's."""
        if self._built != part.key:
            for key in tuple(self.rows):
                self.remove(key)
            for setting in entry.settings:
                self.add(
                    setting.name,
                    tr(setting.label),
                    self._control(setting),
                    tr(setting.help),
                    stretch=setting.kind != "switch",
                )
            self._built = part.key
            self.setVisible(bool(entry.settings))
        self._part = part
        values = entry.values(part)
        for setting in entry.settings:
            control = self.rows[setting.name].control
            if isinstance(control, NumberField):
                control.set_value(values[setting.name])
            elif isinstance(control, Switch):
                control.set_on(bool(values[setting.name]))
            elif isinstance(control, Combo):
                control.set_key(str(values[setting.name]))

    def _control(self, setting: Setting) -> QWidget:
        change = partial(self._change, setting.name)
        name = f"{self._prefix}.{setting.name}"
        if setting.kind == "switch":
            switch = Switch(bool(setting.default))
            switch.setObjectName(name)
            switch.switched.connect(change)
            return switch
        if setting.kind == "choice":
            combo = Combo()
            combo.setObjectName(name)
            combo.set_choices((choice, tr(choice), "", "") for choice in setting.choices)
            combo.chosen.connect(change)
            return combo
        field = NumberField(
            float(setting.default),
            integer=setting.kind == "integer",
            minimum=setting.minimum,
            maximum=setting.maximum,
            step=None if setting.kind == "integer" else _step(setting),
            steps=steps_of(setting),
        )
        field.setObjectName(name)
        field.value_committed.connect(change)
        return field

    def _change(self, name: str, value: Any) -> None:
        row = self.rows[name]
        merge = row.control.merge_key if isinstance(row.control, NumberField) else None
        self._changed(self._part.with_setting(name, value), row, merge and f"{self._prefix}.{name} {merge}")


def steps_of(setting: Setting) -> Steps:
    """Small rates and penalties move through powers of ten, other numbers by even steps."""
    small = setting.kind == "number" and 0 < float(setting.default) <= 0.1
    rate = setting.name in {"learning_rate", "weight_decay", "epsilon"}
    return "decades" if (rate or small) and setting.minimum is not None and setting.minimum >= 0 else "linear"


def _step(setting: Setting) -> float:
    if setting.maximum is not None and setting.minimum is not None and setting.maximum - setting.minimum <= 1.0:
        return 0.01
    return 0.1
