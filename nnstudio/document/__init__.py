"""What the user made: immutable values, Python and numpy only."""

from nnstudio.document.annotations import Group, Note, Rect
from nnstudio.document.data import (
    Column,
    ColumnKind,
    DataRecipe,
    FittedColumn,
    Missing,
    Preparation,
    Role,
    Scaling,
    Source,
    Task,
)
from nnstudio.document.dataset import Dataset
from nnstudio.document.document import Document, Position
from nnstudio.document.message import Message, StudioError
from nnstudio.document.network import Layer, LayerKind, Network, Synapses
from nnstudio.document.parameters import Array, BoolArray, OwnKey, Parameters, read_only
from nnstudio.document.part import Part
from nnstudio.document.training import Progress, Stop, Training

__all__ = [
    "Array",
    "BoolArray",
    "Column",
    "ColumnKind",
    "DataRecipe",
    "Dataset",
    "Document",
    "FittedColumn",
    "Group",
    "Layer",
    "LayerKind",
    "Message",
    "Missing",
    "Network",
    "Note",
    "OwnKey",
    "Parameters",
    "Part",
    "Position",
    "Preparation",
    "Progress",
    "Rect",
    "Role",
    "Scaling",
    "Source",
    "Stop",
    "StudioError",
    "Synapses",
    "Task",
    "Training",
    "read_only",
]
