"""Colours and sizes of figures: blue for positive and orange for negative weights, in points."""

from __future__ import annotations

from dataclasses import dataclass

Rgb = tuple[int, int, int]

DASH = (4.0, 2.5)  # negative weights, so that colour is not all that tells
NAME, SMALL, LABEL = 11.0, 9.5, 9.5  # heights of text


@dataclass(frozen=True)
class Ink:
    """The colours of one ground.

    ``band``: synapses that are not drawn one by one; ``frame``: the ground of a group; ``sheet``: that of a note;
    ``inputs``, ``hiddens`` and ``outputs`` fill neurons.
    """

    paper: str
    ink: str
    dim: str
    line: str
    band: str
    frame: str
    sheet: str
    inputs: str
    hiddens: str
    outputs: str
    positive: Rgb
    negative: Rgb
    plain: Rgb

    def fill(self, kind: str) -> str:
        """The colour of the neurons of a layer."""
        return {"input": self.inputs, "output": self.outputs}.get(kind, self.hiddens)

    def mixed(self, rgb: Rgb, share: float) -> str:
        """A colour mixed with paper: ``share`` 1 is the colour itself."""
        ground = (int(self.paper[1:3], 16), int(self.paper[3:5], 16), int(self.paper[5:7], 16))
        parts = (round(below + (value - below) * share) for value, below in zip(rgb, ground, strict=True))
        return "#" + "".join(f"{part:02x}" for part in parts)


LIGHT = Ink(
    paper="#ffffff",
    ink="#20262e",
    dim="#5b6472",
    line="#8a94a3",
    band="#e6eaf0",
    frame="#f5f7fa",
    sheet="#fffdf3",
    inputs="#ffffff",
    hiddens="#eaf1fb",
    outputs="#fdf1e6",
    positive=(0x1F, 0x6F, 0xD0),
    negative=(0xD0, 0x5A, 0x10),
    plain=(0x5B, 0x64, 0x72),
)
DARK = Ink(
    paper="#0d1117",
    ink="#e6edf3",
    dim="#9aa5b4",
    line="#6b7684",
    band="#222a35",
    frame="#151b23",
    sheet="#1d2430",
    inputs="#161c25",
    hiddens="#16263d",
    outputs="#38240f",
    positive=(0x4D, 0x9F, 0xFF),
    negative=(0xFF, 0x95, 0x38),
    plain=(0x9A, 0xA5, 0xB4),
)
