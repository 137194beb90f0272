"""All items of the canvas, made from a document and kept in step with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import is_
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnstudio.catalog.fields import is_image
from nnstudio.document import Document, Layer, Network, Parameters, Position, StudioError, Synapses
from nnstudio.ui.canvas.annotations import Annotations
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.folding import NOTHING, Folding
from nnstudio.ui.canvas.group_card import collapsed_places
from nnstudio.ui.canvas.layer_item import FAR_WIDTH, LayerItem, Spot
from nnstudio.ui.canvas.magnification import MIDDLE, Depth
from nnstudio.ui.canvas.rows import MOST, Strengths
from nnstudio.ui.canvas.threads import ThreadItem, threads_of
from nnstudio.ui.selection import NeuronRef, SynapseRef

COLUMN = 264.0
REACH = 5.0  # view pixels
MOST_OPENED = 1024  # rows or maps; a layer with more never shows all of them


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point: a spot of a layer, one synapse, or a bundle."""

    kind: Literal["layer", "synapse", "bundle", "end", "handle", "note", "group"]
    id: int
    spot: Spot = "card"
    neuron: int | None = None
    synapse: SynapseRef | None = None
    end: str = ""  # "source" or "target" of a bundle
    pair: tuple[int, int] | None = None  # the maps that a thread joins, or neurons of a row
    cell: tuple[int, int] | None = None  # the row and column of a weight in that thread's kernel


