"""The answers of a network on a plane, and the colours they are shown in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from nnstudio.document import Dataset, FittedColumn, Task
from nnstudio.ui.plots.columns import Axis
from nnstudio.ui.theme import Colors, theme
from nnstudio.ui.widgets.numbers import number_text

Floats = NDArray[np.float64]
DOTS = 300


@dataclass(frozen=True)
class Plane:
    """``outputs`` (rows, columns, outputs) over ``x`` and ``y`` (neuron values; rows run from low to high y).

    ``pixels`` (rows, columns, 4) are its colours as RGBA bytes, made of the theme's ``colors``.
    """

    dataset: Dataset
    axes: tuple[Axis, Axis]
    x: Floats
    y: Floats
    outputs: Floats
    pixels: NDArray[np.uint8]
    colors: Colors
    targets: tuple[FittedColumn, ...]
    seconds: float

    def recolored(self, colors: Colors) -> Plane:
        """The same answers in the colours of another theme."""
        return replace(self, pixels=surface_colors(self.dataset.task, self.outputs, colors), colors=colors)

    def in_own_units(self, values: Any) -> Any:
        """Answers of the first output neuron in the target's own units (regression)."""
        if not self.targets:
            return values
        return values * self.targets[0].scale + self.targets[0].center


def some_rows(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most ``DOTS`` of the rows, evenly picked."""
    return rows if len(rows) <= DOTS else rows[np.linspace(0, len(rows) - 1, DOTS).astype(np.intp)]


def shades(dataset: Dataset, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[QColor]]:
    """A place in the list of colours for each sample: its class, or nine steps from orange to blue."""
    if dataset.task == "classification":
        return dataset.targets[rows], [theme.colors.class_color(klass) for klass in range(dataset.outputs)]
    steps = np.clip(np.rint(dataset.targets[rows, 0] * 2.0), -4, 4).astype(np.int64) + 4
    return steps, [QColor(*four) for four in theme.diverging(np.linspace(-0.95, 0.95, 9)).tolist()]


def classes_of(outputs: Floats) -> NDArray[np.int64]:
    """The class of each point (..., outputs); one output neuron tells between two. Not a number counts as no class."""
    answered = outputs.argmax(axis=-1) if outputs.shape[-1] > 1 else (outputs[..., 0] >= 0.5).astype(np.int64)
    return np.where(np.isfinite(outputs).all(axis=-1), answered, -1)


def class_name(dataset: Dataset, klass: int) -> str:
    """The name of a class, or its number where it has none."""
    return dataset.output_names[klass] if klass < len(dataset.output_names) else str(klass)


def target_text(shown: Plane, row: int) -> str:
    """The true class or value of a sample."""
    if shown.dataset.task == "classification":
        return class_name(shown.dataset, int(shown.dataset.targets[row]))
    return number_text(float(shown.in_own_units(shown.dataset.targets[row, 0])), 4)


def margin(outputs: Floats) -> Floats:
    """How far the likeliest class is ahead of the next: 0 on the boundary, 1 where the network is sure."""
    if outputs.shape[2] == 1:
        return np.clip(np.abs(2.0 * np.nan_to_num(outputs[..., 0]) - 1.0), 0.0, 1.0)
    first = second = np.full(outputs.shape[:2], -np.inf)
    for klass in range(outputs.shape[2]):  # ten times as fast as sorting
        value = np.nan_to_num(outputs[..., klass])
        second = np.maximum(second, np.minimum(first, value))
        first = np.maximum(first, value)
    ahead: Floats = np.clip(first - second, 0.0, 1.0)
    return ahead


def surface_colors(task: Task, outputs: Floats, colors: Colors) -> NDArray[np.uint8]:
    """RGBA bytes (rows, columns, 4) of ``outputs`` (rows, columns, outputs); may run on any thread.

    Classes are fainter where the network is less sure. Numbers are blue above zero (the target's mean), orange below.
    """
    back = np.array(_rgb(colors.panel), dtype=np.float64)
    if task == "classification":
        classes = classes_of(outputs)
        palette = np.array([_rgb(colors.classes[i % len(colors.classes)]) for i in range(max(2, outputs.shape[2]))])
        weight = (0.10 + 0.24 * margin(outputs))[..., None]
        rgb = back + (palette - back)[np.maximum(classes, 0)] * weight
        broken = classes < 0
    else:
        share = np.clip(outputs[..., 0] / 2.0, -1.0, 1.0)  # targets are scaled: two deviations are full colour
        broken = ~np.isfinite(share)
        share = np.where(broken, 0.0, share)
        ground = np.array(_rgb(colors.background), dtype=np.float64)
        ends = np.array([_rgb(colors.negative), _rgb(colors.positive)])[(share >= 0).astype(np.intp)]
        rgb = ground + (ends - ground) * np.abs(share)[..., None]
    rgb[broken] = _rgb(colors.error)
    rgba = np.full((*broken.shape, 4), 255, dtype=np.uint8)
    rgba[..., :3] = np.rint(rgb)
    return rgba


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
