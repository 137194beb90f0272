"""What stands in a project file's JSON, version 1: plain values, checked when they are read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

VERSION = 1

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Setting = tuple[str, Any]  # a name, and a number, switch, text or list of them; {"float": "inf"} for what JSON lacks


class File(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the file: fields that are not known make it unreadable, rather than silently lost."""


class PartFile(File, frozen=True):
    """A choice from the catalog."""

    key: str
    settings: tuple[Setting, ...] = ()


class LayerFile(File, frozen=True):
    """A layer."""

    id: Id
    kind: Literal["input", "hidden", "output"]
    name: str
    shape: tuple[Annotated[int, Meta(ge=1, le=10**8)], ...]
    activation: PartFile
    bias: bool
    labels: tuple[str, ...]
    bypassed: bool = False
    normalization: PartFile | None = None
    dropout: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0


class SynapsesFile(File, frozen=True):
    """A bundle of synapses."""

    id: Id
    source: Id
    target: Id
    wiring: PartFile
    initializer: PartFile
    l1: float
    l2: float
    trainable: bool


class NetworkFile(File, frozen=True):
    """Layers and synapses in the order in which they were made."""

    layers: tuple[LayerFile, ...]
    synapses: tuple[SynapsesFile, ...]
    next_id: Id


class SourceFile(File, frozen=True):
    """Where the data comes from; ``relative`` is a file's path from the project's folder, where it lies near."""

    kind: Literal["file", "bundled", "generator"]
    key: str
    settings: tuple[Setting, ...] = ()
    fingerprint: str = ""
    relative: str | None = None


class ColumnFile(File, frozen=True):
    """What a column is used for."""

    name: str
    kind: Literal["numeric", "categorical"]
    role: Literal["input", "target", "ignored"]
    missing: Literal["mean", "median", "most_frequent", "drop_row"]


class FittedFile(File, frozen=True):
    """What was learned of a column."""

    name: str
    kind: Literal["numeric", "categorical"]
    center: float
    scale: float
    fill: float | str | None
    categories: tuple[str, ...]


class PreparationFile(File, frozen=True):
    """The preparation that was fitted."""

    task: Literal["classification", "regression"]
    inputs: tuple[FittedFile, ...]
    targets: tuple[FittedFile, ...]


class RecipeFile(File, frozen=True):
    """The data recipe."""

    source: SourceFile
    name: str
    columns: tuple[ColumnFile, ...]
    task: Literal["classification", "regression"]
    scaling: Literal["standard", "range", "none"]
    validation: Annotated[float, Meta(ge=0.0, lt=1.0)]
    split_seed: Count
    preparation: PreparationFile | None


class StopFile(File, frozen=True):
    """What ends a run early."""

    monitor: str = "auto"
    target: float | None = None
    patience: Count = 0
    least_change: Annotated[float, Meta(ge=0.0)] = 0.0
    restore_best: bool = True
    seconds: Annotated[float, Meta(ge=0.0)] | None = None


class TrainingFile(File, frozen=True):
    """The settings of training; files from before a setting existed do without it."""

    loss: PartFile
    optimizer: PartFile
    batch_size: Id
    epochs: Count
    shuffle: bool
    seed: Count
    dtype: Literal["float32", "float64"]
    accumulate: Id = 1
    schedule: PartFile | None = None
    clip_norm: Annotated[float, Meta(gt=0.0)] | None = None
    clip_value: Annotated[float, Meta(gt=0.0)] | None = None
    stop: StopFile = StopFile()
    class_weight: Literal["balanced"] | tuple[tuple[Count, Annotated[float, Meta(ge=0.0)]], ...] | None = None
    carry_over: bool = False


class ProgressFile(File, frozen=True):
    """How far training has come; its arrays are named ``series/...`` and ``state/...``."""

    epoch: Count
    batch: Count
    updates: Count
    seconds: Annotated[float, Meta(ge=0.0)]


class NoteFile(File, frozen=True):
    """A note: left, top, width and height of its card."""

    id: Id
    text: str
    rect: tuple[float, float, Annotated[float, Meta(gt=0.0)], Annotated[float, Meta(gt=0.0)]]


class GroupFile(File, frozen=True):
    """A group of layers."""

    id: Id
    name: str
    layers: Annotated[tuple[Id, ...], Meta(min_length=1)]
    collapsed: bool = False


class ProjectFile(File, frozen=True):
    """A whole project. ``arrays`` names all arrays of the file, ``same`` those of ``initial`` that equal the present
    ones and are therefore kept once.
    """

    version: int
    network: NetworkFile
    data: RecipeFile | None
    training: TrainingFile
    progress: ProgressFile
    layout: tuple[tuple[Id, float, float], ...]
    seed: Count
    arrays: tuple[str, ...]
    same: tuple[str, ...]
    notes: tuple[NoteFile, ...] = ()
    groups: tuple[GroupFile, ...] = ()