class Scene:
    """Layer id -> LayerItem and synapses id -> BundleItem. What a change did not touch keeps its item."""

    def __init__(self) -> None:
        self.layers: dict[int, LayerItem] = {}
        self.bundles: dict[int, BundleItem] = {}
        self.annotations = Annotations({}, {})
        self.threads: dict[int, ThreadItem] = {}  # of bundles with an image at an end
        self._strengths = Strengths()
        self._widened: tuple[float, dict[int, LayerItem]] = (0.0, self.layers)
        self._wide: dict[int, tuple[LayerItem, float, LayerItem]] = {}
        self.places: Mapping[int, Position] = {}  # of the layers
        self._most: tuple[list[QRectF], dict[int, float]] = ([], {})  # the frames, and how wide each may grow
        self._wired: tuple[object, object] = (None, None)  # the synapses and masks that the bundles were made of

    def update(self, document: Document, shown: NeuronRef | None = None, folding: Folding = NOTHING) -> None:
        """Make the items of ``document``; a neuron that is selected is shown even in a wide layer."""
        self.annotations = Annotations.of(document)
        places = self.places = layer_places(document)
        collapsed = collapsed_places(document, places) if document.groups else {}
        layers: dict[int, LayerItem] = {}
        for i, layer in document.network.layers.items():
            inside, (x, y) = collapsed.get(i) or (0, places[i])
            keep = folding.pins(i)
            if shown and shown.layer == i:
                keep |= {shown.neuron}
            if layer.size <= MOST:
                keep = frozenset()
            elif i in folding.opened and shown_count(layer) <= MOST_OPENED:
                keep = frozenset(range(shown_count(layer)))
            strongest, folded = self._strengths.of(document, i), inside > 0 or i in folding.folded
            old = self.layers.get(i)
            same = old and old.layer is layer and (old.x, old.y, old.folded, old.inside) == (x, y, folded, inside)
            same = same and old is not None and old.keep == keep and old.strongest == strongest
            layers[i] = old if old and same else LayerItem(layer, x, y, keep, strongest, folded, inside)
        bundles: dict[int, BundleItem] = {}
        wired = (document.network.synapses, document.parameters.masks)
        if all(a is b for a, b in zip(wired, self._wired, strict=True)):  # then only moved or changed layers matter
            bundles, loose = dict(self.bundles), self._loose(document.network, layers)
        else:
            loose = dict(document.network.synapses)
        for i, synapses in loose.items():
            source, target = layers[synapses.source], layers[synapses.target]
            if source.inside and source.inside == target.inside:
                bundles.pop(i, None)
                continue
            known = self.bundles.get(i)
            mask = document.parameters.masks.get(i)
            kept = known and known.synapses is synapses and known.source is source and known.target is target
            kept = kept and known is not None and known.mask is mask
            bundles[i] = known if known and kept else BundleItem(synapses, source, target, mask)
        if any(i not in self.bundles for i in bundles):  # what came back out of a collapsed group has its old place
            bundles = {i: bundles[i] for i in document.network.synapses if i in bundles}
        if not _same(layers, self.layers):
            self.layers, self._widened = layers, (0.0, layers)
        self._wired = wired
        if not _same(bundles, self.bundles) or not bundles:
            self.bundles = bundles
            images = any(item.maps for item in layers.values())
            self.threads = threads_of(bundles, self.threads) if images else {}

    def _loose(self, network: Network, layers: Mapping[int, LayerItem]) -> dict[int, Synapses]:
        """The synapses that hang on a layer whose item is another one than before."""
        other = [i for i, item in layers.items() if self.layers.get(i) is not item]
        return {s.id: s for i in other for s in (*network.incoming[i], *network.outgoing[i])}

    def preview(self) -> Scene:
        """A scene to try an edit on; it begins with the items of this one."""
        other = Scene()
        other.layers, other.bundles, other.threads = self.layers, self.bundles, self.threads
        other._strengths, other._widened, other._wide = self._strengths, self._widened, dict(self._wide)
        other._wired, other.places = self._wired, self.places
        other._most = self._most
        other.annotations = self.annotations
        return other

    def at(self, far: float) -> Mapping[int, LayerItem]:
        """The layers as wide as they are seen from ``far`` away; they grow only where there is room beside them."""
        if self._widened[0] != far:
            widths = self._far_widths() if far > 0 else {}
            wider: dict[int, LayerItem] = {}
            for i, item in self.layers.items():
                now = item.rect.width()
                width = now + far * max(0.0, widths.get(i, now) - now)
                known = self._wide.get(i)
                if width <= now:
                    wider[i] = item
                elif known and known[0] is item and known[1] == width:
                    wider[i] = known[2]
                else:
                    wider[i] = item.widened(width)
                    self._wide[i] = (item, width, wider[i])
            self._widened = (far, wider)
        return self._widened[1]

    def _far_widths(self) -> dict[int, float]:
        frames = [item.rect for item in self.layers.values()]
        if frames == self._most[0] and list(self.layers) == list(self._most[1]):
            return self._most[1]
        edges = np.array([frame.getCoords() for frame in frames]).reshape(-1, 4)
        x, top, bottom = (edges[:, 0] + edges[:, 2]) / 2, edges[:, 1], edges[:, 3]
        beside = (top[:, None] < bottom[None, :]) & (bottom[:, None] > top[None, :])
        apart = np.where(beside, np.abs(x[:, None] - x[None, :]), np.inf)
        np.fill_diagonal(apart, np.inf)
        room = apart.min(axis=1, initial=np.inf) * 0.66
        widths = dict(zip(self.layers, np.minimum(FAR_WIDTH, room).tolist(), strict=True))
        self._most = (frames, widths)
        return widths

    @property
    def bounds(self) -> QRectF:
        """A rectangle around all layers with their labels, notes and groups."""
        rect = QRectF()
        for item in self.layers.values():
            rect = rect.united(item.bounds)
        return self.annotations.united(rect, self.layers)

    def layer_at(self, point: QPointF, margin: float = 0.0, far: float = 0.0) -> int | None:
        """The topmost layer whose card holds a scene point; else the nearest no further than ``margin`` away.

        From ``far`` away cards are as wide as they are seen from there.
        """
        best: tuple[float, int] | None = None
        for item in reversed(list(self.at(far).values())):
            rect = item.rect
            if item.inside:
                continue
            if rect.contains(point):
                return item.id
            aside = max(rect.left() - point.x(), point.x() - rect.right(), 0.0)
            away = math.hypot(aside, max(rect.top() - point.y(), point.y() - rect.bottom(), 0.0))
            if away <= margin and (best is None or away < best[0]):
                best = (away, item.id)
        return best[1] if best else None

    def hit(
        self, point: QPointF, parameters: Parameters, armed: frozenset[int], zoom: float, seen: Depth = MIDDLE
    ) -> Hit | None:
        """What lies under a scene point; ``armed`` layers show ports and buttons, from afar there are no neurons."""
        reach = REACH / zoom
        for item in reversed(list(self.at(seen.far).values())):
            found = None if item.inside else item.spot(point, item.id in armed, reach, seen.is_far)
            if found:
                return Hit("layer", item.id, *found)
        single = None if seen.is_far else self.synapse_at(point, parameters, zoom) or self.thread_at(point, zoom)
        return single or self.bundle_at(point)

    def thread_at(self, point: QPointF, zoom: float) -> Hit | None:
        """The thread between two maps that passes near a scene point."""
        best: tuple[float, Hit] | None = None
        for item in self.threads.values():
            found = item.nearest(point)
            if found and found[1] <= REACH / zoom and (best is None or found[1] < best[0]):
                pair = (int(item.sources[found[0]]), int(item.targets[found[0]]))
                best = (found[1], Hit("bundle", item.id, pair=pair))
        return best[1] if best else None

    def synapse_at(self, point: QPointF, parameters: Parameters, zoom: float) -> Hit | None:
        """The single synapse whose curve passes near a scene point."""
        best: tuple[float, Hit] | None = None
        for item in self.bundles.values():
            found = item.nearest(point, parameters.weights.get(item.id))
            if found and found[1] <= REACH / zoom and (best is None or found[1] < best[0]):
                place = found[0]
                ref = SynapseRef(item.id, int(item.sources[place]), int(item.targets[place]))
                best = (found[1], Hit("synapse", item.id, synapse=ref))
        return best[1] if best else None

    def bundle_at(self, point: QPointF) -> Hit | None:
        """The bundle among whose curves a scene point lies."""
        for item in reversed(self.bundles.values()):
            if item.holds(point) and item.hull().contains(point):
                return Hit("bundle", item.id)
        return None

    def wire_at(self, point: QPointF, zoom: float) -> int | None:
        """The bundle on which a new layer would be dropped."""
        found = self.synapse_at(point, Parameters(), zoom * 0.6) or self.bundle_at(point)
        return found.id if found else None


