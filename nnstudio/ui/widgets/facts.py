"""Rows of a dim name at the left and a value at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nnstudio.ui.widgets.labels import Tone, ValueLabel


class Facts(QWidget):
    """A list of facts. Rows are made once by ``add`` and then only their values change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[QLabel, ValueLabel]] = {}

    def add(self, key: str, name: str, hint: str = "") -> None:
        """A row called ``name``, addressed by ``key``."""
        label = QLabel(name)
        label.setProperty("role", "dim")
        label.setToolTip(hint)
        value = ValueLabel()
        value.setAccessibleName(name)
        row = len(self._rows)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows[key] = (label, value)

    def show_value(self, key: str, text: str, tone: Tone = "text", hint: str = "") -> None:
        """Another value for a row; an empty text hides the row."""
        label, value = self._rows[key]
        value.show_value(text, tone, hint)
        if value.isHidden() == bool(text):
            label.setVisible(bool(text))
            value.setVisible(bool(text))

    def value(self, key: str) -> str:
        """The text that a row shows."""
        return self._rows[key][1].text()

    def rename(self, key: str, name: str) -> None:
        """Another name for a row."""
        label, value = self._rows[key]
        if label.text() != name:
            label.setText(name)
            value.setAccessibleName(name)
