"""Where the data comes from and what is done to it: the recipe, never the samples themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

Role = Literal["input", "target", "ignored"]
ColumnKind = Literal["numeric", "categorical"]
Task = Literal["classification", "regression"]
Missing = Literal["mean", "median", "most_frequent", "drop_row"]
Scaling = Literal["standard", "range", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file (``key`` is its path), a bundled data set (its name) or a generator (its catalog key and settings)."""

    kind: Literal["file", "bundled", "generator"]
    key: str
    settings: tuple[tuple[str, Any], ...] = ()
    fingerprint: str = ""  # sha256 of a file's bytes when it was last read


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of the table is used for."""

    name: str
    kind: ColumnKind
    role: Role
    missing: Missing = "mean"


@dataclass(frozen=True, slots=True)
class FittedColumn:
    """What was learned of one column from the training part: how its cells become neurons' values.

    Numeric: (x - center) / scale, missing cells become ``fill`` first. Categorical: one neuron a category, in the
    order of ``categories``; a category never seen in training gives zeros.
    """

    name: str
    kind: ColumnKind
    center: float = 0.0
    scale: float = 1.0
    fill: float | str | None = None
    categories: tuple[str, ...] = ()

    @property
    def neurons(self) -> tuple[str, ...]:
        """The names of the neurons that this column feeds."""
        if self.kind == "numeric":
            return (self.name,)
        return tuple(f"{self.name}={category}" for category in self.categories)


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything fitted on the training part, enough to prepare new rows and to read predictions back."""

    task: Task
    inputs: tuple[FittedColumn, ...]
    targets: tuple[FittedColumn, ...]

    @property
    def input_names(self) -> tuple[str, ...]:
        """One name for each input neuron."""
        return tuple(name for column in self.inputs for name in column.neurons)

    @property
    def output_names(self) -> tuple[str, ...]:
        """One name for each output neuron: the classes, or the target columns."""
        if self.task == "classification":
            return self.targets[0].categories
        return tuple(column.name for column in self.targets)


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """The source, the roles of its columns, the preparation asked for, and (once fitted) the preparation found."""

    source: Source
    name: str
    columns: tuple[Column, ...]
    task: Task
    scaling: Scaling = "standard"
    validation: float = 0.2
    split_seed: int = 0
    preparation: Preparation | None = None

    def column(self, name: str) -> Column:
        """The column called ``name``."""
        return next(column for column in self.columns if column.name == name)

    def with_column(self, name: str, **fields: Any) -> DataRecipe:
        """This recipe with some fields of one column changed and the old fit dropped."""
        columns = tuple(replace(c, **fields) if c.name == name else c for c in self.columns)
        return replace(self, columns=columns, preparation=None)

    @property
    def targets(self) -> tuple[Column, ...]:
        """The columns that are to be predicted."""
        return tuple(column for column in self.columns if column.role == "target")
