"""Weights of classes and samples, as a program gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import index
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from nnstudio.document import Dataset, StudioError


def class_weights(given: Any) -> Literal["balanced"] | tuple[tuple[int, float], ...] | None:
    """What ``Training`` keeps of "balanced", of a mapping from class to weight, or of None; StudioError else."""
    if given is None or isinstance(given, tuple):
        return given
    if isinstance(given, str) and given == "balanced":
        return "balanced"
    if not isinstance(given, Mapping):
        raise StudioError(
            'class_weight is {given}; it must be "balanced" or a dict from class to weight.', given=repr(given)
        )
    try:
        return tuple(sorted((index(place), float(weight)) for place, weight in given.items()))
    except (TypeError, ValueError):
        raise StudioError("class_weight must map whole numbers, the classes, to weights.") from None


def weighed(dataset: Dataset, given: ArrayLike | None, rows: int) -> Dataset:
    """``dataset`` with the weights of its first ``rows`` rows; rows after these, for validation, count 1."""
    if given is None:
        return dataset
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise StudioError("sample_weight must be an array of numbers.") from None
    if values.shape != (rows,):
        raise StudioError("sample_weight has the shape {given}; X has {rows} rows.", given=values.shape, rows=rows)
    weights = np.ones(len(dataset.inputs))
    weights[:rows] = values
    return replace(dataset, weights=weights)
