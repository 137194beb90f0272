"""``nn.train``: a run over arrays, in the caller's thread, with its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnstudio.api.network import Network, check_loss
from nnstudio.api.optimizers import Optimizer, optimizer_part
from nnstudio.api.parts import chosen, number_type, whole
from nnstudio.api.samples import checked_network, samples
from nnstudio.catalog import losses
from nnstudio.document import Dataset, Document, Part, Progress, StudioError
from nnstudio.document.edits import SetTraining, Trained
from nnstudio.session import find_problems

if TYPE_CHECKING:
    from nnstudio.engine import Snapshot

History = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Epoch:
    """What ``on_epoch`` is told: ``number`` counted from 1, of ``goal``, and the newest value of each series."""

    number: int
    goal: int
    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]


OnEpoch = Callable[[Epoch], Any]


@dataclass(frozen=True)
class Run:
    """A run that has ended.

    ``network`` is the trained network; ``history`` maps "loss", "accuracy" or "r2", "val_loss", ... to float64 arrays
    with one value an epoch; ``stopped`` says why it ended: "epochs", "diverged" or "cancelled" (``on_epoch`` returned
    False); ``seconds`` it took.
    """

    network: Network
    history: History
    stopped: str
    epochs: int
    seconds: float

    def __repr__(self) -> str:
        values = ", ".join(f"{name} {series[-1]:.4g}" for name, series in self.history.items() if len(series))
        return f"<Run: {self.epochs} epochs, {self.stopped}: {values}>"


def train(  # noqa: PLR0913 (the settings of training, by name)
    net: Network,
    X: ArrayLike,
    Y: ArrayLike,
    loss: str | Part = "cross_entropy",
    optimizer: Optimizer | Part | str | None = None,
    *,
    batch_size: int = 32,
    epochs: int = 100,
    shuffle: bool = True,
    validation: tuple[ArrayLike, ArrayLike] | float | None = None,
    seed: int = 0,
    dtype: DTypeLike = "float32",
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Train a copy of ``net`` and return the run; ``net`` itself is not changed.

    X: (samples, *input shape). Y: classes (samples,), or rows (samples, outputs). ``optimizer``: nn.Adam() if left
    out. ``validation``: (X, Y), or a share of the rows that ``seed`` picks. ``seed`` also draws the order of samples.
    ``on_epoch`` is called after each epoch with an ``Epoch``; where it returns False the run ends there.
    StudioError (a ValueError) says in one sentence what keeps the network from training.
    """
    document = net.document
    checked_network(document.network)
    settings = SetTraining(
        (
            ("loss", chosen(losses, loss, "A loss")),
            ("optimizer", optimizer_part("adam" if optimizer is None else optimizer)),
            ("batch_size", whole("batch_size", batch_size)),
            ("epochs", whole("epochs", epochs)),
            ("shuffle", bool(shuffle)),
            ("seed", whole("seed", seed)),
            ("dtype", number_type(dtype)),
        )
    )
    document = settings.apply(document.having(data=None, progress=Progress()))
    dataset = samples(document.network, X, Y, document.training.loss, validation, document.training.seed)
    return run_to(document, dataset, on_epoch)


def run_to(document: Document, dataset: Dataset, on_epoch: OnEpoch | None = None) -> Run:
    """Train ``document`` over ``dataset`` to the epochs of its settings (as many more where they are reached).

    In the caller's thread. Ctrl+C ends it after the batch in progress; the run then has stopped as "cancelled".
    StudioError is the first problem that keeps it from training. An exception of ``on_epoch`` is passed on.
    """
    from nnstudio import engine

    if not len(dataset.train):
        raise StudioError("There are no rows to train on.")
    check_loss(document.network, document.training.loss)
    refused(document, dataset)
    snapshot = engine.train(
        document.network,
        document.parameters,
        document.training,
        dataset,
        document.progress,
        on_epoch=None if on_epoch is None else _told(on_epoch),
    )
    return run_of(document, snapshot)


def _told(on_epoch: OnEpoch) -> Callable[[Snapshot], None]:
    def tell(snapshot: Snapshot) -> None:
        values = {name: float(series[-1]) for name, series in snapshot.series.items() if len(series)}
        if on_epoch(Epoch(snapshot.epoch, snapshot.goal, values)) is False:
            raise KeyboardInterrupt  # the engine's way to end early with everything that was trained

    return tell


def run_of(document: Document, snapshot: Snapshot) -> Run:
    """The run that ended with ``snapshot``."""
    trained = Trained(snapshot.parameters, snapshot.progress).apply(document)
    history = {name: np.array(series, dtype=np.float64) for name, series in snapshot.series.items()}
    return Run(Network.of_document(trained), history, snapshot.reason or "cancelled", snapshot.epoch, snapshot.seconds)


def refused(document: Document, dataset: Dataset) -> None:
    """StudioError with the first problem that keeps ``document`` from training over ``dataset``."""
    for problem in find_problems(document, dataset):
        if problem.severity == "error":
            raise StudioError(problem.message.template, **dict(problem.message.values))
