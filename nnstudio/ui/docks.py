"""Panels that can be moved, floated and closed, with a quiet head of their own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from nnstudio.ui.buttons import flat_button
from nnstudio.ui.text import tr

HEAD_HEIGHT = 30


class DockHead(QWidget):
    """The title, what the panel puts beside it, and two buttons that appear under the pointer; drag it to move."""

    def __init__(self, dock: PanelDock, title: str) -> None:
        super().__init__(dock)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 5, 0)
        row.setSpacing(2)
        self._label = QLabel(title, self)
        self._label.setProperty("strong", True)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(2)
        row.addWidget(self._label)
        row.addLayout(self._middle, 1)
        self._middle.addStretch(1)
        self.float_button = flat_button("float", tr("Float {panel}", panel=title), dock.toggle_floating, self, 13)
        self.close_button = flat_button("close", tr("Close {panel}", panel=title), dock.close, self, 13)
        for button in (self.float_button, self.close_button):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the View menu does the same from the keyboard
            button.hide()
            row.addWidget(button)

    def adopt(self, caption: QWidget, controls: QLayout) -> None:
        """Show the panel's own caption in the place of the title, and its controls behind it."""
        self._label.hide()
        while (item := self._middle.takeAt(0)) is not None:
            del item
        self._middle.addWidget(caption, 1)
        while (item := controls.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                self._middle.addWidget(widget)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons."""
        self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons."""
        self._show_buttons(False)
        super().leaveEvent(event)

    def _show_buttons(self, shown: bool) -> None:
        self.float_button.setVisible(shown)
        self.close_button.setVisible(shown)


class _Holder(QWidget):
    """Gives the dock its first size, whatever the panel would like."""

    def __init__(self, size: tuple[int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self._size = QSize(*size)
        self.setMinimumSize(min(size[0], 180), 100)

    def sizeHint(self) -> QSize:
        """The first size."""
        return self._size


class PanelDock(QDockWidget):
    """A dock by its ``key`` in saved layouts, which waits for its panel; ``size`` is that of the panel at first."""

    def __init__(self, key: str, title: str, size: tuple[int, int], parent: QWidget) -> None:
        super().__init__(title, parent)
        self.key = key
        self.setObjectName(f"dock_{key}")
        self.setAccessibleName(title)
        self.head = DockHead(self, title)
        self.setTitleBarWidget(self.head)
        self.toggleViewAction().setToolTip(tr("Show or hide {panel}", panel=title))
        self._holder = _Holder(size, self)
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._holder)
        self.panel: QWidget | None = None

    def fill(self, panel: QWidget) -> None:
        """Put the panel into the dock; a panel with ``caption`` and ``controls`` has them moved into the head."""
        self.panel = panel
        self._column.addWidget(panel)
        caption, controls = getattr(panel, "caption", None), getattr(panel, "controls", None)
        if isinstance(caption, QWidget) and isinstance(controls, QLayout):
            self.head.adopt(caption, controls)
        self.setFocusProxy(panel)

    def toggle_floating(self) -> None:
        """Out of the window, or back into it."""
        self.setFloating(not self.isFloating())
