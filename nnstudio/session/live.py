"""The newest values there are: the run's while it trains, the document's else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from nnstudio.document import Document, Parameters

if TYPE_CHECKING:
    from nnstudio.engine import Snapshot


@dataclass(frozen=True)
class Live:
    """What plots and the canvas show.

    ``epoch`` whole epochs done and ``batch`` batches since; ``goal`` the epoch at which training ends; ``seconds``
    trained so far; ``seconds_left`` None while it cannot be told.
    """

    parameters: Parameters
    epoch: int
    batch: int
    goal: int
    series: Mapping[str, NDArray[Any]]
    seconds: float = 0.0
    samples_per_second: float = 0.0
    seconds_left: float | None = None

    @staticmethod
    def of_document(document: Document, goal: int) -> Live:
        """The values at rest."""
        progress = document.progress
        return Live(document.parameters, progress.epoch, progress.batch, goal, progress.series, progress.seconds)

    @staticmethod
    def of_snapshot(snapshot: Snapshot, samples: int) -> Live:
        """The values of a run over ``samples`` training samples an epoch."""
        rate = snapshot.samples_per_second
        left = (snapshot.goal - snapshot.epoch) * samples / rate if rate > 0 else None
        return Live(
            snapshot.parameters,
            snapshot.epoch,
            snapshot.batch,
            snapshot.goal,
            snapshot.series,
            snapshot.seconds,
            rate,
            left,
        )