def shown_count(layer: Layer) -> int:
    """How many rows, or maps, a card has that shows all of them."""
    return layer.shape[2] if is_image(layer) else layer.size


def _same(new: Mapping[int, object], old: Mapping[int, object]) -> bool:
    """Whether both hold the very same items in the same order."""
    return list(new) == list(old) and all(map(is_, new.values(), old.values()))


def layer_places(document: Document) -> dict[int, Position]:
    """The centre of every layer; those without one (a network written by hand) stand in columns by depth."""
    network = document.network
    places = {i: document.layout[i] for i in network.layers if i in document.layout}
    missing = [i for i in network.layers if i not in places]
    if not missing:
        return places
    depth = layer_depths(network)
    columns: dict[int, list[int]] = {}
    for i in missing:
        columns.setdefault(depth[i], []).append(i)
    right = max((x for x, _ in places.values()), default=-COLUMN)
    for place, column in enumerate(sorted(columns)):
        heights = [LayerItem(network.layers[i], 0, 0).rect.height() + 48 for i in columns[column]]
        top = -sum(heights) / 2
        for i, height in zip(columns[column], heights, strict=True):
            places[i] = (right + COLUMN * (place + 1), round((top + height / 2) / 24) * 24.0)
            top += height
    return places


def layer_depths(network: Network) -> dict[int, int]:
    """The longest way from an unwired start to each layer, in synapses; all 0 where there is a cycle."""
    try:
        order = network.order
    except StudioError:
        return dict.fromkeys(network.layers, 0)
    depth: dict[int, int] = {}
    for i in order:
        depth[i] = 1 + max((depth[s.source] for s in network.incoming[i]), default=-1)
    return depth
