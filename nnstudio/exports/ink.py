"""Colours and sizes of figures: dark on white, blue for positive and orange for negative weights, in points."""

from __future__ import annotations

INK = "#20262e"
DIM = "#5b6472"
LINE = "#8a94a3"
PAPER = "#ffffff"
BAND = "#e6eaf0"  # synapses of an image that are not drawn one by one
FRAME = "#f5f7fa"
POSITIVE, NEGATIVE, PLAIN = (0x1F, 0x6F, 0xD0), (0xD0, 0x5A, 0x10), (0x5B, 0x64, 0x72)
DASH = (4.0, 2.5)  # negative weights, so that colour is not all that tells
FILLS = {"input": "#ffffff", "hidden": "#eaf1fb", "output": "#fdf1e6"}

NAME, SMALL, LABEL = 11.0, 9.5, 9.5  # heights of text


def hexed(rgb: tuple[int, int, int], share: float) -> str:
    """A colour mixed with paper: ``share`` 1 is the colour itself."""
    return "#" + "".join(f"{round(255 + (value - 255) * share):02x}" for value in rgb)
