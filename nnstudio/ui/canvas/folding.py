"""What a person folded up and pinned on the canvas; it belongs to the view, not to the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nnstudio.document import Network


@dataclass(frozen=True)
class Folding:
    """``folded`` layers are small cards at every zoom; ``pinned`` neurons of wide layers always have a row.

    ``opened`` layers show all their neurons, however many.
    """

    folded: frozenset[int] = frozenset()
    pinned: Mapping[int, frozenset[int]] = field(default_factory=dict)
    opened: frozenset[int] = frozenset()

    def toggled(self, layer: int) -> Folding:
        """With one layer folded up, or opened again."""
        return replace(self, folded=self.folded ^ {layer})

    def opening(self, layer: int, on: bool) -> Folding:
        """With all neurons of one layer shown, or only the most telling ones."""
        return replace(self, opened=self.opened | {layer} if on else self.opened - {layer})

    def pin(self, layer: int, neuron: int, pinned: bool) -> Folding:
        """With one neuron pinned, or let go."""
        present = self.pinned.get(layer, frozenset())
        neurons = present | {neuron} if pinned else present - {neuron}
        return replace(self, pinned={**self.pinned, layer: neurons})

    def pins(self, layer: int) -> frozenset[int]:
        """The pinned neurons of a layer."""
        return self.pinned.get(layer, frozenset())

    def kept(self, network: Network) -> Folding:
        """Without what is no longer in ``network``; the same object where nothing is gone."""
        folded = self.folded & network.layers.keys()
        pinned = {
            layer: frozenset(n for n in neurons if n < network.layers[layer].size)
            for layer, neurons in self.pinned.items()
            if layer in network.layers
        }
        opened = self.opened & network.layers.keys()
        if (folded, pinned, opened) == (self.folded, self.pinned, self.opened):
            return self
        return Folding(folded, pinned, opened)


NOTHING = Folding()
