"""Where the weights of single synapses are written: along their curves, where no other label is in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.bundle_item import value_of
from nnstudio.ui.canvas.handles import open_point
from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.canvas.text import font
from nnstudio.ui.selection import SynapseRef
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import signed, tabular

if TYPE_CHECKING:
    from nnstudio.ui.canvas.bundle_item import BundleItem
    from nnstudio.ui.canvas.surface import Surface

SIZE = QRectF(0, 0, 25.0, 7.4)  # scene units
TEXT = 4.8
MOST = 80  # labels at a time
PLACES = (0.5, 0.4, 0.6, 0.32, 0.68, 0.26, 0.74)  # along the curve, the best first
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Label:
    """The weight of one synapse, and where it is written (scene units)."""

    ref: SynapseRef
    rect: QRectF


class Labels:
    """Labels stay where they are while the network trains: they are placed anew only for another view or scene."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self.placed: list[Label] = []

    def place(self, view: Surface, seen: QRectF) -> list[Label]:
        """The labels of what is in ``seen``, strong weights first; the selected synapse always has one."""
        scene, chosen = view.shown, view.selection.synapse
        key = (id(scene.bundles), view.camera.key, view.viewport().size(), chosen, id(view.session.document))
        if key == self._key:
            return self.placed
        self._key = key
        taken = [
            QRectF(item.x - 20, y - 20, 40, 56)
            for item in scene.layers.values()
            for y in item.ys
            if seen.adjusted(-60, -60, 60, 60).contains(item.x, y)
        ]
        self.placed = []
        if chosen and chosen.synapses in scene.bundles:
            bundle = scene.bundles[chosen.synapses]
            place = bundle.place(chosen.source, chosen.target)
            if place is not None:
                middle = open_point(scene, bundle, place)
                self._put(bundle, place, middle - QPointF(0, 9.5), taken)
                handle = QRectF(0, 0, 12.0, 9.0)  # it is to be seen and grabbed
                handle.moveCenter(middle)
                taken.append(handle)
        for bundle, place in _strongest(view, seen):
            if len(self.placed) >= MOST:
                break
            if chosen == SynapseRef(bundle.id, int(bundle.sources[place]), int(bundle.targets[place])):
                continue
            for t in PLACES:
                point = bundle.place_at(place, t)
                rect = _around(point)
                if seen.contains(rect) and not any(rect.intersects(other) for other in taken):
                    self._put(bundle, place, point, taken)
                    break
        return self.placed

    def _put(self, bundle: BundleItem, place: int, point: QPointF, taken: list[QRectF]) -> None:
        rect = _around(point)
        taken.append(rect.adjusted(-1, -0.6, 1, 0.6))
        ref = SynapseRef(bundle.id, int(bundle.sources[place]), int(bundle.targets[place]))
        self.placed.append(Label(ref, rect))

    def at(self, point: QPointF) -> Label | None:
        """The label under a scene point."""
        return next((label for label in self.placed if label.rect.contains(point)), None)


def _around(point: QPointF) -> QRectF:
    rect = QRectF(SIZE)
    rect.moveCenter(point)
    return rect


def _strongest(view: Surface, seen: QRectF) -> list[tuple[BundleItem, int]]:
    found: list[tuple[float, int, BundleItem, int]] = []
    parameters = view.session.document.parameters
    for bundle in view.shown.bundles.values():
        if not len(bundle.sources) or not bundle.bounds.intersects(seen):
            continue
        weights = parameters.weights.get(bundle.id)
        if weights is None:
            continue
        sizes = np.abs(np.nan_to_num(bundle.values(weights)))
        low, high = seen.top() - 40, seen.bottom() + 40
        near = (np.minimum(bundle.y0, bundle.y1) < high) & (np.maximum(bundle.y0, bundle.y1) > low)
        rows = np.flatnonzero(near)
        rows = rows[np.argsort(-sizes[rows], kind="stable")][: 3 * MOST]
        found += [(-float(sizes[row]), bundle.id, bundle, int(row)) for row in rows]
    found.sort(key=lambda entry: entry[:2])
    return [(bundle, place) for _, _, bundle, place in found[: 3 * MOST]]


def paint_labels(painter: QPainter, view: Surface, colors: Colors, share: float, seen: QRectF) -> None:
    """The weights as they are now."""
    painter.save()
    painter.setOpacity(share)
    used = tabular(font(TEXT))
    weights, frozen = view.parameters.weights, view.session.document.parameters.frozen
    chosen = view.selection.synapse
    hover = view.hover if view.gesture is None else None
    pointed = hover.synapse if hover is not None and hover.spot == "weight" else None
    for label in view.details.labels.place(view, seen):
        ref, rect = label.ref, label.rect
        bundle = view.shown.bundles.get(ref.synapses)
        value = value_of(bundle, weights.get(ref.synapses), ref.source, ref.target) if bundle else None
        if bundle is None or value is None:
            continue
        painter.setPen(QPen(colors.q("accent"), 0.8) if ref in (chosen, pointed) else Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("background", 0.88))
        painter.drawRoundedRect(rect, 2.6, 2.6)
        painter.setFont(used)
        painter.setPen(colors.q("positive" if value >= 0 else "negative"))
        painter.drawText(rect, CENTER, signed(value))
        if label.ref == pointed:
            _arrows(painter, rect, colors)
        mask = frozen.get(ref.synapses)
        if mask is not None and value_of(bundle, mask.astype(np.float64), ref.source, ref.target):
            paint_lock(painter, rect.topRight(), colors, 2.2)
    painter.restore()


def _arrows(painter: QPainter, rect: QRectF, colors: Colors) -> None:
    """The handle of a weight: it is dragged up and down."""
    painter.setPen(QPen(colors.q("accent"), 0.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    middle = QPointF(rect.right() - 2.6, rect.center().y())
    for way in (-1, 1):
        tip = middle + QPointF(0, 2.3 * way)
        for side in (-1, 1):
            painter.drawLine(tip, tip + QPointF(1.1 * side, -1.1 * way))
