"""All synapses of the canvas as strokes: curves of single ones near by, ribbons of bundles from afar."""

from __future__ import annotations

from collections.abc import Mapping

from nnstudio.document import Array
from nnstudio.ui.canvas.bundle_item import BundleItem
from nnstudio.ui.canvas.frame import Layer
from nnstudio.ui.canvas.ribbons import RibbonBatch, Tendencies
from nnstudio.ui.canvas.scene import Scene
from nnstudio.ui.canvas.strokes import Batch, Emphasis, Strokes
from nnstudio.ui.theme import Colors

FAR = 1.0


class Wires:
    """Keeps geometry while the items stay, and strokes while the values do; what is not seen is not made."""

    def __init__(self) -> None:
        self._tendencies, self._folded_tendencies = Tendencies(), Tendencies()
        self._bundles: Mapping[int, BundleItem] = {}
        self._batch: Batch | None = None  # made when curves are seen
        self._all_ribbons: RibbonBatch | None = None
        self._ribbons_before: RibbonBatch | None = None
        self._folded_ribbons: RibbonBatch | None = None
        self._curves: Strokes | None = None
        self._halos: Strokes | None = None
        self._far: Strokes | None = None
        self._folded: Strokes | None = None

    def stale(self) -> None:
        """Values, colours, or what stands out have changed."""
        self._curves = self._halos = self._far = self._folded = None

    @property
    def count(self) -> int:
        """How many curves there are where every bundle shows them."""
        return len(self._batch.y0) if self._batch else sum(len(item.sources) for item in self._bundles.values())

    def _follow(self, scene: Scene) -> None:
        if self._bundles is not scene.bundles:
            self._bundles = scene.bundles
            self._batch = None
            if self._all_ribbons is not None:
                self._ribbons_before, self._all_ribbons = self._all_ribbons, None
            folded = [i for k, i in scene.bundles.items() if not len(i.sources) and k not in scene.threads]
            self._folded_ribbons = RibbonBatch(folded, scene.layers) if folded else None
            self.stale()

    def layers(
        self, scene: Scene, far: float, weights: Mapping[int, Array], colors: Colors, emphasis: Mapping[int, Emphasis]
    ) -> list[Layer]:
        """What to draw, in this order, at ``far`` (0 to 1) of the far picture."""
        self._follow(scene)
        found: list[Layer] = []
        if far > 0:
            if self._far is None:
                if self._all_ribbons is None:
                    cards, before = scene.at(FAR), self._ribbons_before
                    self._all_ribbons = RibbonBatch(scene.bundles.values(), cards, before)
                self._far = self._all_ribbons.dress(weights, self._tendencies, colors, emphasis)
            found.append((self._far, far))
        if far < 1:
            if self._folded_ribbons is not None:
                if self._folded is None:
                    known = self._folded_tendencies
                    self._folded = self._folded_ribbons.dress(weights, known, colors, emphasis)
                found.append((self._folded, 1.0 - far))
            if self._batch is None:
                self._batch = Batch(list(scene.bundles.values()))
            if self._curves is None:
                self._curves = self._batch.dress(weights, colors, emphasis)
                self._halos = self._batch.halos(self._curves, colors, emphasis)
            found.append((self._curves, 1.0 - far))
            if self._halos is not None:
                found.append((self._halos, 1.0 - far))
        return found
