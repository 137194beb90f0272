"""Sparse wiring: only chosen pairs of neurons are joined; the mask in the parameters says which."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.dense import back, count, into, out_of, send, slope, weight_shape
from nnstudio.catalog.entry import Setting
from nnstudio.catalog.wiring import Wiring
from nnstudio.document import BoolArray, Layer, Part

DENSITY = Setting(
    "density",
    "Density",
    0.2,
    minimum=0.0,
    maximum=1.0,
    help="Which share of all pairs is joined; 0: only the pairs that were chosen one by one.",
)
SEED = Setting("seed", "Seed", 0, "integer", 0, 2**63 - 1, help="Draws which pairs are joined.")


def fans(source: Layer, target: Layer, part: Part) -> tuple[int, int]:
    """How many synapses arrive at a neuron and leave from one, on average, by the density."""
    density = float(entry.values(part)["density"])
    return (max(1, round(density * source.size)), max(1, round(density * target.size)))


def drawn_mask(source: Layer, target: Layer, part: Part) -> BoolArray:
    """Which pairs the settings join, bool (source neurons, target neurons): round(density * pairs) of them."""
    values = entry.values(part)
    rng = np.random.default_rng(int(values["seed"]))
    pairs = source.size * target.size
    mask = np.zeros(pairs, dtype=np.bool_)
    mask[rng.permutation(pairs)[: round(float(values["density"]) * pairs)]] = True
    return mask.reshape(source.size, target.size)


entry = Wiring(
    key="sparse",
    label="Sparse",
    summary="Only chosen pairs of neurons are joined: by hand, or a share of all drawn by chance.",
    formula="z_j = sum over joined i of x_i w_ij + b_j",
    line="chosen pairs only",
    settings=(DENSITY, SEED),
    weight_shape=weight_shape,
    fans=fans,
    send=send,
    slope=slope,
    back=back,
    into=into,
    out_of=out_of,
    count=count,
)
