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
        self._known: dict[int, tuple[LayerItem, Look]] = {}

    def follow(self) -> None:
        """Call this before the cards of a picture are asked for."""
        view, document = self._view, self._view.session.document
        held = (view.folding, document.network.synapses, *(getattr(document.parameters, name) for name in MARKS))
        sizes = (view.nearness.far, tuple(item.layer.shape for item in view.shown.layers.values()))
        same = len(self._state) == len(held) + 1 and self._state[0] == sizes
        if not same or any(a is not b for a, b in zip(held, self._state[1:], strict=True)):
            self._state = (sizes, *held)
            self._known.clear()

    def of(self, item: LayerItem) -> Look:
        """How a card is shown now."""
        if self._stands_out(item.id):
            return self._make(self._view, item)
        known = self._known.get(item.id)
        if known is None or known[0] is not item:
            known = self._known[item.id] = (item, self._make(self._view, item))
        return known[1]

    def _stands_out(self, layer: int) -> bool:
        view = self._view
        selection, hover, gesture = view.selection, view.hover, view.gesture
        if layer in selection.layers or layer in view.armed or view.editing == layer:
            return True
        if gesture is not None and (layer in gesture.targets or layer in gesture.dimmed):
            return True
        if gesture is not None and layer in (gesture.chosen, gesture.ghost):
            return True
        return bool((hover and hover.id == layer) or (selection.neuron and selection.neuron.layer == layer))
