"""Full wiring: every source neuron reaches every target neuron."""

from __future__ import annotations

from nnstudio.catalog.dense import back, count, into, out_of, send, slope, weight_shape
from nnstudio.catalog.wiring import Wiring
from nnstudio.document import Layer, Part


def fans(source: Layer, target: Layer, part: Part) -> tuple[int, int]:
    """Every source neuron arrives at a target neuron, and the other way round."""
    return (source.size, target.size)


entry = Wiring(
    key="full",
    label="Full",
    summary="Every neuron of one layer reaches every neuron of the other.",
    formula="z_j = sum_i x_i w_ij + b_j",
    line="every neuron to every other",
    weight_shape=weight_shape,
    fans=fans,
    send=send,
    slope=slope,
    back=back,
    into=into,
    out_of=out_of,
    count=count,
)
