"""The rows of a layer's form for its normalization and its dropout."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.catalog import normalizations
from nnstudio.document import Layer, Part
from nnstudio.document.edits import SetDropout, SetNormalization
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.combo import Combo
from nnstudio.ui.widgets.form import Form, FormRow
from nnstudio.ui.widgets.number_field import NumberField
from nnstudio.ui.widgets.settings_form import SettingsForm

NONE = "none"


class RegularForm(QWidget):
    """The choice of a normalization with its settings, and the share of neurons that are dropped.

    ``do(edit, row, merge)`` carries out an edit and says at the row why it cannot be.
    """

    def __init__(self, do: Callable[..., object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._do = do
        self._layer: Layer | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._choice = Form()
        self.normalization = Combo()
        self._normalization_row = self._choice.add(
            "layer.normalization",
            tr("Normalization"),
            self.normalization,
            tr("Brings the weighted inputs to a common measure before the activation."),
        )
        self.normalization.chosen.connect(self._normalize)
        self.settings = SettingsForm(self._settings_changed, "normalization")
        self._share = Form()
        self.dropout = NumberField(0.0, minimum=0.0, maximum=0.99, step=0.05)
        self._dropout_row = self._share.add(
            "layer.dropout",
            tr("Dropout"),
            self.dropout,
            tr("The share of its neurons that send nothing while training, drawn anew for every sample."),
        )
        self.dropout.value_committed.connect(self._drop)
        for part in (self._choice, self.settings, self._share):
            box.addWidget(part)

    def show_layer(self, layer: Layer) -> None:
        """Show what ``layer`` has: inputs are never normalized, outputs never dropped."""
        self._layer = layer
        if not self.normalization.keys:
            none = (NONE, tr("None"), "", tr("The activation takes the weighted inputs as they are."))
            self.normalization.set_choices(
                (
                    none,
                    *(
                        (key, tr(entry.label), "", f"{tr(entry.summary)}\n{entry.formula}")
                        for key, entry in normalizations.items()
                    ),
                )
            )
        part = layer.normalization
        self._choice.setVisible(layer.kind != "input")
        self.normalization.set_key(NONE if part is None else part.key)
        if part is not None:
            self.settings.show_part(part, normalizations[part.key])
        self.settings.setVisible(part is not None)
        self._share.setVisible(layer.kind != "output")
        self.dropout.set_value(layer.dropout)

    def _normalize(self, key: str) -> None:
        if self._layer is not None:
            part = None if key == NONE else Part(key)
            self._do(SetNormalization(self._layer.id, part), self._normalization_row)

    def _settings_changed(self, part: Part, row: FormRow, merge: Hashable | None) -> None:
        if self._layer is not None:
            self._do(SetNormalization(self._layer.id, part), row, merge)

    def _drop(self, share: float) -> None:
        if self._layer is not None:
            key = self.dropout.merge_key
            self._do(SetDropout(self._layer.id, share), self._dropout_row, key and f"dropout {self._layer.id} {key}")
