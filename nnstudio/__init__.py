"""nnstudio: design neural networks by hand, train them on your own data, and see every number move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nnstudio.api import (
        Epoch,
        Full,
        GradientReport,
        Hidden,
        Input,
        LayerHandle,
        Network,
        Optimizer,
        Output,
        Problem,
        Project,
        Run,
        Schedule,
        Stop,
        StudioError,
        SynapsesHandle,
        check_gradients,
        export,
        load,
        part,
        playground,
        resume,
        train,
    )

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
    "Schedule",
    "Stop",
    "StudioError",
    "SynapsesHandle",
    "__version__",
    "check_gradients",
    "export",
    "load",
    "part",
    "playground",
    "resume",
    "train",
]


def __getattr__(name: str) -> Any:
    """The public names and the classes of the catalog, fetched when first used: the import loads nothing."""
    if name not in __all__ and not name[0].isupper():  # a room of the house, asked for while it is imported
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    api = import_module("nnstudio.api")
    try:
        return getattr(api, name)
    except AttributeError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    from importlib import import_module

    return sorted({*__all__, *dir(import_module("nnstudio.api"))})
