"""The menus of the canvas. They pop up without blocking; ``view.menu`` is the one that is open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QWidgetAction

from nnstudio.catalog import activations
from nnstudio.document import LayerKind, Part, Position
from nnstudio.document.edits import AddLayer, InsertLayer, ReshapeLayer, SetActivation
from nnstudio.ui import muting
from nnstudio.ui.canvas.arrange import Side
from nnstudio.ui.canvas.maps import MOST_MAPS, is_image
from nnstudio.ui.canvas.rows import MOST
from nnstudio.ui.canvas.scene import MOST_OPENED, shown_count
from nnstudio.ui.icons import set_icon
from nnstudio.ui.layer_drag import snapped
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


SENTENCE = 320  # view pixels: how wide the sentence of a problem is
WEAK = 0.05  # synapses below this are offered to be chosen together


def kind_text(kind: LayerKind) -> str:
    """What a kind of layer is called."""
    return {"input": tr("Input"), "hidden": tr("Hidden"), "output": tr("Output")}[kind]


def new_menu(view: CanvasView, title: str) -> QMenu:
    """An empty menu; it goes when it is closed."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(title)
    view.menu = menu
    return menu


def add_entry(menu: QMenu, text: str, run: Callable[[], object], icon: str = "", keys: str = "") -> QAction:
    """One line of a menu."""
    action = menu.addAction(f"{text}\t{keys}" if keys else text)
    if icon:
        set_icon(action, icon)
    action.triggered.connect(lambda _checked=False: run())
    return action


def pop_up(view: CanvasView, menu: QMenu, point: QPointF) -> None:
    """Show a menu at a view point."""
    menu.aboutToHide.connect(view.menu_closed)
    menu.popup(view.viewport().mapToGlobal(QPoint(round(point.x()), round(point.y()))))
    actions = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
    if actions and menu.activeAction() is None:
        menu.setActiveAction(actions[0])


def _adding(view: CanvasView, menu: QMenu, place: Position, texts: dict[LayerKind, str]) -> None:
    for kind, text in texts.items():
        add_entry(menu, text, partial(view.add, AddLayer(kind, place)), kind)


def activation_menu(view: CanvasView, layer_id: int, point: QPointF | None = None) -> None:
    """The activations of the catalog, the present one checked."""
    menu = new_menu(view, tr("Activation"))
    _fill_activations(view, menu, layer_id)
    below = view.scene.layers[layer_id].subtitle_rect.bottomLeft()
    pop_up(view, menu, point or view.camera.to_view(below))


def _fill_activations(view: CanvasView, menu: QMenu, layer_id: int) -> None:
    present = view.session.document.network.layer(layer_id).activation.key
    menu.setToolTipsVisible(True)
    for key, entry in activations.items():
        action = add_entry(menu, entry.label, partial(view.do, SetActivation(layer_id, Part(key))))
        action.setToolTip(entry.summary)
        action.setCheckable(True)
        action.setChecked(key == present)
        if key == present:
            menu.setActiveAction(action)


def problem_menu(view: CanvasView, kind: str, thing: int, point: QPointF) -> None:
    """What is wrong with an object, and what would mend it."""
    menu = new_menu(view, tr("Problems"))
    _problems(view, menu, kind, thing)
    pop_up(view, menu, point)


def _problems(view: CanvasView, menu: QMenu, kind: str, thing: int) -> None:
    """The sentences of the problems of an object, each followed by its fixes."""
    for problem in view.session.problems:
        if (problem.where.kind, problem.where.id) != (kind, thing):
            continue
        words = QLabel(message_text(problem.message), menu)
        words.setWordWrap(True)
        words.setFixedWidth(SENTENCE)
        words.setContentsMargins(12, 7, 12, 5)
        words.setStyleSheet(f"color: {theme.colors.text};")  # it is no entry, but to be read
        sentence = QWidgetAction(menu)
        sentence.setDefaultWidget(words)
        sentence.setText(message_text(problem.message))
        sentence.setEnabled(False)
        menu.addAction(sentence)
        for fix in problem.fixes:
            add_entry(menu, message_text(fix.label), partial(view.do, fix.edit), "fix")
        menu.addSeparator()


