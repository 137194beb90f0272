"""Paints over the maps: the pixel that is meant, the patches that it sees, kernels, shared weights, single synapses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from nnstudio.catalog.fields import spot_of
from nnstudio.document import Array, BoolArray
from nnstudio.ui.canvas.bundle_item import curve_path
from nnstudio.ui.canvas.frame import paint_strokes
from nnstudio.ui.canvas.kernels import Kernel, kernel_image, kernel_size, kernel_values
from nnstudio.ui.canvas.maps import CAPTION, MapGrid
from nnstudio.ui.canvas.marks import paint_lock
from nnstudio.ui.canvas.text import font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors
from nnstudio.ui.widgets.numbers import signed, tabular

if TYPE_CHECKING:
    from nnstudio.ui.canvas.images import Shared
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.selection import NeuronRef

MOST_BEAMS = 4  # maps from which lines run to the neuron that sees a patch of them
CENTER = Qt.AlignmentFlag.AlignCenter


def paint_image_marks(painter: QPainter, view: Surface, colors: Colors, seen: QRectF) -> None:
    """Everything about images that lies over the cards, in scene units."""
    images, scene = view.images, view.shown
    if view.nearness.is_far or (not scene.threads and not any(item.maps for item in scene.layers.values())):
        images.kernels.clear()
        return
    zoom = view.camera.zoom
    shared = images.shared()
    glow = images.pulse()
    ref, fields = images.pointed, images.fields()
    pixel = images.pixel(ref) if ref else None
    if ref is not None and shared is None:
        for layer, mask in fields.items():
            item = scene.layers.get(layer)
            if item is not None and item.maps:
                direct = any(
                    one.bundle.source.id == layer and one.bundle.target.id == ref.layer
                    for one in scene.threads.values()
                )
                if direct and pixel is not None and layer not in _unrolled_sources(view):
                    _beams(painter, item.maps, mask, pixel, colors, zoom)
                _outline_field(painter, item.maps, mask, colors, zoom, direct)
    _paint_single(painter, view, colors, shared, glow)
    if shared is not None:
        _paint_uses(painter, view, shared, colors, zoom, glow)
    for kernel in images.kernels.place(view, images.light(), seen):
        _paint_kernel(painter, view, kernel, colors, shared, glow)
    if view.nearness.near > 0:
        _captions(painter, view, colors, seen)
    chosen = view.selection.neuron
    for one in (ref, chosen):
        _paint_pixel(painter, view, one, colors, one == chosen)


def _unrolled_sources(view: Surface) -> set[int]:
    return {one.bundle.source.id for one in view.images.unrolled()}


def _paint_single(painter: QPainter, view: Surface, colors: Colors, shared: Shared | None, glow: float) -> None:
    """The synapses of one neuron, and a glow around those that share a weight with the one that is pointed at."""
    images = view.images
    found = [one for one in images.unrolled() if len(one.sources)]
    if not found:
        return
    strokes = images.single_strokes(found)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if view.rasterizer is None:
        paint_strokes(painter, strokes, range(len(strokes)))
    else:
        ratio, size = view.devicePixelRatioF(), view.viewport().size()
        sheet = images.sheet.draw(view.rasterizer, strokes, view.camera, ratio, size)
        if sheet is not None:
            painter.save()
            painter.resetTransform()
            painter.drawImage(sheet[1], sheet[0])
            painter.restore()
    hover = view.hover.synapse if view.hover and view.gesture is None else None
    start = 0
    for one in found:
        refs = [ref for ref in (hover, view.selection.synapse) if ref is not None and ref.synapses == one.bundle.id]
        for ref in refs:
            place = one.place(ref.source, ref.target)
            same = [] if place is None else [place]
            if place is not None and shared is not None and one.end == "source":
                same = np.flatnonzero(one.places == one.places[place]).tolist()
            for k in same:
                row = start + k
                width = float(strokes.half[row]) * 2
                for color, wide in ((colors.q("accent", 0.55 * glow + 0.2), width + 3.0), (None, width + 0.4)):
                    pen = QPen(color or QColor(int(strokes.color[row])), wide)
                    painter.setPen(pen)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    x0, x1, handle = float(strokes.x0[row]), float(strokes.x1[row]), float(strokes.handle[row])
                    painter.drawPath(
                        curve_path(QPointF(x0, float(strokes.y0[row])), QPointF(x1, float(strokes.y1[row])), handle)
                    )
        start += len(one.sources)
    for one in found:
        owner = one.bundle.target if one.end == "target" else one.bundle.source
        if owner.maps:
            rect = owner.maps.pixel(one.neuron)
            if rect is not None:
                _frame(painter, rect, colors, view.camera.zoom, 1.6)


def _outline_field(
    painter: QPainter, maps: MapGrid, mask: BoolArray, colors: Colors, zoom: float, direct: bool
) -> None:
    """The border of what is seen in each shown map and in the picture of a colour input, however it is made up."""
    if maps.picture is not None and mask.any():
        _region(painter, maps.picture, np.logical_or.reduce(mask, axis=2), colors.q("accent"), colors, zoom, direct)
    for tile in maps.tiles:
        part = mask[:, :, tile.channel]
        if part.any():
            _region(painter, tile.rect, part, colors.q("accent", 1.0 if direct else 0.75), colors, zoom, direct)


def _region(
    painter: QPainter, rect: QRectF, part: BoolArray, color: QColor, colors: Colors, zoom: float, strong: bool
) -> None:
    lines = border(rect, part)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = (2.0 if strong else 1.3) / zoom
    cap = Qt.PenCapStyle.SquareCap
    painter.setPen(QPen(colors.q("background", 0.9), width * 2.2, Qt.PenStyle.SolidLine, cap))
    painter.drawLines(lines)
    painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, cap))
    painter.drawLines(lines)


def border(rect: QRectF, part: BoolArray) -> list[QLineF]:
    """The lines around the true places of a (rows, columns) grid that fills ``rect``; each side of a run is one."""
    rows, columns = part.shape
    wide, high, left, top = rect.width() / columns, rect.height() / rows, rect.left(), rect.top()
    ends = _border(part.tobytes(), rows, columns)
    return [QLineF(left + a * wide, top + b * high, left + c * wide, top + d * high) for a, b, c, d in ends]


@lru_cache(maxsize=512)
def _border(places: bytes, rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """(x, y, x, y) of the ends of each line, in places."""
    padded = np.pad(np.frombuffer(places, dtype=np.bool_).reshape(rows, columns), 1)
    lines = []
    for flip in (False, True):
        grid = padded.T if flip else padded
        edge = grid[1:, 1:-1] != grid[:-1, 1:-1]
        for place in range(edge.shape[0]):
            steps = np.flatnonzero(np.diff(np.concatenate(([0], edge[place].astype(np.int8), [0]))))
            for begin, end in steps.reshape(-1, 2).tolist():
                a, b = ((place, begin), (place, end)) if flip else ((begin, place), (end, place))
                lines.append((*a, *b))
    return lines


def _beams(painter: QPainter, maps: MapGrid, mask: BoolArray, pixel: QRectF, colors: Colors, zoom: float) -> None:
    """From the patch of each shown map, or of the picture of a colour input, to the neuron that sees it."""
    patches = [(tile.rect, mask[:, :, tile.channel]) for tile in maps.tiles]
    if maps.picture is not None:
        patches = [(maps.picture, np.logical_or.reduce(mask, axis=2))]
    patches = [(rect, part) for rect, part in patches if part.any()]
    if len(patches) > MOST_BEAMS:
        return
    for rect, part in patches:
        rows, columns = np.nonzero(part)
        high, wide = rect.height() / part.shape[0], rect.width() / part.shape[1]
        right = rect.left() + (int(columns.max()) + 1) * wide
        top, bottom = rect.top() + int(rows.min()) * high, rect.top() + (int(rows.max()) + 1) * high
        corners = [QPointF(right, top), pixel.topLeft(), pixel.bottomLeft(), QPointF(right, bottom)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.q("accent", 0.10))
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QPen(colors.q("accent", 0.6), 1.0 / zoom))
        painter.drawLine(corners[0], corners[1])
        painter.drawLine(corners[3], corners[2])


def _paint_uses(painter: QPainter, view: Surface, shared: Shared, colors: Colors, zoom: float, glow: float) -> None:
    """All places at which one weight is used: what it is multiplied with, and what it feeds."""
    thread = view.shown.threads.get(shared.bundle)
    if thread is None:
        return
    masks = view.images.uses(shared)
    ends = ((thread.bundle.source, shared.source), (thread.bundle.target, shared.target))
    for (item, channel), mask in zip(ends, masks, strict=True):
        tile = item.maps.tile(channel) if item.maps else None
        if tile is None or mask.shape != item.layer.shape[:2]:
            continue
        if mask.sum() < mask.size:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(tile.rect, _veil(~mask, colors))
        _region(painter, tile.rect, mask, colors.q("accent", glow), colors, zoom, strong=True)


def _veil(mask: BoolArray, colors: Colors) -> QImage:
    """A picture that pales the true places of (rows, columns)."""
    color = colors.q("background", 0.6)
    red, green, blue = (round(part * 0.6) for part in (color.red(), color.green(), color.blue()))
    value = 153 << 24 | red << 16 | green << 8 | blue
    pixels = np.ascontiguousarray(np.where(mask, value, 0).astype(np.uint32))
    high, wide = mask.shape
    return QImage(pixels.data, wide, high, wide * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _paint_kernel(
    painter: QPainter, view: Surface, kernel: Kernel, colors: Colors, shared: Shared | None, glow: float
) -> None:
    weights = view.parameters.weights.get(kernel.item.id)
    values = kernel_values(weights, kernel.source, kernel.target)
    if values is None or weights is None:
        return
    zoom, rect, size = view.camera.zoom, kernel.rect, kernel_size(kernel.item)
    limit = float(np.abs(np.nan_to_num(weights)).max(initial=0.0))
    painter.setPen(QPen(colors.q("line"), 1.2 / zoom))
    painter.setBrush(colors.q("background"))
    painter.drawRect(rect.adjusted(-1.2, -1.2, 1.2, 1.2))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(rect, kernel_image(values, limit))
    cell = rect.width() / size
    if cell * zoom >= 5:
        painter.setPen(QPen(colors.q("background", 0.7), 0.8 / zoom))
        for k in range(1, size):
            painter.drawLine(
                QPointF(rect.left() + k * cell, rect.top()), QPointF(rect.left() + k * cell, rect.bottom())
            )
            painter.drawLine(QPointF(rect.left(), rect.top() + k * cell), QPointF(rect.right(), rect.top() + k * cell))
    mask = kernel.item.bundle.mask
    absent = {} if mask is None else {kernel.item.id: ~mask}
    painter.setPen(QPen(colors.q("faint"), 1.0 / zoom))
    for place in _marked(kernel, absent, size):  # there is no such weight
        corner = QPointF(0.28, -0.28) * cell
        painter.drawLine(place.bottomLeft() + corner, place.topRight() - corner)
    if cell * zoom >= 5:
        for place in _marked(kernel, view.chosen, size):
            _frame(painter, place, colors, zoom, 1.6)
        for place in _marked(kernel, view.session.document.parameters.frozen, size):
            paint_lock(painter, place.topRight() + QPointF(-0.24, 0.26) * cell, colors, min(3.0, 0.2 * cell))
    if shared and (shared.bundle, shared.source, shared.target) == (kernel.item.id, kernel.source, kernel.target):
        painter.save()
        painter.setOpacity(painter.opacity() * glow)
        _frame(painter, kernel.cell(size, *shared.cell), colors, zoom, 2.4)
        painter.restore()
    elif cell * zoom >= 24:
        gone = kernel_values(mask.astype(np.float64), kernel.source, kernel.target) if mask is not None else None
        _numbers(painter, kernel, values if gone is None else np.where(gone, values, np.nan), colors, size)


def _marked(kernel: Kernel, masks: Mapping[int, BoolArray], size: int) -> list[QRectF]:
    """The squares of a kernel's weights that are true in the mask of its bundle."""
    mask = masks.get(kernel.item.id)
    values = None if mask is None else kernel_values(mask.astype(np.float64), kernel.source, kernel.target)
    return [] if values is None else [kernel.cell(size, row, column) for row, column in np.argwhere(values).tolist()]


