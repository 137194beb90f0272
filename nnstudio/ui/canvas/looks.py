"""Keeps how cards look to which nothing happens, so that many cards are not thought through in every picture."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from nnstudio.document import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnstudio.ui.canvas.layer_item import LayerItem
    from nnstudio.ui.canvas.look import Look
    from nnstudio.ui.canvas.surface import Surface

MARKS = tuple(field.name for field in fields(Parameters) if field.name not in ("weights", "biases"))


class Looks:
    """``make`` builds the look of one card; it is asked again where the card, or what all cards show, has changed."""

    def __init__(self, view: Surface, make: Callable[[Surface, LayerItem], Look]) -> None:
        self._view, self._make = view, make
        self._state: tuple[Any, ...] = ()
        self._shapes: dict[int, tuple[int, ...]] = {}
        self._known: dict[int, tuple[LayerItem, Look]] = {}
        self._special: set[int] = set()

    def follow(self) -> None:
        """Call this before the cards of a picture are asked for."""
        view, document = self._view, self._view.session.document
        network, far = document.network, view.nearness.far
        held = (view.folding, network.synapses, *(getattr(document.parameters, name) for name in MARKS))
        shapes = {i: item.layer.shape for i, item in view.shown.layers.items()}
        same = len(self._state) == len(held) + 1 and self._state[0] == far
        if not same or any(a is not b for a, b in zip(held, self._state[1:], strict=True)):
            self._state = (far, *held)
            self._known.clear()
        elif shapes != self._shapes:  # a layer tells how many weights it has, so those behind it look different too
            for i in {i for i, _ in shapes.items() ^ self._shapes.items()}:
                for gone in (i, *(s.target for s in network.outgoing.get(i, ()))):
                    self._known.pop(gone, None)
        self._shapes = shapes
        self._special = self._standing_out()

    def of(self, item: LayerItem) -> Look:
        """How a card is shown now."""
        if item.id in self._special:
            return self._make(self._view, item)
        known = self._known.get(item.id)
        if known is None or known[0] is not item:
            known = self._known[item.id] = (item, self._make(self._view, item))
        return known[1]

    def _standing_out(self) -> set[int]:
        """The layers to which something happens."""
        view = self._view
        selection, hover, gesture = view.selection, view.hover, view.gesture
        found: set[int | None] = {*selection.layers, *(ref.layer for ref in selection.neurons), *view.armed}
        found.add(view.editing)
        if gesture is not None:
            found |= {*gesture.targets, *gesture.dimmed, gesture.chosen, gesture.ghost}
        if hover is not None:
            found.add(hover.id)
        if selection.neuron is not None:
            found.add(selection.neuron.layer)
        return {layer for layer in found if layer is not None}