def layer_menu(view: CanvasView, layer_id: int, point: QPointF) -> None:
    """What can be done with a layer."""
    layer = view.session.document.network.layer(layer_id)
    menu = new_menu(view, layer.name)
    _problems(view, menu, "layer", layer_id)
    add_entry(menu, tr("Rename"), partial(view.rename, layer_id), "rename", "F2")
    if layer.kind != "input":
        _fill_activations(view, menu.addMenu(tr("Activation")), layer_id)
    if layer.kind != "output":
        add_entry(menu, tr("Wire to another layer"), partial(view.start_connect, layer_id), "synapse", "C")
    _muting(view, menu)
    folded = layer_id in view.folding.folded
    text = tr("Open the layer") if folded else tr("Fold the layer up")
    sign = "chevron-down" if folded else "chevron-up"
    add_entry(menu, text, partial(view.fold, view.folding.toggled(layer_id)), sign)
    if (MOST_MAPS if is_image(layer) else MOST) < shown_count(layer) <= MOST_OPENED:
        opened = layer_id in view.folding.opened
        text = tr("Show all {count} neurons", count=layer.size)
        if is_image(layer):
            text = tr("Show all {count} maps", count=layer.shape[2])
        text = tr("Show only the strongest") if opened else text
        add_entry(menu, text, partial(view.fold, view.folding.opening(layer_id, not opened)))
    item = view.scene.layers[layer_id]
    if item.gaps or (item.maps and item.maps.left_out):
        text = tr("Pin a map…") if is_image(layer) else tr("Pin a neuron…")
        add_entry(menu, text, partial(view.ask_pin, layer_id, point))
    side = view.image_side(layer_id)
    if side is not None:
        text = tr("Show as an image, {height} × {width}", height=side[0], width=side[1])
        add_entry(menu, text, partial(view.do, ReshapeLayer(layer_id, (*side, 1))), "convolution")
    _unrolling(view, menu, view.images.seeing(layer_id))
    if len(view.selection.layers) > 1:
        _arranging(view, menu)
    if view.can_group:
        add_entry(menu, tr("Group"), view.group, "group", "Ctrl+G")
    if view.groups_at_hand:
        add_entry(menu, tr("Ungroup"), view.ungroup, "ungroup", "Ctrl+Shift+G")
        add_entry(menu, tr("Collapse its group to one card"), view.collapse, "chevron-up", "G")
    menu.addSeparator()
    add_entry(menu, tr("Cut"), view.cut, "cut", "Ctrl+X")
    add_entry(menu, tr("Copy"), view.copy, "copy", "Ctrl+C")
    add_entry(menu, tr("Duplicate"), view.duplicate, "duplicate", "Ctrl+D")
    if view.fed:
        text = tr("Duplicate with incoming synapses")
        add_entry(menu, text, partial(view.duplicate, incoming=True), keys="Ctrl+Shift+D")
    add_entry(menu, tr("Delete"), view.delete_selected, "delete", "Del")
    pop_up(view, menu, point)


def bundle_menu(view: CanvasView, synapses: int, point: QPointF) -> None:
    """What can be done with synapses."""
    menu = new_menu(view, tr("Synapses"))
    _problems(view, menu, "synapses", synapses)
    scene_point = view.camera.to_scene(point)
    place = snapped(scene_point.x(), scene_point.y())
    add_entry(menu, tr("Insert a hidden layer here"), partial(view.add, InsertLayer(synapses, place)), "hidden")
    add_entry(menu, tr("Select all synapses of this wire"), partial(view.selection.select, (), {synapses}), "select")
    _unrolling(view, menu, frozenset({synapses}) & view.scene.threads.keys())
    ref = view.selection.synapse
    if view.chosen:
        menu.addSeparator()
        count = count_text(view.chosen_count)
        add_entry(
            menu, tr("Freeze {count} chosen synapses", count=count), partial(view.freeze_chosen, True), "frozen", "K"
        )
        add_entry(menu, tr("Free {count} chosen synapses", count=count), partial(view.freeze_chosen, False))
        text = tr("Set the weight of {count} chosen synapses", count=count)
        add_entry(menu, text, partial(view.edit_chosen, point), "rename", tr("Enter"))
        add_entry(menu, tr("Prune {count} chosen synapses", count=count), view.prune_chosen, "delete", "Del")
    elif ref is not None and ref.synapses == synapses:
        menu.addSeparator()
        add_entry(menu, tr("Set the weight"), partial(view.edit_weight, ref), "rename", tr("Enter"))
        frozen = view.is_frozen(ref)
        text = tr("Free this synapse") if frozen else tr("Freeze this synapse")
        add_entry(menu, text, partial(view.freeze, ref, not frozen), "frozen", "K")
        add_entry(menu, tr("Cut this synapse"), partial(view.cut_synapse, ref), "delete", "Del")
    menu.addSeparator()
    _choosing(view, menu, (synapses,))
    weights = view.session.document.parameters.weights.get(synapses)
    if weights is not None and weights.size:
        add_entry(menu, tr("Edit as a matrix"), partial(view.selection.matrix_wanted.emit, synapses), "table", "Ctrl+M")
    keys = "" if view.chosen or ref is not None else "Del"
    add_entry(menu, tr("Delete these synapses"), partial(view.delete_synapses, synapses), "delete", keys)
    pop_up(view, menu, point)


