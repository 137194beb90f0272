"""Runs networks: forward, backward and whole epochs of training."""

from typing import TYPE_CHECKING, Any

from nnstudio.engine.activity import Activity, forward, predict
from nnstudio.engine.run import TrainingRun, train
from nnstudio.engine.snapshot import Snapshot
from nnstudio.engine.trace import Trace, trace
from nnstudio.engine.walk import Moving, Operation, Walk

if TYPE_CHECKING:
    from nnstudio.engine.slopes import GradientCheck, Gradients, check_gradients, gradients, loss
    from nnstudio.engine.team import threads
    from nnstudio.engine.warm import warm_up

_LATER = {
    "GradientCheck": "slopes",
    "Gradients": "slopes",
    "check_gradients": "slopes",
    "gradients": "slopes",
    "loss": "slopes",
    "threads": "team",
    "warm_up": "warm",
}

__all__ = [
    "Activity",
    "GradientCheck",
    "Gradients",
    "Moving",
    "Operation",
    "Snapshot",
    "Trace",
    "TrainingRun",
    "Walk",
    "check_gradients",
    "forward",
    "gradients",
    "loss",
    "predict",
    "threads",
    "trace",
    "train",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Import what needs the compiler when it is first asked for, so that the window paints without waiting for it."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
