"""The face of a normalization: how a layer's weighted inputs are brought to a common measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.catalog.own import Own
from nnstudio.document import Part

Real: TypeAlias = NDArray[np.floating[Any]]
Owned: TypeAlias = Mapping[str, NDArray[Any]]

# Places of a kernel's plan: blocks of z, of what is made of it, and of its slope d; room for the kernel's own numbers;
# how far parameters are from their slopes; how many gains there are; neurons; how many numbers a vector holds; then
# where each of the entry's own values starts, in their order.
Z, N, D, ROOM, STRIDE, COUNT, NEURONS, WIDTH, OWNS = range(9)
# Places of ``moment``: whether this is training (0: evaluation)
TRAINING = 0


@dataclass(frozen=True, kw_only=True)
class Normalization(Entry):
    """One normalization: n = (z - mean) / sqrt(variance + epsilon) gain + shift.

    In plain NumPy, with z, d = dL/dn (samples, neurons), ``own`` the layer's own values by name, and ``training``:
    ``center(z, own, training, **settings)`` -> (mean, variance), of shapes that go with z;
    ``back(z, d, own, training, **settings)`` -> (dL/dz, name -> slopes of the values that are trained);
    ``remember(z, own, **settings)`` -> name -> the values that are kept, after a batch of training.

    Kernels take ``(plan, base, settings, low, high, count, lanes, places, moment)``: blocks (neurons, lanes) of which
    the first ``count`` lanes hold samples, in the arena ``base``. ``forward`` writes n, ``slopes`` dL/dgain and so
    on, and then ``backward`` turns d into dL/dz, both for the ``by``: channels, or vectors of samples, from ``low``
    to ``high`` (``slopes`` always for own values). ``memory`` is what keeps the values that are not trained.
    ``room(count of gains, lanes)``: how many numbers they need room for.
    """

    owns: tuple[Own, ...]
    center: Callable[..., tuple[Real, Real]]
    back: Callable[..., tuple[Real, dict[str, Real]]]
    remember: Callable[..., dict[str, Real]] = lambda *_, **__: {}
    forward: Kernel
    slopes: Kernel
    backward: Kernel
    memory: Kernel | None = None
    by: Literal["channel", "sample"]
    room: Callable[[int, int], int]
    line: str = ""  # a sign for the canvas

    def apply(self, part: Part, z: Real, own: Owned, training: bool) -> Real:
        """What the activation takes, (samples, neurons)."""
        settings = self.values(part)
        mean, variance = self.center(z, own, training, **settings)
        hat = (z - mean) / np.sqrt(variance + settings["epsilon"])
        return np.asarray(hat * spread(own["gain"], z) + spread(own["shift"], z), dtype=z.dtype)


def spread(values: NDArray[Any], z: Real) -> Real:
    """Own values as one for each neuron of z (samples, neurons)."""
    return np.tile(values, z.shape[1] // values.size).astype(z.dtype, copy=False)