def _choosing(view: CanvasView, menu: QMenu, bundles: tuple[int, ...] | None) -> None:
    """Select synapses by sign or magnitude, at once or by a number."""
    several = menu.addMenu(tr("Select synapses"))
    add_entry(several, tr("Positive"), partial(view.choose_by, "positive", 0.0, bundles))
    add_entry(several, tr("Negative"), partial(view.choose_by, "negative", 0.0, bundles))
    add_entry(several, tr("Frozen"), partial(view.choose_by, "frozen", 0.0, bundles))
    add_entry(several, tr("All one by one"), partial(view.choose_by, "all", 0.0, bundles))
    weak = tr("Choose the synapses weaker than {value}", value=WEAK)
    add_entry(menu, weak, partial(view.choose_by, "weaker", WEAK, bundles))
    text = tr("Choose by magnitude or sign…")
    add_entry(menu, text, partial(view.open_chooser, "weaker", bundles), "synapse", "Ctrl+Shift+A")


def _unrolling(view: CanvasView, menu: QMenu, bundles: frozenset[int]) -> None:
    """Draw the synapses of a neuron of an image one by one, or no longer."""
    if bundles:
        on = not bundles <= view.selection.unrolled
        text = tr("Show as synapses") if on else tr("Show no longer as synapses")
        add_entry(menu, text, partial(view.images.unroll, bundles, on), "synapse", "U")


def _muting(view: CanvasView, menu: QMenu) -> None:
    """Switch what is selected off, or on again."""
    document, selection = view.session.document, view.selection
    if muting.mutable(document, selection):
        text = tr("Unmute") if muting.all_muted(document, selection) else tr("Mute: send nothing on")
        add_entry(menu, text, view.mute_selected, keys="M")
    if selection.neuron is None and not selection.neurons and muting.bypassable(document, selection):
        text = tr("Bypass: skip the activation")
        if muting.all_bypassed(document, selection):
            text = tr("Use the activation again")
        add_entry(menu, text, view.bypass_selected, keys="B")


def neurons_menu(view: CanvasView, point: QPointF) -> None:
    """What can be done with several neurons."""
    refs = view.selection.neurons
    count = len(refs)
    menu = new_menu(view, tr("{count} neurons", count=count))
    if view.can_freeze:
        text = tr("Free their biases") if view.all_frozen else tr("Freeze their biases")
        add_entry(menu, text, view.freeze_selected, "frozen", "K")
    _muting(view, menu)
    add_entry(menu, tr("Select their synapses"), partial(view.choose_synapses_of, refs), "synapse")
    menu.addSeparator()
    add_entry(menu, tr("Delete {count} neurons", count=count), view.delete_selected, "delete", "Del")
    pop_up(view, menu, point)


