"""What the panel says of one operation: words, a formula, and a table of numbers with one row worked out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Array, Network
from nnstudio.session import Walking
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import decimals_for, fixed, number_text

if TYPE_CHECKING:
    from nnstudio.engine import Operation

MOST_ROWS = 200  # of synapses or parameters, those that count most
FIGURES, MOST_DECIMALS = 4, 8
Ref = NeuronRef | SynapseRef


@dataclass(frozen=True, eq=False)
class Page:
    """``columns`` of numbers, each (rows,), under their titles; ``worked`` puts one row into the formula."""

    title: str
    words: str
    formula: str = ""
    columns: tuple[tuple[str, Array], ...] = ()
    label: Callable[[int], str] = lambda row: str(row + 1)
    worked: Callable[[int], str] = lambda _row: ""
    ref: Callable[[int], Ref | None] = lambda _row: None
    first: int = 0
    result: str = ""
    head: str = ""  # over the names of the rows
    concerns: tuple[frozenset[int], frozenset[int]] = field(default=(frozenset(), frozenset()))

    def cell(self, row: int, column: int) -> str:
        """A number of the table, with as many decimals as the largest of its column needs for four figures."""
        values = self.columns[column][1]
        return fixed(float(values[row]), min(MOST_DECIMALS, decimals_for(np.asarray(values).tolist()) + 2))

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.columns[0][1]) if self.columns else 0


def number(value: float) -> str:
    """A number of the table and of the worked lines."""
    return number_text(float(value), FIGURES)


def factor(value: float) -> str:
    """A number behind a sign of multiplication: in brackets where it is negative."""
    text = number(value)
    return f"({text})" if value < 0 else text


def parameters_name(name: str, network: Network) -> str:
    """An array of parameters in words: "weights/4" as the two layers that they join."""
    kind, key, *rest = name.split("/")
    if kind == "weights":
        synapses = network.synapses[int(key)]
        return f"{network.layers[synapses.source].name} → {network.layers[synapses.target].name}"
    layer = network.layers[int(key)].name
    if kind == "biases":
        return tr("{layer}, biases", layer=layer)
    return tr("{layer}, {what}", layer=layer, what=rest[0])


def operation_name(operation: Operation, network: Network) -> str:
    """An operation in the list."""
    at = ""
    if operation.layer is not None:
        at = network.layers[operation.layer].name
    elif operation.synapses is not None:
        at = parameters_name(f"weights/{operation.synapses}", network)
    match operation.kind:
        case "inputs":
            return tr("{layer}: take the sample", layer=at)
        case "sum":
            return tr("{layer}: z = b + Σ x·w", layer=at)
        case "normalize":
            return tr("{layer}: normalize z", layer=at)
        case "activate":
            return tr("{layer}: a = f(z)", layer=at)
        case "loss":
            return tr("{layer}: loss", layer=at)
        case "delta":
            return tr("{layer}: δ = dL/dz", layer=at)
        case "slopes":
            return tr("{bundle}: dL/dw = x·δ", bundle=at)
        case "average":
            return tr("Mean of the slopes so far")
        case "optimizer":
            return tr("{what}: the optimizer's step", what=parameters_name(operation.name, network))
        case _:
            return tr("Update: all parameters move")


def place_text(walking: Walking) -> str:
    """Which sample of which batch is worked on."""
    walk, operation = walking.walk, walking.operation
    batch = tr(
        "Epoch {epoch}, batch {batch}, update {update}",
        epoch=walk.progress.epoch + 1,
        batch=walk.progress.batch + 1,
        update=walk.update,
    )
    parts = len(walk.parts)
    if operation.of_sample:
        sample = tr(
            "Sample {place} of {count} (row {row})",
            place=walk.parts[operation.part].start + operation.place + 1,
            count=len(walk.rows),
            row=walk.row(operation) + 1,
        )
    elif operation.kind == "average":
        sample = tr("{count} samples done", count=walk.parts[operation.part].stop)
    else:
        sample = tr("All {count} samples done", count=len(walk.rows))
    if parts > 1 and (operation.of_sample or operation.kind == "average"):
        part = tr("micro-batch {part} of {parts}", part=operation.part + 1, parts=parts)
        return f"{batch}\n{sample}, {part}"
    return f"{batch}\n{sample}"


def strongest(values: Array) -> NDArray[np.int64]:
    """The flat places of the values farthest from zero, these first, ``MOST_ROWS`` at most."""
    size = np.abs(values.ravel())
    count = min(MOST_ROWS, size.size)
    found = np.argpartition(-size, count - 1)[:count] if count else np.zeros(0, np.int64)
    return np.asarray(found[np.argsort(-size[found], kind="stable")], dtype=np.int64)
