"""How near the canvas looks: far (cards), middle (neurons) or near (values), fading into each other with the zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["far", "middle", "near"]
FAR_FULL, FAR_NONE = 0.40, 0.50  # zooms between which cards become neurons
NEAR_NONE, NEAR_FULL = 2.0, 2.4  # zooms between which neurons open up


@dataclass(frozen=True, slots=True)
class Depth:
    """Shares from 0 to 1 of the far and the near picture; at most one of them is above 0."""

    far: float = 0.0
    near: float = 0.0

    @property
    def is_far(self) -> bool:
        """Whether cards stand for their neurons, also to the pointer."""
        return self.far >= 0.5


MIDDLE = Depth()


def depth(zoom: float, held: Level | None = None) -> Depth:
    """The depth of a zoom; ``held`` keeps one magnification at every zoom."""
    if held is not None:
        return Depth(float(held == "far"), float(held == "near"))
    return Depth(1.0 - _ramp(zoom, FAR_FULL, FAR_NONE), _ramp(zoom, NEAR_NONE, NEAR_FULL))


def _ramp(value: float, low: float, high: float) -> float:
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return round(t * t * (3.0 - 2.0 * t), 3)
