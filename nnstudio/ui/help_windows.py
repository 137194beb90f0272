"""The windows of the Help menu: all keyboard shortcuts, and what this program is."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnstudio import __version__
from nnstudio.ui.actions import Actions, Menu
from nnstudio.ui.icons import application_icon
from nnstudio.ui.text import tr


def canvas_keys() -> tuple[tuple[str, str], ...]:
    """Keys that the canvas understands while it has the focus."""
    return (
        (tr("Pause and resume training"), tr("Space")),
        (tr("Move the picture"), tr("Space and drag, middle button, wheel, Ctrl+Arrows, Page Up and Down")),
        (tr("Zoom"), tr("Ctrl+wheel, pinch, + and −")),
        (tr("Fit the network, 100 %"), tr("F or 0, 1")),
        (tr("Select several"), tr("Shift or Ctrl and click, or a band")),
        (tr("Select single neurons or synapses"), tr("Alt and a band, Ctrl and click")),
        (tr("Select a whole wire"), tr("Alt and click")),
        (tr("Leave a gesture without a trace"), "Esc"),
        (tr("Next and previous layer"), "Tab, Shift+Tab"),
        (tr("Go into a layer, and out again"), "Enter, Esc"),
        (tr("Move what is selected (Shift: by one unit)"), tr("Arrows")),
        (tr("Type the bias or weight of what is selected"), tr("Enter, or double-click")),
        (tr("Add a layer by name"), tr("A, or double-click on the empty canvas")),
        (tr("Wire the selected layer to another"), tr("C, arrows, Enter")),
    )


class _Window(QDialog):
    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)

    def finish(self) -> None:
        """The button at the foot."""
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        self.column.addWidget(buttons)


class ShortcutsWindow(_Window):
    """Every action that has keys, by menu."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(tr("Keyboard shortcuts"), parent)
        self.setObjectName("shortcutsWindow")
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(5)
        menus: tuple[tuple[Menu, str], ...] = (
            ("file", tr("File")),
            ("edit", tr("Edit")),
            ("view", tr("View")),
            ("train", tr("Train")),
            ("help", tr("Help")),
        )
        line = 0
        for menu, title in menus:
            line = _heading(grid, line, title)
            for row, action in actions.of_menu(menu):
                keys = [s.toString(QKeySequence.SequenceFormat.NativeText) for s in action.shortcuts()]
                if keys:
                    line = _line(grid, line, row.text.removesuffix("…"), ", ".join(keys))
        line = _heading(grid, line, tr("Canvas"))
        for text, keys_text in canvas_keys():
            line = _line(grid, line, text, keys_text)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(sheet)
        scroll.setMinimumSize(700, 560)
        self.column.addWidget(scroll, 1)
        self.finish()


class AboutWindow(_Window):
    """Name, version, licence, and the versions to name in a report."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("About nnstudio"), parent)
        self.setObjectName("aboutWindow")
        sign = QLabel(self)
        sign.setPixmap(application_icon().pixmap(64, 64))
        sign.setAccessibleName("nnstudio")
        self.column.addWidget(sign)
        name = QLabel(tr("nnstudio {version}", version=__version__), self)
        name.setProperty("strong", True)
        self.column.addWidget(name)
        for text in (
            tr("Design neural networks by hand, train them on your own data, and see every number move."),
            tr("Free software under the MIT licence. The typeface Inter is under the SIL Open Font License."),
            tr(
                "Python {python} · Qt {qt} · {system}",
                python=platform.python_version(),
                qt=qVersion(),
                system=platform.platform(terse=True),
            ),
        ):
            label = QLabel(text, self)
            label.setWordWrap(True)
            label.setMinimumWidth(380)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.column.addWidget(label)
        self.finish()


def _heading(grid: QGridLayout, line: int, text: str) -> int:
    label = QLabel(text)
    label.setProperty("heading", True)
    label.setContentsMargins(0, 10 if line else 0, 0, 2)
    grid.addWidget(label, line, 0, 1, 2)
    return line + 1


def _line(grid: QGridLayout, line: int, text: str, keys: str) -> int:
    grid.addWidget(QLabel(text), line, 0)
    label = QLabel(keys)
    label.setProperty("dim", True)
    grid.addWidget(label, line, 1)
    return line + 1
