"""The Python front: what ``import nnstudio as nn`` offers. The heavy libraries are loaded where they are used."""

from __future__ import annotations

from typing import Any

from nnstudio.api.choices import Optimizer, Schedule, choice_classes
from nnstudio.api.figures import export
from nnstudio.api.gradients import check_gradients
from nnstudio.api.handles import LayerHandle, SynapsesHandle
from nnstudio.api.network import Network
from nnstudio.api.parts import Convolution, Full, Hidden, Input, OneToOne, Output, Pooling, Sparse, part
from nnstudio.api.project import Project, load
from nnstudio.api.tensorflow_playground import playground
from nnstudio.api.training import Epoch, Run, resume, train
from nnstudio.document import Stop, StudioError
from nnstudio.session import Problem
from nnstudio.session.gradients import GradientReport

__all__ = [
    "Convolution",
    "Epoch",
    "Full",
    "GradientReport",
    "Hidden",
    "Input",
    "LayerHandle",
    "Network",
    "OneToOne",
    "Optimizer",
    "Output",
    "Pooling",
    "Problem",
    "Project",
    "Run",
    "Schedule",
    "Sparse",
    "Stop",
    "StudioError",
    "SynapsesHandle",
    "check_gradients",
    "export",
    "load",
    "part",
    "playground",
    "resume",
    "train",
]


def __getattr__(name: str) -> Any:
    """Every optimizer and schedule of the catalog is a class here, under its own name."""
    if name[:1].isupper() and name in choice_classes():
        return choice_classes()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *choice_classes()})
