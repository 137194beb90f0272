"""What the command palette offers: every action, the parts of the window, the layers, the data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from nnstudio.document import Message, Part, Source
from nnstudio.document.edits import Edit, SetActivation, Several
from nnstudio.ui.command_palette import Command
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

OWN = "commands"  # the action that opens the palette is not offered in it


def commands(window: MainWindow) -> list[Command]:
    """All entries as they are now, in the order in which they are listed before anything is typed."""
    window.acts.refresh()
    objects = (*_layers(window), *_groups(window))
    return [*_actions(window), *_activations(window), *_parts(window), *objects, *_data_sets(window)]


def _actions(window: MainWindow) -> Iterator[Command]:
    for row in window.acts.rows:
        if row.key == OWN:
            continue
        action = window.acts[row.key]
        tool = row.key.startswith("tool_")
        title = tr("Tool") if tool else window.menus.menus[row.menu].title().replace("&", "")
        yield _of_action(action, action.text(), title, window.acts.icon_name(row.key))


def _activations(window: MainWindow) -> Iterator[Command]:
    """The activations of the catalog, for the selected layers."""
    from nnstudio.catalog import activations

    network = window.session.document.network
    chosen = [layer for i, layer in network.layers.items() if i in window.selection.layers and layer.kind != "input"]
    if not chosen or window.workspace != "build":
        return
    kind = chosen[0].name if len(chosen) == 1 else tr("{count} layers", count=len(chosen))
    for key, entry in activations.items():
        edits = tuple(SetActivation(layer.id, Part(key)) for layer in chosen if layer.activation.key != key)
        edit: Edit = edits[0] if len(edits) == 1 else _together(edits, entry.label)
        text = tr("Activation: {name}", name=tr(entry.label))
        yield Command(text, kind, lambda edit=edit: window.canvas.do(edit), possible=bool(edits))  # type: ignore[misc]


def _together(edits: tuple[Edit, ...], label: str) -> Edit:
    name = Message.of("Set the activation of {count} layers to {activation}", count=len(edits), activation=label)
    return Several(name, edits)


def _parts(window: MainWindow) -> Iterator[Command]:
    view = tr("View")
    for name, action in window.menus.workspaces.items():
        yield _of_action(action, tr("Workspace: {name}", name=action.text()), view, name)
    for dock in window.build.docks:
        name = dock.windowTitle()
        text = tr("Hide {panel}", panel=name) if dock.toggleViewAction().isChecked() else tr("Show {panel}", panel=name)
        yield _of_action(dock.toggleViewAction(), text, view, "layout", window.workspace == "build")
    for action in window.menus.modes.values():
        yield _of_action(action, tr("Theme: {name}", name=action.text()), view, "theme")


def _of_action(action: QAction, text: str, kind: str, icon: str, possible: bool = True) -> Command:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Command(text, kind, action.trigger, keys, icon, possible and action.isEnabled())


def _layers(window: MainWindow) -> Iterator[Command]:
    # The document's own places: the canvas may hear of a change later than the list of commands does.
    document = window.session.document
    icons = {"input": "input", "hidden": "hidden", "output": "output"}
    for layer in sorted(document.network.layers, key=lambda layer: document.layout.get(layer, (0.0, 0.0))):
        item = document.network.layers[layer]
        yield Command(
            tr("Go to layer {name}", name=item.name),
            tr("{count} neurons", count=item.size),
            lambda layer=layer: go_to_layer(window, layer),  # type: ignore[misc]
            icon=icons[item.kind],
        )


def _groups(window: MainWindow) -> Iterator[Command]:
    for group in window.session.document.groups.values():
        count = len(group.layers)
        yield Command(
            tr("Go to group {name}", name=group.name),
            tr("{count} layers", count=count) if count != 1 else tr("1 layer"),
            lambda group=group.id: go_to_group(window, group),  # type: ignore[misc]
            icon="group",
        )


def go_to_group(window: MainWindow, group: int) -> None:
    """Select a group and make it visible on the canvas."""
    window.show_workspace("build")
    window.selection.select_annotations(groups={group})
    window.canvas.make_visible(group)
    window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)


def go_to_layer(window: MainWindow, layer: int) -> None:
    """Select a layer and make it visible on the canvas."""
    window.show_workspace("build")
    window.selection.select({layer})
    window.canvas.make_visible(layer)
    window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _data_sets(window: MainWindow) -> Iterator[Command]:
    from nnstudio.data import bundled

    for known in bundled.values():
        origin: Source = known.origin
        yield Command(
            tr("Use data set {name}", name=tr(known.label)),
            tr("{count} rows", count=known.rows),
            lambda origin=origin: window.files.use_source(origin),  # type: ignore[misc]
            icon="table",
        )
