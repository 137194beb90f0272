"""Composes the picture over the synapses: cards, badges, the gesture's ghost, words for an empty canvas."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from nnstudio.catalog.counting import weight_count
from nnstudio.ui.canvas.annotations import frame_rect, paint_groups, paint_notes
from nnstudio.ui.canvas.card_cache import MOST as MOST_PIXELS
from nnstudio.ui.canvas.card_cache import MOVING
from nnstudio.ui.canvas.group_card import paint_group_cards
from nnstudio.ui.canvas.handles import paint_handles, paint_locks
from nnstudio.ui.canvas.image_overlay import paint_image_marks
from nnstudio.ui.canvas.labels import paint_labels
from nnstudio.ui.canvas.look import Look, opacity
from nnstudio.ui.canvas.marks import badge_scale, paint_badge
from nnstudio.ui.canvas.mutes import paint_mutes
from nnstudio.ui.canvas.near import paint_near
from nnstudio.ui.canvas.paint import paint_layer
from nnstudio.ui.canvas.rows import MOST
from nnstudio.ui.canvas.strokes import Emphasis
from nnstudio.ui.canvas.text import font
from nnstudio.ui.muting import switched_off
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.document import Layer
    from nnstudio.ui.canvas.bundle_item import BundleItem
    from nnstudio.ui.canvas.layer_item import LayerItem
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.canvas.view import CanvasView

Kept = tuple[QPixmap, QRectF, float]  # the picture of a card, where it belongs in view pixels, and how clear it is


def emphasis_of(view: Surface) -> dict[int, Emphasis]:
    """Bundle id -> which of its synapses stand out: of the selected neuron, of what the pointer is over."""
    selection, hover = view.selection, view.hover if view.gesture is None else None
    touched = set(selection.synapses) | set(view.chosen)
    if selection.synapse:
        touched.add(selection.synapse.synapses)
    if hover and hover.synapse:
        touched.add(hover.id)
    lit = view.gesture.chosen_bundle if view.gesture is not None else None
    if lit is not None:
        touched.add(lit)
    network = view.session.document.network
    around = [selection.neuron.layer] if selection.neuron else []
    if hover and hover.kind == "layer" and hover.spot == "neuron":
        around.append(hover.id)
    for layer in around:
        if layer in network.layers:
            touched.update(s.id for s in (*network.incoming[layer], *network.outgoing[layer]))
    items = view.shown.bundles
    return {i: _emphasis(view, items[i], i == lit) for i in touched if i in items}


def _emphasis(view: Surface, item: BundleItem, lit: bool) -> Emphasis:
    selection, hover = view.selection, view.hover
    target = source = place = hot = None
    if selection.neuron and selection.neuron.layer == item.target.id:
        target = selection.neuron.neuron
    if hover and hover.spot == "neuron" and hover.kind == "layer" and view.gesture is None:
        if hover.id == item.target.id:
            target = hover.neuron
        elif hover.id == item.source.id:
            source = hover.neuron
    chosen = selection.synapse
    if chosen and chosen.synapses == item.id:
        place = item.place(chosen.source, chosen.target)
    if hover and hover.synapse and hover.id == item.id and view.gesture is None:
        hot = item.place(hover.synapse.source, hover.synapse.target)
    whole = item.id in selection.synapses and chosen is None and item.id not in view.chosen
    return Emphasis(target, source, place, None if hot == place else hot, whole or lit, view.chosen.get(item.id))


def look_of(view: Surface, item: LayerItem) -> Look:
    """How a card is shown now."""
    selection, gesture, hover = view.selection, view.gesture, view.hover
    i = item.id
    selected = i in selection.layers
    own = hover if hover and hover.kind == "layer" and hover.id == i and gesture is None else None
    neuron = selection.neuron.neuron if selection.neuron and selection.neuron.layer == i else None
    return Look(
        selected=selected,
        hovered=own is not None,
        focused=selected and view.keyboard_focus,
        armed=i in view.armed and gesture is None,
        port_hot=own is not None and own.spot == "port",
        button_hot=own.spot if own and own.spot in ("less", "more") else "",
        target=gesture is not None and i in gesture.targets,
        chosen=gesture is not None and gesture.chosen == i,
        dimmed=gesture is not None and i in gesture.dimmed,
        ghost=gesture is not None and gesture.ghost == i,
        neuron=None if item.maps else neuron,  # pixels of maps are outlined over the card, which stays as it is
        neurons=frozenset(ref.neuron for ref in selection.neurons if ref.layer == i),
        hot_neuron=own.neuron if own and own.spot == "neuron" and not item.maps else None,
        subtitle_hot=own is not None and own.spot == "subtitle",
        title_hidden=view.editing == i,
        fold_hot=own is not None and own.spot == "fold",
        far=view.nearness.far,
        parameters=parameters_of(view, item.layer),
        pinned=view.folding.pins(i) if item.layer.size > MOST else frozenset(),
        held=_held(view, i),
    )


def parameters_of(view: Surface, layer: Layer) -> int:
    """How many weights that exist arrive at a layer, and its biases."""
    network = view.session.document.network
    if layer.id not in network.layers:
        return 0
    parameters = view.session.document.parameters
    arriving = sum(weight_count(parameters, s.id) for s in network.incoming[layer.id])
    return arriving + (layer.bias_count if layer.has_bias else 0)


def _held(view: Surface, layer: int) -> frozenset[int]:
    mask = view.session.document.parameters.frozen_biases.get(layer)
    return frozenset(np.flatnonzero(mask).tolist()) if mask is not None else frozenset()


def paint_scene(view: Surface, painter: QPainter) -> None:
    """Everything over the frame."""
    colors, camera, scene = theme.colors, view.camera, view.shown
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.translate(camera.x, camera.y)
    painter.scale(camera.zoom, camera.zoom)
    seen = camera.seen(view.viewport().size().toSizeF())
    view.looks.follow()
    view.details.begin()
    view.cards.begin(MOVING if view.moving else MOST_PIXELS, view.moving)
    _paint_hulls(view, painter)
    shown_from, cards = view.nearness, scene.at(view.nearness.far)
    visible = [
        item for item in cards.values() if not item.inside and item.bounds.adjusted(-20, -20, 20, 20).intersects(seen)
    ]
    paint_annotations(view, painter)
    _paint_cards(view, painter, visible, seen)
    paint_image_marks(painter, view, colors, seen)
    if shown_from.near < 1 or shown_from.is_far:
        paint_locks(painter, view, colors, seen)
    paint_handles(painter, cast("CanvasView", view), colors)
    if shown_from.near > 0:
        paint_labels(painter, view, colors, shown_from.near, seen)
    view.cards.keep({item.id for item in visible})
    _paint_badges(view, painter)
    if view.gesture:
        view.gesture.paint(painter)
    painter.restore()
    rect = QRectF(view.viewport().rect())
    if not scene.layers and not scene.annotations.notes:
        _paint_welcome(painter, rect)
    if view.left_out:
        _paint_left_out(view, painter, rect)
    if view.gesture:
        view.gesture.paint_over(painter)
    if view.keyboard_focus and not (view.selection.layers or view.selection.notes or view.selection.groups):
        painter.setPen(QPen(colors.q("accent", 0.8), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 6, 6)


def _paint_cards(view: Surface, painter: QPainter, visible: list[LayerItem], seen: QRectF) -> None:
    """The cards, each over those before it; of what stands still only a picture is copied."""
    colors, camera, shown_from, ratio = theme.colors, view.camera, view.nearness, view.devicePixelRatioF()
    fills = view.fills if visible and shown_from.far < 1 else {}
    running, off = view.session.state == "running", switched_off(view.session.document)
    pictures: list[Kept] = []
    for layer in visible:
        look = view.looks.of(layer)
        small = view.details.small(layer.id) if layer.folded or shown_from.far > 0 else None
        kept = None if running else small  # what stands still is kept with its card
        still = view.cards.of(layer, look, camera, ratio, kept)
        if still:
            pictures.append((*still, opacity(look)))
            small = None if kept else small
        whole = still and small is None and not (look.armed or look.target) and layer.id not in off
        if whole and (layer.folded or shown_from.far == 1):
            continue  # its picture is all of it
        _paint_kept(painter, pictures)
        paint_layer(painter, layer, look, fills.get(layer.id), colors, camera.zoom, still is not None, small)
        if shown_from.near > 0 and not layer.folded:
            painter.setOpacity(opacity(look))
            paint_near(painter, view, layer, colors, shown_from.near, seen)
            painter.setOpacity(1.0)
        if layer.id in off:
            paint_mutes(painter, view.session.document, layer, shown_from.far, colors, camera.zoom)
    _paint_kept(painter, pictures)


def _paint_kept(painter: QPainter, pictures: list[Kept]) -> None:
    """Copy the pictures of cards to their places in view pixels; no picture waits any more then."""
    if not pictures:
        return
    painter.save()
    painter.resetTransform()
    for picture, place, clear in pictures:
        painter.setOpacity(clear)
        if place.size() == picture.deviceIndependentSize():
            painter.drawPixmap(place.topLeft(), picture)
        else:
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
    painter.restore()
    pictures.clear()


def paint_annotations(view: Surface, painter: QPainter) -> None:
    """Groups and notes, behind the cards."""
    found, cards, zoom = view.shown.annotations, view.shown.at(view.nearness.far), view.camera.zoom
    selection = view.selection
    paint_groups(painter, found.groups.values(), cards, selection.groups, view.editing, theme.colors, zoom)
    paint_notes(painter, found.notes.values(), selection.notes, view.editing, theme.colors, zoom)
    shut = [(group, frame_rect(group, cards)) for group in found.collapsed]
    paint_group_cards(painter, view, shut, theme.colors, view.editing)


def _paint_hulls(view: Surface, painter: QPainter) -> None:
    """The region of selected bundles."""
    if view.selection.synapse is not None or view.chosen:
        return
    for bundle in view.selection.synapses:
        item = view.shown.bundles.get(bundle)
        if item:
            painter.setPen(QPen(theme.colors.q("accent", 0.6), 1.2 / view.camera.zoom))
            painter.setBrush(theme.colors.q("accent", 0.07))
            painter.drawPath(item.hull())


def _paint_badges(view: Surface, painter: QPainter) -> None:
    """The signs of problems."""
    cards, bundles = view.shown.at(view.nearness.far), view.shown.bundles
    for layer, problem in view.badges["layer"].items():
        if layer in cards:
            paint_badge(painter, cards[layer].badge, problem[0], theme.colors, badge_scale(view.camera.zoom))
    for synapses, problem in view.badges["synapses"].items():
        if synapses in bundles:
            paint_badge(painter, bundles[synapses].middle, problem[0], theme.colors, badge_scale(view.camera.zoom))


def _paint_welcome(painter: QPainter, rect: QRectF) -> None:
    colors = theme.colors
    middle = rect.center() - QPointF(0, 46)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    columns = ((-74.0, 2), (0.0, 3), (74.0, 1))
    painter.setPen(QPen(colors.q("line"), 1.4))
    for (xa, a), (xb, b) in pairwise(columns):
        for ya in _spread(a):
            for yb in _spread(b):
                painter.drawLine(middle + QPointF(xa + 11, ya), middle + QPointF(xb - 11, yb))
    painter.setPen(QPen(colors.q("faint"), 1.6, Qt.PenStyle.DashLine))
    for x, count in columns:
        for y in _spread(count):
            painter.drawEllipse(middle + QPointF(x, y), 11, 11)
    painter.setFont(font(15, strong=True))
    painter.setPen(colors.q("text"))
    line = QRectF(rect.left() + 16, middle.y() + 72, rect.width() - 32, 24)
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, tr("Drag an Input here, or double-click to add a layer"))
    painter.setFont(font(12.5))
    painter.setPen(colors.q("dim"))
    hint = tr("Then drag from the right edge of one layer to another to wire them")
    painter.drawText(line.translated(0, 27), Qt.AlignmentFlag.AlignCenter, hint)


def _paint_left_out(view: Surface, painter: QPainter, rect: QRectF) -> None:
    """How many of the weakest synapses the picture does without."""
    total = view.wires.count
    counts = {"drawn": count_text(total - view.left_out), "total": count_text(total)}
    painter.setFont(font(11.0))
    painter.setPen(theme.colors.q("dim"))
    place = QRectF(rect.left() + 16, rect.top() + 8, rect.width() - 32, 20)
    words = tr("the strongest {drawn} of {total} synapses are drawn", **counts)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def _spread(count: int) -> list[float]:
    return [(place - (count - 1) / 2) * 36.0 for place in range(count)]
