"""Everything a person can do from a menu, one row an action: text, keys, icon, what it calls, when it is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from nnstudio.ui.arrange_actions import arrange_rows, export_rows
from nnstudio.ui.icons import set_icon
from nnstudio.ui.step_actions import step_rows
from nnstudio.ui.synapse_actions import synapse_rows
from nnstudio.ui.text import message_text, tr

if TYPE_CHECKING:
    from nnstudio.ui.canvas.editing import Tool
    from nnstudio.ui.main_window import MainWindow

Menu = Literal["file", "edit", "view", "train", "help"]
Keys = QKeySequence.StandardKey


@dataclass(frozen=True)
class Row:
    """One action. ``keys`` are standard keys or texts like "Shift+F5"; ``enabled`` and ``text_now`` look at the window.

    ``group`` puts a line between an action and the one before it where the two differ.
    """

    key: str
    menu: Menu
    group: int
    text: str
    run: Callable[[MainWindow], object]
    keys: tuple[QKeySequence.StandardKey | str, ...] = ()
    icon: str = ""
    tip: str = ""
    short: str = ""  # what a button says
    enabled: Callable[[MainWindow], bool] = lambda _window: True
    text_now: Callable[[MainWindow], str] | None = None
    icon_now: Callable[[MainWindow], str] | None = None
    checked: Callable[[MainWindow], bool] | None = None
    submenu: str = ""  # the title of the menu within the menu that it stands in


def rows() -> Iterator[Row]:
    """All actions in the order of the menus (recent files, panels, themes and workspaces are made by the menus)."""
    yield from _file_rows()
    yield from _edit_rows()
    yield from _view_rows()
    yield from _train_rows()
    yield Row("keys", "help", 0, tr("Keyboard shortcuts"), lambda w: w.show_shortcuts(), ("F1",), "keyboard")
    yield Row("log", "help", 0, tr("Show the log folder"), lambda w: w.show_log_folder(), icon="open")
    yield Row("about", "help", 1, tr("About nnstudio"), lambda w: w.show_about(), icon="info")


def _file_rows() -> Iterator[Row]:
    yield Row("new", "file", 0, tr("New"), lambda w: w.files.new(), (Keys.New,), "new", tr("Begin an empty network"))
    yield Row("open", "file", 0, tr("Open…"), lambda w: w.files.open(), (Keys.Open,), "open", tr("Open a network"))
    yield Row(
        "open_data",
        "file",
        1,
        tr("Open data…"),
        lambda w: w.files.open_data(),
        ("Ctrl+Shift+O",),
        "table",
        tr("Train on a CSV file of your own"),
    )
    yield Row(
        "save",
        "file",
        2,
        tr("Save"),
        lambda w: w.files.save(),
        (Keys.Save,),
        "save",
        tr("Save this network"),
        enabled=lambda w: w.session.edited or w.session.path is None,
    )
    yield Row("save_as", "file", 2, tr("Save as…"), lambda w: w.files.save_as(), ("Ctrl+Shift+S",), "save-as")
    yield from export_rows()
    yield Row("quit", "file", 3, tr("Quit"), lambda w: w.close(), ("Ctrl+Q",), "quit")


def _edit_rows() -> Iterator[Row]:
    yield Row(
        "undo",
        "edit",
        0,
        tr("Undo"),
        lambda w: w.session.undo(),
        (Keys.Undo,),
        "undo",
        enabled=lambda w: w.session.history.can_undo,
        text_now=_undo_text,
    )
    yield Row(
        "redo",
        "edit",
        0,
        tr("Redo"),
        lambda w: w.session.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
        enabled=lambda w: w.session.history.can_redo,
        text_now=_redo_text,
    )
    yield Row(
        "cut",
        "edit",
        1,
        tr("Cut"),
        lambda w: w.canvas.cut(),
        (Keys.Cut,),
        "cut",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "copy",
        "edit",
        1,
        tr("Copy"),
        lambda w: w.canvas.copy(),
        (Keys.Copy,),
        "copy",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "paste",
        "edit",
        1,
        tr("Paste"),
        lambda w: w.canvas.paste(),
        (Keys.Paste,),
        "paste",
        enabled=lambda w: w.can_paste,
    )
    yield Row(
        "duplicate",
        "edit",
        1,
        tr("Duplicate"),
        lambda w: w.canvas.duplicate(),
        ("Ctrl+D",),
        "duplicate",
        enabled=lambda w: w.canvas.movable,
    )
    yield Row(
        "delete",
        "edit",
        2,
        tr("Delete"),
        lambda w: w.canvas.delete_selected(),
        (Keys.Delete,),
        "delete",
        enabled=lambda w: not w.selection.empty,
    )
    yield Row(
        "select_all",
        "edit",
        2,
        tr("Select all"),
        lambda w: w.canvas.select_all(),
        (Keys.SelectAll,),
        "select-all",
        enabled=lambda w: bool(w.session.document.network.layers or w.session.document.notes),
    )
    yield Row(
        "rename",
        "edit",
        2,
        tr("Rename"),
        lambda w: w.canvas.rename_selected(),
        ("F2",),
        "rename",
        enabled=lambda w: w.canvas.can_rename,
    )
    yield Row(
        "commands",
        "edit",
        2,
        tr("Commands…"),
        lambda w: w.command_palette.toggle(),
        ("Ctrl+K",),
        "search",
        tr("Find anything that can be done by a few letters"),
    )
    yield from _tool_rows()
    yield from synapse_rows()
    yield from arrange_rows()


def _tool_rows() -> Iterator[Row]:
    tools: tuple[tuple[Tool, str, str, str, str], ...] = (
        ("select", tr("Select"), "V", "select", tr("Select and move what is on the canvas")),
        ("layer", tr("Layer"), "L", "hidden", tr("Click on the canvas to add a layer")),
        ("synapse", tr("Synapse"), "S", "synapse", tr("Drag from one layer to another to wire them")),
    )
    for tool, text, keys, icon, tip in tools:
        yield Row(
            f"tool_{tool}",
            "edit",
            3,
            text,
            lambda w, tool=tool: w.use_tool(tool),  # type: ignore[misc]
            (keys,),
            icon,
            tip,
            enabled=lambda w: w.workspace == "build",
            checked=lambda w, tool=tool: w.canvas.tool == tool,  # type: ignore[misc]
        )


def _view_rows() -> Iterator[Row]:
    def on_canvas(window: MainWindow) -> bool:
        return window.workspace == "build"

    yield Row(
        "zoom_in",
        "view",
        0,
        tr("Zoom in"),
        lambda w: w.canvas.zoom_in(),
        (Keys.ZoomIn, "Ctrl+="),
        "zoom-in",
        enabled=on_canvas,
    )
    yield Row(
        "zoom_out",
        "view",
        0,
        tr("Zoom out"),
        lambda w: w.canvas.zoom_out(),
        (Keys.ZoomOut,),
        "zoom-out",
        enabled=on_canvas,
    )
    yield Row(
        "zoom_one",
        "view",
        0,
        tr("Zoom to 100 %"),
        lambda w: w.canvas.zoom_reset(),
        ("Ctrl+1",),
        "zoom-one",
        enabled=on_canvas,
    )
    yield Row(
        "fit",
        "view",
        0,
        tr("Fit the network"),
        lambda w: w.canvas.fit(),
        ("Ctrl+0",),
        "fit",
        tr("Show the whole network"),
        enabled=on_canvas,
    )
    yield Row(
        "outline",
        "view",
        2,
        tr("Outline"),
        lambda w: w.show_panel("outline"),
        ("Ctrl+L",),
        "outline",
        tr("The network as a tree: layers, neurons, synapses"),
    )
    yield Row(
        "history",
        "view",
        2,
        tr("History"),
        lambda w: w.show_panel("history"),
        ("Ctrl+H",),
        "history",
        tr("Every step, to go back to"),
    )
    yield Row(
        "trace",
        "view",
        2,
        tr("Trace"),
        lambda w: w.show_panel("trace"),
        ("Ctrl+T",),
        "trace",
        tr("The next update, operation by operation, with every number"),
    )
    yield Row("reset_layout", "view", 3, tr("Reset the layout"), lambda w: w.reset_layout(), icon="layout")
    yield Row(
        "unroll",
        "view",
        3,
        tr("Show as synapses"),
        lambda w: w.canvas.images.toggle(),
        icon="synapse",
        tip=tr("Draw the synapses of a neuron of an image one by one (U on the canvas)"),
        enabled=lambda w: bool(w.canvas.images.unrollable),
        checked=lambda w: w.canvas.images.all_unrolled,
    )
    yield Row(
        "next_problem",
        "view",
        3,
        tr("Next problem"),
        lambda w: w.show_next_problem(),
        ("Ctrl+.",),
        "warning",
        tr("Go to the next problem and its fixes"),
        enabled=lambda w: bool(w.session.problems),
    )
    yield Row("next_pane", "view", 3, tr("Next pane"), lambda w: w.panes.move(1), ("F6",))
    yield Row("previous_pane", "view", 3, tr("Previous pane"), lambda w: w.panes.move(-1), ("Shift+F6",))


def _train_rows() -> Iterator[Row]:
    yield Row(
        "train",
        "train",
        0,
        tr("Train"),
        lambda w: w.train_or_pause(),
        ("F5",),
        "train",
        text_now=lambda w: tr("Pause") if w.session.state == "running" else tr("Train"),
        icon_now=lambda w: "pause" if w.session.state == "running" else "train",
    )
    yield from step_rows()
    yield Row(
        "stop",
        "train",
        1,
        tr("Stop"),
        lambda w: w.session.stop(),
        ("Shift+F5",),
        "stop",
        tr("End this training; what it learned stays"),
        enabled=lambda w: w.session.state in {"running", "paused"},
    )
    yield Row(
        "reset",
        "train",
        2,
        tr("Reset to the initial weights"),
        lambda w: w.session.reset(),
        ("Ctrl+R",),
        "reset",
        short=tr("Reset"),
        enabled=lambda w: w.trained,
    )
    yield Row(
        "redraw",
        "train",
        2,
        tr("Draw new initial weights"),
        lambda w: w.session.redraw(),
        ("Ctrl+Shift+R",),
        "redraw",
        short=tr("Re-draw"),
        enabled=lambda w: bool(w.session.document.parameters.weights),
    )


def _undo_text(window: MainWindow) -> str:
    name = window.session.history.undo_name
    return tr("Undo: {step}", step=message_text(name)) if name else tr("Undo")


def _redo_text(window: MainWindow) -> str:
    name = window.session.history.redo_name
    return tr("Redo: {step}", step=message_text(name)) if name else tr("Redo")


class Actions(QObject):
    """The QActions of all rows by key; ``refresh`` brings their texts and enabled states up to date."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.rows = tuple(rows())
        self._by_key: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        self._ready = False
        for row in self.rows:
            action = QAction(row.text, window)
            action.setObjectName(f"action_{row.key}")
            action.setShortcuts([QKeySequence(keys) for keys in row.keys])
            action.setCheckable(row.checked is not None)
            action.triggered.connect(self._runner(row))
            window.addAction(action)
            self._by_key[row.key] = action
            self._show(row, action)
        self._ready = True

    def __getitem__(self, key: str) -> QAction:
        """The action called ``key``."""
        return self._by_key[key]

    def icon_name(self, key: str) -> str:
        """The name of the icon that an action has at present."""
        return self._icons.get(key, "")

    def of_menu(self, menu: Menu) -> Iterator[tuple[Row, QAction]]:
        """The actions of one menu, in order."""
        for row in self.rows:
            if row.menu == menu:
                yield row, self._by_key[row.key]

    def refresh(self) -> None:
        """Look again at the window for what is possible and what it is called."""
        for row in self.rows:
            action = self._by_key[row.key]
            enabled = row.enabled(self._window)
            if action.isEnabled() != enabled:
                action.setEnabled(enabled)
            if row.checked is not None:
                action.setChecked(row.checked(self._window))
            if row.text_now or row.icon_now:
                self._show(row, action)

    def _show(self, row: Row, action: QAction) -> None:
        icon = row.icon_now(self._window) if row.icon_now and self._ready else row.icon
        if icon and self._icons.get(row.key) != icon:
            self._icons[row.key] = icon
            set_icon(action, icon)
        text = row.text_now(self._window) if row.text_now and self._ready else row.text
        if self._ready and action.text() == text:
            return
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = row.tip or text.removesuffix("…")
        action.setToolTip(f"{tip}  ({keys})" if keys else tip)
        action.setIconText(row.short or text)
        action.setText(text)

    def _runner(self, row: Row) -> Callable[[bool], None]:
        def run(_checked: bool = False) -> None:
            with self._window.guarded():
                row.run(self._window)
            if self._window.open:
                self.refresh()

        return run
