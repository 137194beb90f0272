"""The form of what bounds a gradient and of what ends a run before its last epoch."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from nnstudio.catalog import losses
from nnstudio.document import Stop, Training
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.number_field import NumberField, Steps
from nnstudio.ui.widgets.switch import Switch

Changed = Callable[[str, Any, FormRow | None, Hashable | None], None]


class RulesForm(Form):
    """Rows for ``clip_norm``, ``clip_value`` and ``stop``. ``changed`` gets a field of Training, its value and row."""

    def __init__(self, changed: Changed) -> None:
        super().__init__()
        self._changed = changed
        self._stop = Stop()
        self._maximized = False
        self._number("clip_norm", tr("Longest gradient"), tr("A longer gradient is shortened to this; 0: never."))
        self._number("clip_value", tr("Largest slope"), tr("Larger slopes are cut to this; 0: never."))
        self.monitor = Combo()
        self.monitor.setObjectName("stop.monitor")
        self.monitor.set_choices(
            (
                ("auto", tr("Loss"), tr("of validation if there is one"), ""),
                ("loss", tr("Training loss"), "", ""),
                ("val_loss", tr("Validation loss"), "", ""),
                ("accuracy", tr("Training accuracy"), "", ""),
                ("val_accuracy", tr("Validation accuracy"), "", ""),
                ("r2", tr("Training R²"), "", ""),
                ("val_r2", tr("Validation R²"), "", ""),
            )
        )
        self.add("stop.monitor", tr("Stop by"), self.monitor, tr("The curve that the next rules watch."))
        self.monitor.chosen.connect(lambda key: self._change("monitor", key))
        self.aims = self._switch("stop.aims", tr("Stop at a target"), tr("End the run where the curve gets there."))
        self.aims.switched.connect(self._aim)
        self._number("stop.target", tr("Target"), tr("A loss must fall to it, a score rise to it."), "linear", None)
        self._number(
            "stop.patience",
            tr("Patience"),
            tr("End the run after so many epochs in which the curve got no better; 0: never."),
            "linear",
            integer=True,
        )
        self._number("stop.least_change", tr("Least gain"), tr("What counts as better, at least."))
        self.best = self._switch(
            "stop.restore_best", tr("Back to the best"), tr("Without patience left, the best epoch's weights return.")
        )
        self.best.switched.connect(lambda on: self._change("restore_best", bool(on)))
        self._number("stop.seconds", tr("Seconds"), tr("End the run after so much time; 0: never."), "linear")

    def show_training(self, training: Training) -> None:
        """All values; rows that nothing depends on are hidden."""
        stop = self._stop = training.stop
        self._maximized = losses[training.loss.key].maximized
        values = {
            "clip_norm": training.clip_norm,
            "clip_value": training.clip_value,
            "stop.target": stop.target,
            "stop.patience": stop.patience,
            "stop.least_change": stop.least_change,
            "stop.seconds": stop.seconds,
        }
        for key, value in values.items():
            field = self.rows[key].control
            if isinstance(field, NumberField):
                field.set_value(value or 0)
        self.monitor.set_key(stop.monitor)
        self.aims.set_on(stop.target is not None)
        self.best.set_on(stop.restore_best)
        self.rows["stop.target"].setVisible(stop.target is not None)
        for key in ("stop.least_change", "stop.restore_best"):
            self.rows[key].setVisible(stop.patience > 0)

    def _number(
        self,
        key: str,
        name: str,
        hint: str,
        steps: Steps = "decades",
        least: float | None = 0.0,
        *,
        integer: bool = False,
    ) -> None:
        field = NumberField(0, integer=integer, minimum=least, maximum=None if least is None else 1e9, steps=steps)
        field.setObjectName(key if "." in key else f"training.{key}")
        row = self.add(key, name, field, hint)

        def commit(value: float) -> None:
            merge = field.merge_key and f"{key} {field.merge_key}"
            room, _, rule = key.rpartition(".")
            if not room:
                self._changed(rule, value or None, row, merge)
            elif rule == "seconds":
                self._change(rule, value or None, row, merge)
            else:
                self._change(rule, value, row, merge)

        field.value_committed.connect(commit)

    def _switch(self, key: str, name: str, hint: str) -> Switch:
        switch = Switch()
        switch.setObjectName(key)
        self.add(key, name, switch, hint, stretch=False)
        return switch

    def _aim(self, on: bool) -> None:
        watches_loss = self._stop.monitor.endswith("loss") or self._stop.monitor == "auto"
        usual = 0.95 if not watches_loss else -0.1 if self._maximized else 0.1
        self._change("target", usual if on else None)

    def _change(self, rule: str, value: Any, row: FormRow | None = None, merge: Hashable | None = None) -> None:
        self._changed("stop", replace(self._stop, **{rule: value}), row, merge)
