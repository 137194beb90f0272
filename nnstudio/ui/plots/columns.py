"""Which inputs can be the axes of a plane, in the columns' own units, and which two tell most about the target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Dataset, Preparation
from nnstudio.ui.text import tr

Floats = NDArray[np.float64]
LOOKED_AT = 500  # samples


@dataclass(frozen=True, slots=True)
class Axis:
    """Input neuron number ``neuron``: own units = value * ``scale`` + ``center``."""

    neuron: int
    name: str
    center: float = 0.0
    scale: float = 1.0

    def own(self, values: Floats) -> Floats:
        """Neuron values in the column's own units."""
        return values * self.scale + self.center


def axes_of(dataset: Dataset, preparation: Preparation | None) -> tuple[Axis, ...]:
    """An axis for each input neuron; those of numeric columns come first, in their own units."""
    count = int(np.prod(dataset.input_shape))
    numeric: dict[int, Axis] = {}
    start = 0
    for column in preparation.inputs if preparation is not None else ():
        if column.kind == "numeric":
            numeric[start] = Axis(start, column.name, column.center, column.scale)
        start += len(column.neurons)
    names = dataset.input_names
    rest = {i: Axis(i, names[i] if i < len(names) else tr("input {number}", number=i + 1)) for i in range(count)}
    if start != count:
        numeric = {}
    return (*numeric.values(), *(axis for i, axis in rest.items() if i not in numeric))


def telling_pair(dataset: Dataset, axes: tuple[Axis, ...]) -> tuple[int, int]:
    """Places in ``axes`` of the two columns that tell most about the target, in the order of the data.

    (Sums, not matrix products: the first of those starts BLAS's threads, and the window would wait for them.)

    For classes the ratio of the variance between them to that within (ANOVA's F); for numbers the squared correlation.
    """
    rows = dataset.train if len(dataset.train) else np.arange(len(dataset.inputs))
    if len(rows) > LOOKED_AT:
        rows = rows[np.linspace(0, len(rows) - 1, LOOKED_AT).astype(np.intp)]
    values = dataset.inputs.reshape(len(dataset.inputs), -1)[rows][:, [axis.neuron for axis in axes]].astype(np.float64)
    targets = dataset.target_rows[rows]
    values = values - values.mean(axis=0)
    total = (values**2).sum(axis=0)
    if dataset.task == "classification":
        groups = [values[targets[:, klass] > 0] for klass in range(targets.shape[1])]
        between = np.sum([len(group) * group.mean(axis=0) ** 2 for group in groups if len(group)], axis=0)
        score = between / np.maximum(total - between, 1e-9 + 1e-6 * total)
    else:
        centered = targets - targets.mean(axis=0)
        spread = np.sqrt(np.maximum(total[:, None] * (centered**2).sum(axis=0), 1e-12))
        products = np.stack([(values * column[:, None]).sum(axis=0) for column in centered.T], axis=1)
        score = ((products / spread) ** 2).max(axis=1)
    score = np.where(total > 0, score, -1.0)
    best = np.sort(np.argsort(-score, kind="stable")[:2])
    return int(best[0]), int(best[1])
