"""``nn.train``: a run over arrays, in the caller's thread, with its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnstudio.api.choices import Optimizer, Schedule, optimizer_part, schedule_part
from nnstudio.api.network import Network, check_loss
from nnstudio.api.parts import chosen, number_type, switch, whole
from nnstudio.api.samples import checked_network, samples
from nnstudio.api.weights import class_weights, weighed
from nnstudio.catalog import losses
from nnstudio.document import Dataset, Document, Part, Progress, Stop, StudioError
from nnstudio.document.edits import SetTraining, Trained
from nnstudio.session import find_problems

if TYPE_CHECKING:
    from nnstudio.engine import Snapshot

# In a checkpoint: the share of the rows for validation, and the seed that picked them where it had one of its own
SHARE, SPLIT_SEED = "samples/validation", "samples/split_seed"
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
    with one value an epoch; ``stopped`` says why it ended: "epochs", "target", "patience", "time", "diverged" or
    "cancelled" (``on_epoch`` returned False); ``seconds`` it took; ``message`` explains where it diverged.
    """

    network: Network
    history: History
    stopped: str
    epochs: int
    seconds: float
    message: str | None
    _document: Document = field(repr=False)
    _share: float | None = field(default=None, repr=False)
    _split_seed: int | None = field(default=None, repr=False)

    def save_checkpoint(self, path: str | Path) -> None:
        """Write all that ``nn.resume`` needs to go on bit for bit: a project file, with training as it stands."""
        from nnstudio import project

        document = self._document
        if self._share is not None:
            state = {**document.progress.state, SHARE: np.array([float(self._share)])}
            if self._split_seed is not None:
                state[SPLIT_SEED] = np.array([self._split_seed], dtype=np.int64)
            document = document.having(progress=replace(document.progress, state=state))
        project.save(document, Path(path))

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
    accumulate: int = 1,
    epochs: int = 100,
    schedule: Schedule | Part | str | None = None,
    shuffle: bool = True,
    carry_over: bool = False,
    validation: tuple[ArrayLike, ArrayLike] | float | None = None,
    seed: int = 0,
    split_seed: int | None = None,
    dtype: DTypeLike = "float32",
    clip_norm: float | None = None,
    clip_value: float | None = None,
    stop: Stop | None = None,
    class_weight: str | Mapping[int, float] | None = None,
    sample_weight: ArrayLike | None = None,
    threads: int | None = None,
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Train a copy of ``net`` and return the run; ``net`` itself is not changed.

    X: (samples, *input shape). Y: classes (samples,), or rows (samples, outputs). ``optimizer``: nn.Adam() if left
    out. ``validation``: (X, Y), or a share of the rows that ``split_seed`` picks (``seed``, where it is left out).
    ``seed`` draws the order of samples and what dropout drops; the network's own seed drew its weights.
    ``accumulate=k`` works through a batch in k parts one after the other, for one update: the numbers of the whole
    batch with the memory of a part. With ``carry_over`` the samples that an epoch's end leaves over join the next
    epoch's first batch, as in TensorFlow Playground (``nn.playground``). ``schedule`` moves the learning rate
    (``nn.Cosine()``); ``history`` then has a "learning_rate". ``clip_value`` bounds every slope, then ``clip_norm``
    the length of the gradient. ``stop``: rules that end the run early (``nn.Stop(monitor="val_loss", patience=10)``).
    ``class_weight``: "balanced", or class -> weight; ``sample_weight``: (samples,). A batch's loss is then the sum of
    weight times loss over its samples, divided by their number. ``threads`` are used at most; the numbers do not
    depend on them.
    ``on_epoch`` is called after each epoch with an ``Epoch``; where it returns False the run ends there.
    StudioError (a ValueError) says in one sentence what keeps the network from training.
    """
    _check_callable(on_epoch)
    if not isinstance(net, Network):
        raise StudioError("What is to be trained is an nn.Network, not {given}.", given=type(net).__name__)
    document = net.document
    checked_network(document.network)
    settings = SetTraining(
        (
            ("loss", chosen(losses, loss, "A loss")),
            ("optimizer", optimizer_part("adam" if optimizer is None else optimizer)),
            ("batch_size", whole("batch_size", batch_size)),
            ("accumulate", whole("accumulate", accumulate)),
            ("schedule", schedule_part(schedule)),
            ("clip_norm", _bound("clip_norm", clip_norm)),
            ("clip_value", _bound("clip_value", clip_value)),
            ("stop", Stop() if stop is None else stop),
            ("class_weight", class_weights(class_weight)),
            ("epochs", whole("epochs", epochs)),
            ("shuffle", switch("shuffle", shuffle)),
            ("carry_over", switch("carry_over", carry_over)),
            ("seed", whole("seed", seed)),
            ("dtype", number_type(dtype)),
        )
    )
    document = settings.apply(document.having(data=None, progress=Progress()))
    split_seed = None if split_seed is None else whole("split_seed", split_seed, least=0)
    dataset = _dataset(document, X, Y, validation, split_seed, sample_weight)
    share = validation if isinstance(validation, (int, float)) else None
    return run_to(document, dataset, on_epoch, checked_threads(threads), share, split_seed)


def resume(
    path: str | Path,
    X: ArrayLike,
    Y: ArrayLike,
    *,
    validation: tuple[ArrayLike, ArrayLike] | float | None = None,
    epochs: int | None = None,
    sample_weight: ArrayLike | None = None,
    threads: int | None = None,
    on_epoch: OnEpoch | None = None,
) -> Run:
    """Go on from ``run.save_checkpoint(path)`` with the same samples, bit for bit as if the run had not ended there.

    It trains to the epochs that the run had as its goal; where these were reached, for as many more; ``epochs`` sets
    another goal. A share for validation is taken again where the run had one; samples of its own must be given again,
    and so must weights of samples.
    """
    from nnstudio import project

    document = project.load(Path(path))
    state = dict(document.progress.state)
    kept, split = state.pop(SHARE, None), state.pop(SPLIT_SEED, None)
    split_seed = None if split is None else int(split[0])
    if validation is None and kept is not None:
        validation = float(kept[0])
    if validation is None and "val_loss" in document.progress.series:
        raise StudioError("That run had samples for validation of its own: give validation=(X, Y).")
    document = document.having(progress=replace(document.progress, state=state))
    if epochs is not None:
        document = SetTraining((("epochs", whole("epochs", epochs)),)).apply(document)
    _check_callable(on_epoch)
    dataset = _dataset(document, X, Y, validation, split_seed, sample_weight)
    share = validation if isinstance(validation, (int, float)) else None
    return run_to(document, dataset, on_epoch, checked_threads(threads), share, split_seed)


def _dataset(
    document: Document,
    X: ArrayLike,
    Y: ArrayLike,
    validation: tuple[ArrayLike, ArrayLike] | float | None,
    split_seed: int | None,
    sample_weight: ArrayLike | None,
) -> Dataset:
    settings = document.training
    seed = settings.seed if split_seed is None else split_seed
    found = samples(document.network, X, Y, settings.loss, validation, seed, settings.dtype)
    return weighed(found, sample_weight, len(np.asarray(X)))


def _check_callable(on_epoch: object) -> None:
    if on_epoch is not None and not callable(on_epoch):
        raise StudioError("on_epoch is {given}; it must be a function that takes an Epoch.", given=repr(on_epoch))


def checked_threads(threads: int | None) -> int | None:
    """``threads`` as the engine takes them; StudioError where they are no whole number from 1 up."""
    return None if threads is None else whole("threads", threads, least=1)


def _bound(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise StudioError("{name} is {value}; it must be a number more than 0, or None.", name=name, value=repr(value))
    return float(value)


def run_to(
    document: Document,
    dataset: Dataset,
    on_epoch: OnEpoch | None = None,
    threads: int | None = None,
    share: float | None = None,
    split_seed: int | None = None,
) -> Run:
    """Train ``document`` over ``dataset`` to the epochs of its settings (as many more where they are reached).

    In the caller's thread. Ctrl+C ends it after the batch in progress; the run then has stopped as "cancelled".
    StudioError is the first problem that keeps it from training. An exception of ``on_epoch`` is passed on.
    ``share``: that of the rows for validation, which a checkpoint has to know, and the seed that picked them.
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
        team=threads,
    )
    return run_of(document, snapshot, share, split_seed)


def _told(on_epoch: OnEpoch) -> Callable[[Snapshot], None]:
    def tell(snapshot: Snapshot) -> None:
        values = {name: float(series[-1]) for name, series in snapshot.series.items() if len(series)}
        if on_epoch(Epoch(snapshot.epoch, snapshot.goal, values)) is False:
            raise KeyboardInterrupt  # the engine's way to end early with everything that was trained

    return tell


def run_of(document: Document, snapshot: Snapshot, share: float | None = None, split_seed: int | None = None) -> Run:
    """The run that ended with ``snapshot``."""
    trained = Trained(snapshot.parameters, snapshot.progress).apply(document)
    history = {name: np.array(series, dtype=np.float64) for name, series in snapshot.series.items()}
    return Run(
        Network.of_document(trained),
        history,
        snapshot.reason or "cancelled",
        snapshot.epoch,
        snapshot.seconds,
        None if snapshot.message is None else str(snapshot.message),
        trained,
        share,
        split_seed,
    )


def refused(document: Document, dataset: Dataset) -> None:
    """StudioError with the first problem that keeps ``document`` from training over ``dataset``."""
    for problem in find_problems(document, dataset):
        if problem.severity == "error":
            raise StudioError(problem.message.template, **dict(problem.message.values))
