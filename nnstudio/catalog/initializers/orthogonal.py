"""Orthogonal weights (Saxe et al. 2013), as torch.nn.init.orthogonal_ draws them."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.initializer import Initializer
from nnstudio.document import Array


def draw(rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """A random orthogonal matrix (rows by last axis) times ``gain``: uniform over all, by QR of a normal matrix."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    square = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(square)
    q *= np.where(np.diag(r) < 0.0, -1.0, 1.0)
    return gain * (q if rows >= columns else q.T).reshape(shape)


entry = Initializer(
    key="orthogonal",
    label="Orthogonal",
    summary="Turns what arrives without stretching it, so that signals keep their size through many layers.",
    formula="w = gain Q,  Q'Q = 1 or QQ' = 1",
    settings=(Setting("gain", "Gain", 1.0, minimum=0.0, maximum=1000.0, help="How much longer signals get."),),
    draw=draw,
)
