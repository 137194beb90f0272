"""The face of an initializer: where weights start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.document import Array


@dataclass(frozen=True, kw_only=True)
class Initializer(Entry):
    """``draw(rng, shape, fan_in, fan_out, **settings)`` gives a new float64 array of that shape."""

    draw: Callable[..., Array]
