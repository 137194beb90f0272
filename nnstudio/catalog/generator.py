"""What a generator of made-up samples is: two inputs, one target, and a seed that repeats it exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.entry import Entry, Setting
from nnstudio.document import Array, StudioError, Task

Draw = Callable[["np.random.Generator", int, float], tuple[Array, NDArray[Any]]]


def generator_settings(samples: int = 500) -> tuple[Setting, ...]:
    """The settings that every generator has, with its own usual number of samples."""
    return (
        Setting("samples", "Samples", samples, "integer", 2, 100_000, help="How many points are drawn."),
        Setting("noise", "Noise", 0.0, "number", 0.0, 0.5, help="How far points stray from where they belong."),
        Setting("seed", "Seed", 0, "integer", 0, 2**32 - 1, help="The same seed draws the same points."),
    )


@dataclass(frozen=True, kw_only=True)
class Generator(Entry):
    """Draws points (x1, x2) of the square from -6 to 6 with a class name or a number each.

    ``draw(rng, samples, noise)`` returns the points (samples, 2) and targets (samples,), in any order of rows.
    """

    draw: Draw
    task: Task = "classification"
    settings: tuple[Setting, ...] = field(default_factory=generator_settings)
    input_names: tuple[str, ...] = ("x1", "x2")
    target_name: str = "class"

    def make(self, samples: int, noise: float = 0.0, seed: int = 0) -> tuple[Array, NDArray[Any]]:
        """Points (samples, 2) float64 and targets (samples,), shuffled: class names (object) or float64 values.

        StudioError where ``samples``, ``noise`` or ``seed`` is out of range.
        """
        for setting, value in zip(self.settings, (samples, noise, seed), strict=True):
            if not float(setting.minimum or 0) <= float(value) <= float(setting.maximum or 0):
                raise StudioError(
                    "{setting} of {label} is {value}; it must lie between {low} and {high}.",
                    setting=setting.label,
                    label=self.label,
                    value=value,
                    low=setting.minimum,
                    high=setting.maximum,
                )
        rng = np.random.default_rng(seed)
        points, targets = self.draw(rng, int(samples), float(noise))
        order = rng.permutation(len(points))
        return np.ascontiguousarray(points[order]), targets[order]


def halves(samples: int) -> tuple[int, int]:
    """``samples`` split between two classes; the first gets the odd one."""
    return samples - samples // 2, samples // 2


def class_names(first: str, second: str, is_first: NDArray[np.bool_]) -> NDArray[Any]:
    """An object array of the two names."""
    names = np.empty(len(is_first), dtype=object)
    names[is_first] = first
    names[~is_first] = second
    return names