def neuron_menu(view: CanvasView, layer_id: int, neuron: int, point: QPointF) -> None:
    """What can be done with one neuron."""
    layer = view.session.document.network.layer(layer_id)
    menu = new_menu(view, tr("{layer}, neuron {label}", layer=layer.name, label=layer.label(neuron)))
    if layer.has_bias:
        add_entry(menu, tr("Set the bias"), partial(view.edit_bias, NeuronRef(layer_id, neuron)), "rename", tr("Enter"))
        frozen = view.is_bias_frozen(layer_id, neuron)
        text = tr("Free the bias") if frozen else tr("Freeze the bias")
        add_entry(menu, text, partial(view.freeze_bias, layer_id, neuron, not frozen), "frozen")
        menu.addSeparator()
    _unrolling(view, menu, view.images.seeing(layer_id))
    _muting(view, menu)
    if layer.kind != "output":
        add_entry(menu, tr("Draw a synapse from here"), view.start_join, "synapse", "Shift+C")
    if layer.kind == "hidden" and len(layer.shape) == 1 and layer.size > 1:
        text = tr("Take out as a layer of its own")
        add_entry(menu, text, partial(view.take_out, NeuronRef(layer_id, neuron)))
    if len(layer.shape) == 1:
        add_entry(menu, tr("Add a neuron above"), partial(view.insert_neuron, layer_id, neuron), "plus")
        add_entry(menu, tr("Add a neuron below"), partial(view.insert_neuron, layer_id, neuron + 1), "plus")
    elif layer.kind != "input":
        place = neuron % layer.shape[2]
        add_entry(menu, tr("Add a map before this one"), partial(view.insert_map, layer_id, place), "plus")
        add_entry(menu, tr("Add a map after this one"), partial(view.insert_map, layer_id, place + 1), "plus")
    if layer.shape[2] > MOST_MAPS if is_image(layer) else layer.size > MOST:
        pinned = neuron in view.folding.pins(layer_id)
        text = tr("Unpin this neuron") if pinned else tr("Pin this neuron: always show it")
        add_entry(menu, text, partial(view.pin, layer_id, neuron, not pinned))
    menu.addSeparator()
    if len(layer.shape) == 1:
        text = tr("Delete this neuron")
        delete = add_entry(menu, text, partial(view.remove_neuron, layer_id, neuron), "delete", "Del")
        delete.setEnabled(layer.size > 1)
    elif layer.kind != "input":
        place = neuron % layer.shape[2]
        delete = add_entry(
            menu, tr("Delete map {map}", map=place + 1), partial(view.remove_map, layer_id, place), "delete"
        )
        delete.setEnabled(layer.shape[2] > 1)
    pop_up(view, menu, point)


def _arranging(view: CanvasView, menu: QMenu) -> None:
    """Tidy, align and distribute, where several layers are selected."""
    add_entry(menu, tr("Tidy layout"), view.tidy, "tidy", "Ctrl+Shift+L")
    lines = menu.addMenu(tr("Align"))
    sides: tuple[tuple[Side, str], ...] = (
        ("left", tr("Left edges")),
        ("center", tr("Centres")),
        ("right", tr("Right edges")),
        ("top", tr("Upper edges")),
        ("middle", tr("Middles")),
        ("bottom", tr("Lower edges")),
    )
    for side, text in sides:
        add_entry(lines, text, partial(view.align, side))
    if len(view.selection.layers) > 2:
        apart = menu.addMenu(tr("Distribute"))
        add_entry(apart, tr("Across"), partial(view.distribute, "horizontal"))
        add_entry(apart, tr("Down"), partial(view.distribute, "vertical"))


def canvas_menu(view: CanvasView, point: QPointF) -> None:
    """What can be done on the empty canvas."""
    menu = new_menu(view, tr("Canvas"))
    scene_point = view.camera.to_scene(point)
    texts: dict[LayerKind, str] = {
        "input": tr("Add Input here"),
        "hidden": tr("Add Hidden here"),
        "output": tr("Add Output here"),
    }
    _adding(view, menu, snapped(scene_point.x(), scene_point.y()), texts)
    add_entry(menu, tr("Add a note here"), partial(view.add_note, point), "note", "N")
    menu.addSeparator()
    add_entry(menu, tr("Paste"), partial(view.paste, point), "paste", "Ctrl+V").setEnabled(view.can_paste)
    if view.can_paste and view.has_sources:
        text = tr("Paste with incoming synapses")
        add_entry(menu, text, partial(view.paste, point, incoming=True), keys="Ctrl+Shift+V")
    add_entry(menu, tr("Select all"), view.select_all, "select-all", "Ctrl+A").setEnabled(bool(view.scene.layers))
    if view.scene.bundles:
        add_entry(menu, tr("Select synapses…"), view.open_chooser, "synapse", "Ctrl+Shift+A")
    add_entry(menu, tr("Fit"), view.fit, "fit", "F").setEnabled(bool(view.scene.layers))
    pop_up(view, menu, point)
