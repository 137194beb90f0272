"""The Python front: what ``import nnstudio as nn`` offers. The heavy libraries are loaded where they are used."""

from __future__ import annotations

from typing import Any

from nnstudio.api.gradients import check_gradients
from nnstudio.api.handles import LayerHandle, SynapsesHandle
from nnstudio.api.network import Network
from nnstudio.api.optimizers import Optimizer, optimizer_classes
from nnstudio.api.parts import Full, Hidden, Input, Output
from nnstudio.api.project import Project, load
from nnstudio.api.training import Epoch, Run, train
from nnstudio.document import StudioError
from nnstudio.session import Problem
from nnstudio.session.gradients import GradientReport

__all__ = [
    "Epoch",
    "Full",
    "GradientReport",
    "Hidden",
    "Input",
    "LayerHandle",
    "Network",
    "Optimizer",
    "Output",
    "Problem",
    "Project",
    "Run",
    "StudioError",
    "SynapsesHandle",
    "check_gradients",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    """Every optimizer of the catalog is a class here, under its own name."""
    if name[:1].isupper() and name in optimizer_classes():
        return optimizer_classes()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *optimizer_classes()})
