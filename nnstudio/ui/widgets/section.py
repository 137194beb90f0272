"""A section of a panel: a heading and what stands under it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.ui.widgets.labels import heading


class Section(QWidget):
    """A heading, and widgets under it; ``set_title`` changes the heading."""

    def __init__(self, title: str, *widgets: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self._heading: QLabel = heading(title)
        self._heading.setVisible(bool(title))
        self._box.addWidget(self._heading)
        for widget in widgets:
            self._box.addWidget(widget)

    @property
    def title(self) -> str:
        """The heading's text."""
        return self._heading.text()

    def set_title(self, title: str) -> None:
        """Another heading."""
        if self._heading.text() != title:
            self._heading.setText(title)
            self._heading.setVisible(bool(title))

    def add(self, widget: QWidget) -> None:
        """One more widget under the others."""
        self._box.addWidget(widget)

    def exchange(self, old: QWidget, new: QWidget) -> None:
        """Put ``new`` in the place of ``old``, which is deleted."""
        self._box.replaceWidget(old, new)
        old.hide()
        old.deleteLater()
