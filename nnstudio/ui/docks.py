"""Panels that can be moved, floated and closed, with a quiet head of their own."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QLayout, QMenu, QVBoxLayout, QWidget

from nnstudio.ui.buttons import flat_button
from nnstudio.ui.icons import set_icon
from nnstudio.ui.text import tr

HEAD_HEIGHT = 30


class DockHead(QWidget):
    """The title, what the panel puts beside it, and one button for what can be done with it; drag it to move."""

    def __init__(self, dock: PanelDock, title: str) -> None:
        super().__init__(dock)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 3, 0)
        row.setSpacing(2)
        self._label = QLabel(title, self)
        self._label.setProperty("strong", True)
        self._middle = QHBoxLayout()
        self._middle.setSpacing(2)
        row.addWidget(self._label)
        row.addLayout(self._middle, 1)
        self._middle.addStretch(1)
        self.more = flat_button("more", tr("{panel}: export, float, close", panel=title), dock.show_menu, self, 13)
        row.addWidget(self.more)

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


class _Holder(QWidget):
    """Gives the dock its first size, whatever the panel would like."""

    def __init__(self, size: tuple[int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self._size = QSize(*size)
        self.setMinimumSize(120, 80)

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

    def show_menu(self) -> None:
        """What can be done with the panel: its own menu where it has one, float, close."""
        own = getattr(self.panel, "menu", None)
        menu = own() if callable(own) else QMenu(self)
        menu.addSeparator()
        float_action = menu.addAction(tr("Back into the window") if self.isFloating() else tr("Float"))
        set_icon(float_action, "float")
        float_action.triggered.connect(lambda _checked=False: self.toggle_floating())
        close_action = menu.addAction(tr("Close"))
        set_icon(close_action, "close")
        close_action.triggered.connect(lambda _checked=False: self.close())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.head.more.mapToGlobal(self.head.more.rect().bottomLeft()))
