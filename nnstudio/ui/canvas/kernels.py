"""The kernels of convolutions as small images on the threads between maps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from nnstudio.catalog import wirings
from nnstudio.document import Array
from nnstudio.ui.canvas.miniature import picture
from nnstudio.ui.canvas.threads import DARK, ThreadItem, ThreadLight, lit_threads

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface

SIDE, CELL = 24.0, 6.0  # scene units: of a kernel at most, of its cells at most
IN_VIEW = 34.0  # view pixels: the least side of a kernel that is shown because of what the pointer is over
MOST = 60  # kernels at a time
MOST_POINTED = 16
PLACES = (0.5, 0.4, 0.6, 0.3, 0.7)  # along the thread, the best first
AHEAD = (0.7, 0.6, 0.5, 0.4, 0.3)  # where threads spread out towards their ends
BEHIND = AHEAD[::-1]
ASIDE = (0.0, -0.8, 0.8)  # off the thread, in sides of a kernel, where few are shown and there is no room on it
FEW = 8


Candidate = tuple[tuple[float, int, int], ThreadItem, int]  # (-strength, bundle, place), the threads, the place


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel and where it is drawn, in scene units."""

    item: ThreadItem
    source: int
    target: int
    rect: QRectF

    def cell(self, size: int, row: int, column: int) -> QRectF:
        """The square of one weight."""
        side = self.rect.width() / size
        return QRectF(self.rect.left() + column * side, self.rect.top() + row * side, side, side)


def kernel_size(item: ThreadItem) -> int:
    """Rows (and columns) of the kernels of a convolution; 0 for other wirings."""
    wiring = item.bundle.synapses.wiring
    return int(wirings["convolution"].values(wiring)["kernel"]) if wiring.key == "convolution" else 0


def kernel_values(weights: Array | None, source: int, target: int) -> Array | None:
    """(rows, columns) of the weights between two maps."""
    if weights is None or weights.ndim != 4 or target >= weights.shape[3]:
        return None
    found: Array = weights[:, :, source % weights.shape[2], target]
    return found


def kernel_image(values: Array, limit: float) -> QImage:
    """Blue and orange by sign, full at ``limit``."""
    return picture(np.clip(np.nan_to_num(values) / (limit or 1.0), -1.0, 1.0))


class Kernels:
    """Places kernels where no card and no other kernel is; they stay there until the view or the network changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._marks: tuple[object, ...] = ()
        self._standing: list[Kernel] = []
        self.placed: list[Kernel] = []

    def place(self, view: Surface, light: dict[int, ThreadLight], seen: QRectF) -> list[Kernel]:
        """Those to be drawn now: near by all that have room, and what the pointer or the selection is about.

        Near by they stay where they are, whatever is pointed at and whatever their weights become.
        """
        near, shown = view.nearness.near >= 0.5, view.shown
        key = (id(shown.threads), view.camera.key, view.viewport().size(), near, view.nearness.is_far)
        if key != self._key:
            self._key, self._marks = key, ()
            self._standing = [] if not near else self._fill(view, _candidates(view, None), seen, [], MOST)
        marks = (*((i, one) for i, one in light.items() if one != DARK), view.selection.unrolled)
        if marks != self._marks:
            self._marks = marks
            lit = [] if view.nearness.is_far else _candidates(view, light)
            self.placed = self._fill(view, lit, seen, self._standing, len(self._standing) + MOST_POINTED)
        return self.placed

    def _fill(
        self, view: Surface, wanted: list[Candidate], seen: QRectF, standing: list[Kernel], most: int
    ) -> list[Kernel]:
        """``standing`` kernels and those of ``wanted`` that find a place between them, the strongest first."""
        placed, zoom = list(standing), view.camera.zoom
        taken = [card.rect.adjusted(-3, -3, 3, 3) for card in view.shown.layers.values()]
        taken += [kernel.rect.adjusted(-2, -2, 2, 2) for kernel in standing]
        known = {(kernel.item.id, kernel.source, kernel.target) for kernel in standing}
        for _, item, place in sorted(wanted, key=lambda entry: entry[0]):
            pair = (int(item.sources[place]), int(item.targets[place]))
            if len(placed) >= most or (item.id, *pair) in known:
                continue
            side = max(min(SIDE, CELL * kernel_size(item)), IN_VIEW / zoom)
            ends = len(item.bundle.source.anchors), len(item.bundle.target.anchors)
            along = AHEAD if ends[0] < ends[1] else BEHIND if ends[0] > ends[1] else PLACES
            beside = ASIDE if len(wanted) <= FEW else ASIDE[:1]
            for off, t in product(beside, along):
                rect = QRectF(0, 0, side, side)
                rect.moveCenter(item.point(place, t) + QPointF(0, off * side))
                if seen.contains(rect) and not any(rect.intersects(other) for other in taken):
                    taken.append(rect.adjusted(-3, -3, 3, 3))
                    placed.append(Kernel(item, *pair, rect))
                    break
        return placed

    def clear(self) -> None:
        """No kernel is in sight."""
        self._key, self.placed = (), []

    def at(self, point: QPointF) -> tuple[Kernel, tuple[int, int]] | None:
        """The kernel under a scene point, and the row and column of its weight there."""
        for kernel in self.placed:
            if kernel.rect.contains(point):
                size = kernel_size(kernel.item)
                row = int((point.y() - kernel.rect.top()) / kernel.rect.height() * size)
                column = int((point.x() - kernel.rect.left()) / kernel.rect.width() * size)
                return kernel, (min(row, size - 1), min(column, size - 1))
        return None


def _candidates(view: Surface, light: dict[int, ThreadLight] | None) -> list[Candidate]:
    """The kernels of all threads, or of those that stand out."""
    found: list[Candidate] = []
    weights = view.session.document.parameters.weights
    for item in view.shown.threads.values():
        if not kernel_size(item) or (item.id in view.selection.unrolled and view.nearness.near < 0.5):
            continue
        size = item.strengths(weights.get(item.id))[1]
        places = list(range(len(item.sources)))
        if light is not None:
            places = np.flatnonzero(lit_threads(item, light.get(item.id, DARK))).tolist()
        found += [((-float(size[place]), item.id, place), item, place) for place in places]
    return found
