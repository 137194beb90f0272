"""What can be grabbed at selected wires, and the marks of what is held against training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.ui.canvas.layer_item import near
from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.canvas.text import font
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import count_text

if TYPE_CHECKING:
    from nnstudio.ui.canvas.bundle_item import BundleItem
    from nnstudio.ui.canvas.scene import Scene
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.canvas.view import CanvasView

END, HANDLE = 6.0, 7.0  # view pixels
ALONG = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8)  # places along a curve, the best first
MOST_LOCKS = 24  # single ones of a bundle; more become one lock with their number


def open_point(scene: Scene, bundle: BundleItem, place: int) -> QPointF:
    """Where a curve is grabbed and written on: in its middle, or beside it where a card lies over that."""
    points = [bundle.place_at(place, t) for t in ALONG]
    return next((point for point in points if scene.layer_at(point) is None), points[0])


def selected_bundle(view: Surface) -> BundleItem | None:
    """The one bundle whose ends can be dragged."""
    selection = view.selection
    if len(selection.synapses) != 1 or selection.layers or view.chosen:
        return None
    return view.scene.bundles.get(next(iter(selection.synapses)))


def ends(view: Surface, bundle: BundleItem) -> dict[str, QPointF]:
    """Where its two ends are grabbed, in scene units: a little off the cards."""
    cards, away = view.scene.at(view.nearness.far), 15.0 / view.camera.zoom
    source, target = cards[bundle.source.id], cards[bundle.target.id]
    return {"source": source.out_port + QPointF(away, 0), "target": target.in_port - QPointF(away, 0)}


def grabbed_end(view: Surface, point: QPointF) -> tuple[int, str] | None:
    """The end of the selected bundle under a scene point."""
    bundle = selected_bundle(view)
    if bundle is None:
        return None
    reach = (END + 3) / view.camera.zoom
    found = next((which for which, place in ends(view, bundle).items() if near(point, place, reach)), None)
    return (bundle.id, found) if found else None


def paint_handles(painter: QPainter, view: CanvasView, colors: Colors) -> None:
    """The ends of the selected bundle, and the handle of the selected synapse."""
    zoom = view.camera.zoom
    bundle = selected_bundle(view)
    if bundle is not None and view.gesture is None:
        painter.setPen(QPen(colors.q("background"), 1.5 / zoom))
        painter.setBrush(colors.q("accent"))
        for which, place in ends(view, bundle).items():
            if which == "source":
                painter.drawEllipse(place, END / zoom, END / zoom)
            else:
                size = END * 1.15 / zoom
                tip = QPointF(size, 0)
                painter.drawConvexPolygon([place + tip, place + QPointF(-size, size), place + QPointF(-size, -size)])
    handle = view.handle_point()
    if handle is None:
        return
    radius = HANDLE / zoom
    painter.setPen(QPen(colors.q("accent"), 2 / zoom))
    painter.setBrush(colors.q("raised"))
    painter.drawEllipse(handle, radius, radius)
    pen = QPen(colors.q("accent"), 1.4 / zoom, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for way in (-1, 1):
        tip = handle + QPointF(0, 4.2 * way / zoom)
        for side in (-1, 1):
            painter.drawLine(tip, tip + QPointF(2.4 * side, -2.2 * way) / zoom)


def paint_locks(painter: QPainter, view: Surface, colors: Colors, seen: QRectF) -> None:
    """A lock on every shown synapse that is held; where they are many, one lock with their number."""
    document = view.session.document
    frozen = document.parameters.frozen
    held = [(i, one) for i, one in view.shown.bundles.items() if i in frozen or not one.synapses.trainable]
    for i, bundle in held:
        mask = frozen.get(i)
        whole = not bundle.synapses.trainable
        if not whole and (mask is None or not mask.any()):
            continue
        if not bundle.bounds.intersects(seen):
            continue
        places = np.zeros(0, np.int64) if mask is None else np.flatnonzero(bundle.values(mask.astype(np.float64)))
        size = min(4.6, max(3.2, 3.2 / view.camera.zoom))
        if whole or view.nearness.is_far or len(places) > MOST_LOCKS or not len(places):
            count = bundle.total if whole or mask is None else int(mask.sum())
            _counted(painter, bundle.middle, count, colors, max(1.0, 1.0 / view.camera.zoom))
        else:
            for place in places:
                paint_lock(painter, bundle.place_at(int(place), 0.62), colors, size)


def _counted(painter: QPainter, middle: QPointF, count: int, colors: Colors, scale: float) -> None:
    text = count_text(count)
    painter.setFont(font(round(10.5 * scale, 2)))
    wide = painter.fontMetrics().horizontalAdvance(text)
    box = QRectF(middle.x() - wide / 2 - 14 * scale, middle.y() - 9 * scale, wide + 28 * scale, 18 * scale)
    painter.setPen(QPen(colors.q("line"), scale))
    painter.setBrush(colors.q("panel", 0.92))
    painter.drawRoundedRect(box, 9 * scale, 9 * scale)
    paint_lock(painter, QPointF(box.left() + 9.5 * scale, box.center().y()), colors, 4.0 * scale)
    painter.setPen(colors.q("dim"))
    painter.drawText(box.adjusted(16 * scale, 0, -4 * scale, 0), Qt.AlignmentFlag.AlignCenter, text)
