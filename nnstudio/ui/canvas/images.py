"""What the canvas knows of images: whose synapses are unrolled, what a neuron sees, which weight is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnstudio.catalog.fields import is_image, maps_of_kernel, receptive, uses
from nnstudio.catalog.joints import place_of, user_of
from nnstudio.document import BoolArray, Network
from nnstudio.ui.canvas.frame import Layer as Drawn
from nnstudio.ui.canvas.kernels import Kernels
from nnstudio.ui.canvas.scene import REACH, Hit
from nnstudio.ui.canvas.sheet import Sheet
from nnstudio.ui.canvas.strokes import Strokes
from nnstudio.ui.canvas.threads import ThreadLight, thread_strokes
from nnstudio.ui.canvas.unrolled import Unrolled, pool_winner, unroll, unrolled_strokes
from nnstudio.ui.motion import motion
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.canvas.unrolled import End

PULSE = 1.6  # seconds that shared weights pulse after the pointer came upon one


@dataclass(frozen=True, slots=True)
class Shared:
    """One weight of a convolution: its bundle, the maps that it joins, its place in the kernel."""

    bundle: int
    source: int
    target: int
    cell: tuple[int, int]


class Images:
    """Belongs to one canvas; nothing of it is part of the document."""

    def __init__(self, view: Surface) -> None:
        self._view = view
        self.kernels = Kernels()
        self.sheet = Sheet()
        self._singles: tuple[tuple[object, ...], Strokes | None] = ((), None)
        self._focus: dict[int, tuple[End, int]] = {}
        self._unrolled: dict[int, tuple[tuple[object, ...], Unrolled]] = {}
        self._fields: tuple[Network | None, NeuronRef | None, dict[int, BoolArray]] = (None, None, {})
        self._shared: Shared | None = None
        self._since = -PULSE

    # -- what is meant --------------------------------------------------------------------------------------------

    @property
    def pointed(self) -> NeuronRef | None:
        """The neuron of an image that the pointer is over, else the selected one."""
        view = self._view
        hover = view.hover if view.gesture is None else None
        if hover and hover.kind == "layer" and hover.spot == "neuron" and hover.neuron is not None:
            ref = NeuronRef(hover.id, hover.neuron)
            if self._is_image(ref):
                return ref
        chosen = view.selection.neuron
        return chosen if chosen and self._is_image(chosen) else None

    def _is_image(self, ref: NeuronRef) -> bool:
        layer = self._view.session.document.network.layers.get(ref.layer)
        return layer is not None and is_image(layer) and ref.neuron < layer.size

    def fields(self) -> dict[int, BoolArray]:
        """Layer id -> what the neuron that is meant sees of it, (height, width, channels)."""
        network, ref = self._view.session.document.network, self.pointed
        if self._fields[0] is not network or self._fields[1] != ref:
            self._fields = (network, ref, receptive(network, ref.layer, ref.neuron) if ref else {})
        return self._fields[2]

    def shared(self) -> Shared | None:
        """The weight that the pointer is over, or that of the selected synapse."""
        view = self._view
        hover = view.hover if view.gesture is None else None
        ref = hover.synapse if hover and hover.synapse else view.selection.synapse
        if ref is None:
            return None
        network = view.session.document.network
        synapses = network.synapses.get(ref.synapses)
        if synapses is None or synapses.wiring.key != "convolution":
            return None
        if hover and hover.synapse == ref and hover.pair and hover.cell:
            return Shared(ref.synapses, *hover.pair, hover.cell)
        place = place_of(network, view.session.document.parameters, synapses, ref.source, ref.target)
        if place is None:
            return None
        row, column, own, out = place
        ends = network.layers[synapses.source], network.layers[synapses.target]
        return Shared(ref.synapses, *maps_of_kernel(*ends, synapses.wiring, own, out), (row, column))

    def uses(self, shared: Shared) -> tuple[BoolArray, BoolArray]:
        """Where a weight is used: (height, width) of what it is multiplied with, (rows, columns) of what it feeds."""
        network = self._view.session.document.network
        synapses = network.synapses[shared.bundle]
        return uses(network.layers[synapses.source], synapses.wiring, *shared.cell)

    def pulse(self) -> float:
        """How strongly what shares a weight glows now, 0 to 1; asks for another frame while it changes."""
        found = self.shared()
        now = perf_counter()
        if found != self._shared:
            self._shared, self._since = found, now
        if found is None or now - self._since > PULSE or not motion.wanted:
            return 1.0
        self._view.keep_drawing()
        return 0.7 + 0.3 * float(np.cos((now - self._since) / PULSE * 4 * np.pi))

    # -- synapses one by one --------------------------------------------------------------------------------------

    def unrolled(self) -> list[Unrolled]:
        """The synapses that are drawn one by one, those of one neuron a bundle."""
        view = self._view
        if view.shown is not view.scene or view.nearness.is_far:
            return []
        found = []
        document = view.session.document
        for i in sorted(view.selection.unrolled):
            thread = view.scene.threads.get(i)
            if thread is None:
                continue
            end, neuron = self._whose(i)
            key = (thread.bundle, end, neuron, document.parameters.masks.get(i))
            known = self._unrolled.get(i)
            if known is None or not all(a is b or a == b for a, b in zip(known[0], key, strict=True)):
                known = (key, unroll(document.network, document.parameters, thread.bundle, end, neuron))
                self._unrolled[i] = known
            found.append(known[1])
        return found

    def seeing(self, layer: int) -> frozenset[int]:
        """The bundles by which a layer sees an image, or is one that sees, and that can be drawn one by one."""
        network = self._view.session.document.network
        arriving_here = {synapses.id for synapses in network.incoming.get(layer, ())}
        return frozenset(arriving_here & self._view.scene.threads.keys())

    def unroll(self, bundles: frozenset[int], on: bool) -> None:
        """Draw the synapses of one neuron of each bundle one by one, or no longer."""
        for bundle in sorted(bundles):
            self._view.selection.unroll(bundle, on)

    @property
    def unrollable(self) -> frozenset[int]:
        """The bundles that the selection is about and that can be drawn one by one."""
        selection, threads = self._view.selection, self._view.scene.threads
        found = selection.synapses & threads.keys()
        for layer in selection.layers:
            found |= self.seeing(layer)
        return frozenset(found)

    @property
    def all_unrolled(self) -> bool:
        """Whether all that the selection is about is drawn one by one."""
        bundles = self.unrollable
        return bool(bundles) and bundles <= self._view.selection.unrolled

    def toggle(self) -> None:
        """Draw what is selected one by one, or no longer."""
        bundles = self.unrollable
        self.unroll(bundles, not bundles <= self._view.selection.unrolled)

    def _whose(self, bundle: int) -> tuple[End, int]:
        """The neuron whose synapses are drawn: the selected one, that under the pointer, or the last one."""
        view = self._view
        item = view.scene.bundles[bundle]
        synapse, hover = view.selection.synapse, view.hover if view.gesture is None else None
        refs = [view.selection.neuron]
        if hover and hover.kind == "layer" and hover.spot == "neuron" and hover.neuron is not None:
            refs.append(NeuronRef(hover.id, hover.neuron))
        found = self._focus.get(bundle, ("target", middle_neuron(item.target.layer.shape)))
        if found[1] >= (item.target if found[0] == "target" else item.source).layer.size:
            found = ("target", middle_neuron(item.target.layer.shape))
        for ref in reversed(refs):  # the first counts most
            if ref is not None and ref.layer == item.target.id:
                found = ("target", ref.neuron)
            elif ref is not None and ref.layer == item.source.id:
                found = ("source", ref.neuron)
        if synapse and synapse.synapses == bundle:
            found = ("target", synapse.target)
        self._focus[bundle] = found
        return found

    def strokes(self, far: float) -> list[Drawn]:
        """Threads and single synapses as strokes, under the cards."""
        view = self._view
        threads = list(view.shown.threads.values())
        if far >= 1 or not threads:
            return []
        weights, colors = view.parameters.weights, theme.colors
        return [(thread_strokes(threads, weights, colors, self.light()), 1.0 - far)]

    def single_strokes(self, found: list[Unrolled]) -> Strokes:
        """The synapses that are drawn one by one as strokes; the same object while they look the same."""
        winners, parameters = self.winners(), self._view.parameters
        held = tuple(parameters.weights.get(one.bundle.id) for one in found)
        key: tuple[object, ...] = (*found, *held, theme.name, *sorted(winners.items()))
        known, strokes = self._singles
        same = len(known) == len(key) and all(
            a == b if isinstance(a, (str, tuple)) else a is b for a, b in zip(known, key, strict=True)
        )
        if strokes is None or not same:
            strokes = unrolled_strokes(found, parameters, theme.colors, winners)
            self._singles = (key, strokes)
        return strokes

    def winners(self) -> dict[int, int]:
        """Bundle id -> the source that a max pooling passes on to the neuron whose synapses are drawn."""
        values = self._view.activity.values
        return {
            one.bundle.id: pool_winner(one.bundle, values.get(one.bundle.source.id), one.sources)
            for one in self.unrolled()
            if one.end == "target"
        }

    def light(self) -> dict[int, ThreadLight]:
        """Bundle id -> which of its threads stand out."""
        view = self._view
        hover = view.hover if view.gesture is None else None
        lit = view.gesture.chosen_bundle if view.gesture is not None else None
        neurons = [view.selection.neuron]
        if hover and hover.kind == "layer" and hover.spot == "neuron" and hover.neuron is not None:
            neurons.append(NeuronRef(hover.id, hover.neuron))
        shared = self.shared()
        found = {}
        for i, item in view.shown.threads.items():
            source = target = hot = None
            for ref in neurons:
                if ref is not None and ref.layer == item.bundle.target.id:
                    target = anchor(item.bundle.target.layer.shape, ref.neuron)
                elif ref is not None and ref.layer == item.bundle.source.id:
                    source = anchor(item.bundle.source.layer.shape, ref.neuron)
            if hover and hover.id == i and hover.pair and hover.kind != "layer":
                hot = item.place(*hover.pair)
            elif shared and shared.bundle == i:
                hot = item.place(shared.source, shared.target)
            whole = i == lit or (i in view.selection.synapses and not view.selection.synapse and not view.chosen)
            mask, chosen = view.chosen.get(i), frozenset[int]()
            if mask is not None:
                chosen = frozenset(np.flatnonzero(item.strengths(mask.astype(np.float64))[1]).tolist())
            found[i] = ThreadLight(whole, None if target is not None else source, target, hot, chosen)
        return found

    # -- what lies under the pointer ------------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit | None:
        """The weight of a kernel, or the single synapse, under a scene point."""
        view = self._view
        if view.nearness.is_far or view.shown is not view.scene:
            return None
        kernel = self.kernels.at(point)
        if kernel is not None and kernel[0].item.id in view.scene.threads:
            found, cell = kernel
            ref = self.synapse_of(Shared(found.item.id, found.source, found.target, cell))
            pair = (found.source, found.target)
            if ref is not None:
                return Hit("synapse", found.item.id, "weight", synapse=ref, pair=pair, cell=cell)
            return Hit("bundle", found.item.id, pair=pair)
        best: tuple[float, Hit] | None = None
        over_map = view.scene.layer_at(point) is not None
        for one in self.unrolled():
            near = one.nearest(point)
            if near and near[1] <= REACH / view.camera.zoom and not over_map and (best is None or near[1] < best[0]):
                place = near[0]
                ref = SynapseRef(one.bundle.id, int(one.sources[place]), int(one.targets[place]))
                best = (near[1], Hit("synapse", one.bundle.id, synapse=ref))
        return best[1] if best else None

    def synapse_of(self, shared: Shared) -> SynapseRef | None:
        """One synapse that uses a weight: the neuron's that is meant where it does, else one in the middle."""
        document = self._view.session.document
        synapses = document.network.synapses[shared.bundle]
        weights = document.parameters.weights.get(shared.bundle)
        if weights is None or weights.ndim != 4:
            return None
        kept, chosen = self._focus.get(shared.bundle), self._view.selection.neuron
        if chosen and chosen.layer == synapses.target:
            kept = ("target", chosen.neuron)
        place = (*shared.cell, shared.source % weights.shape[2], shared.target)
        near = kept[1] if kept and kept[0] == "target" else None
        found = user_of(document.network, document.parameters, synapses, place, near)
        return None if found is None else SynapseRef(shared.bundle, *found)

    def point_of(self, ref: SynapseRef) -> QPointF | None:
        """Where a synapse of an image is found on the canvas: its curve, its kernel's weight, or its thread."""
        view = self._view
        thread = view.shown.threads.get(ref.synapses)
        if thread is None or view.nearness.is_far:
            return None
        for one in self.unrolled():
            place = one.place(ref.source, ref.target) if one.bundle.id == ref.synapses else None
            if place is not None:
                return one.point(place, 0.5)
        shared = self.shared()
        if shared is not None and shared.bundle == ref.synapses:
            for kernel in self.kernels.placed:
                if (kernel.item.id, kernel.source, kernel.target) == (shared.bundle, shared.source, shared.target):
                    return kernel.rect.center() + QPointF(0, kernel.rect.height() / 2 + 9 / view.camera.zoom)
        a, b = thread.bundle.source.layer.shape, thread.bundle.target.layer.shape
        place = thread.place(anchor(a, ref.source), anchor(b, ref.target))
        return thread.point(place, 0.5) if place is not None else None

    def pixel(self, ref: NeuronRef) -> QRectF | None:
        """The pixel of a neuron, where its map is shown."""
        item = self._view.shown.layers.get(ref.layer)
        return item.maps.pixel(ref.neuron) if item is not None and item.maps and ref.neuron < item.layer.size else None


def anchor(shape: tuple[int, ...], neuron: int) -> int:
    """What the thread of a neuron is tied to: its channel in an image, itself in another layer."""
    image = len(shape) == 3 and shape[0] * shape[1] > 1
    return neuron % shape[2] if image else neuron


def middle_neuron(shape: tuple[int, ...]) -> int:
    """A neuron in the middle of the first map; the first of another layer."""
    if len(shape) != 3:
        return 0
    return (shape[0] // 2 * shape[1] + shape[1] // 2) * shape[2]