def _numbers(painter: QPainter, kernel: Kernel, values: Array, colors: Colors, size: int) -> None:
    """The weights in their squares, where there is room; NaN where there is none."""
    used = tabular(font(kernel.rect.width() / size * 0.3))
    painter.setFont(used)
    painter.setPen(colors.q("text"))
    for row in range(size):
        for column in range(size):
            if not np.isnan(values[row, column]):
                painter.drawText(kernel.cell(size, row, column), CENTER, signed(float(values[row, column])))


def _captions(painter: QPainter, view: Surface, colors: Colors, seen: QRectF) -> None:
    """The bias of each map, seen from near by."""
    painter.save()
    painter.setOpacity(view.nearness.near)
    used = tabular(font(6.2))
    for item in view.shown.layers.values():
        biases = view.parameters.biases.get(item.id) if item.layer.has_bias else None
        if not item.maps or biases is None or len(biases) != item.layer.shape[2] or not item.rect.intersects(seen):
            continue
        for tile in item.maps.tiles:
            rect = QRectF(tile.rect.left(), tile.rect.bottom() + 1.0, tile.rect.width(), CAPTION - 1.0)
            painter.setFont(used)
            painter.setPen(colors.q("dim"))
            text = tr("b {bias}", bias=signed(float(biases[tile.channel])))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _paint_pixel(painter: QPainter, view: Surface, ref: NeuronRef | None, colors: Colors, selected: bool) -> None:
    rect = view.images.pixel(ref) if ref else None
    if rect is None or ref is None:
        return
    zoom = view.camera.zoom
    _frame(painter, rect, colors, zoom, 2.4 if selected else 1.6)
    item = view.shown.layers[ref.layer]
    values = view.activity.values.get(ref.layer)
    if view.nearness.near < 0.5 or values is None or ref.neuron >= len(values):
        return
    row, column, _ = spot_of(item.layer, ref.neuron)
    text = f"({row + 1}, {column + 1})  {signed(float(values[ref.neuron]))}"
    used = tabular(font(6.0))
    wide = QFontMetricsF(used).horizontalAdvance(text) + 6.0
    box = QRectF(rect.center().x() - wide / 2, rect.bottom() + 3.0, wide, 9.0)
    painter.setPen(QPen(colors.q("accent"), 0.6) if selected else QPen(colors.q("line"), 0.6))
    painter.setBrush(colors.q("panel", 0.94))
    painter.drawRoundedRect(box, 2.4, 2.4)
    painter.setFont(used)
    painter.setPen(colors.q("text"))
    painter.drawText(box, CENTER, text)


def _frame(painter: QPainter, rect: QRectF, colors: Colors, zoom: float, width: float) -> None:
    """A square around one pixel, dark and light, so that it is seen on every colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    grow = width / zoom / 2
    outer = rect.adjusted(-grow, -grow, grow, grow)
    painter.setPen(QPen(colors.q("background"), (width + 2.0) / zoom))
    painter.drawRect(outer)
    painter.setPen(QPen(colors.q("accent"), width / zoom))
    painter.drawRect(outer)
