"""A project file in a program's hands: the same network, data and settings as in the window."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from nnstudio.api.choices import optimizer_part, schedule_part
from nnstudio.api.network import Network
from nnstudio.api.parts import chosen
from nnstudio.api.training import OnEpoch, Run, checked_threads, run_to
from nnstudio.api.weights import class_weights
from nnstudio.catalog import initial, losses
from nnstudio.document import DataRecipe, Dataset, Document, Preparation, StudioError, Training
from nnstudio.document.edits import Reset, SetTraining
from nnstudio.session import Problem, find_problems
from nnstudio.session.samples import Samples

if TYPE_CHECKING:
    from nnstudio.data import Table


def load(path: str | Path) -> Project:
    """The project in the file at ``path``; StudioError says what is wrong with it."""
    from nnstudio import project

    path = Path(path)
    return Project(initial.fill(project.load(path)), path)


class Project:
    """A network with its data, training settings, and how far training has come.

    The data itself is read when first needed: a project predicts without it.
    """

    def __init__(self, document: Document, path: Path | None = None) -> None:
        self.path = path
        self._network = Network.of_document(document)
        self._samples = Samples()

    @property
    def document(self) -> Document:
        """The immutable document underneath."""
        return self._network.document

    @property
    def network(self) -> Network:
        """The network as it stands; its weights may be set. ``train`` puts a new one in its place."""
        return self._network

    @property
    def data(self) -> DataRecipe | None:
        """Where the data comes from and how it is prepared, or None where the project has none."""
        return self.document.data

    @property
    def dataset(self) -> Dataset:
        """The prepared samples; StudioError where there are none or they cannot be read."""
        recipe = self.document.data
        if recipe is None:
            raise StudioError("This project has no data.")
        return self._samples.of(recipe, self.path.parent if self.path else None).dataset

    @property
    def training(self) -> Training:
        """The settings of training; assign to change them (``dataclasses.replace`` makes a changed copy)."""
        return self.document.training

    @training.setter
    def training(self, settings: Training) -> None:
        self._set({field.name: getattr(settings, field.name) for field in fields(settings)})

    @property
    def history(self) -> dict[str, NDArray[Any]]:
        """Name -> one value for each epoch trained so far."""
        return {name: series.copy() for name, series in self.document.progress.series.items()}

    def problems(self) -> list[Problem]:
        """What keeps the project from training, in plain words."""
        base = self.path.parent if self.path else None
        loaded, error = self._samples.try_of(self.document.data, base)
        return list(find_problems(self.document, loaded.dataset if loaded else None, error))

    def train(self, *, on_epoch: OnEpoch | None = None, threads: int | None = None, **settings: Any) -> Run:
        """Train as the window's Train does, bit for bit, and keep the result as the project's network.

        The run goes on from where training stands until epoch ``training.epochs``; where that is reached already, for
        as many epochs more. ``settings`` change the project's training settings first: ``epochs=500``, ``seed=3``,
        ``optimizer=nn.SGD(0.1)``, ``schedule=nn.Cosine()``. StudioError says what keeps the project from training.
        """
        self._set(settings)
        run = run_to(self.document, self.dataset, on_epoch, checked_threads(threads))
        self._network = run.network
        return run

    def reset(self) -> None:
        """Back to the initial weights and epoch 0."""
        self._network = Network.of_document(Reset().apply(self.document))

    def predict(self, rows: str | Path | Table) -> dict[str, NDArray[Any]]:
        """Predictions for the rows of a table (or of the file that holds one), by column.

        A regression gives the target in its own units; a classification gives the class names, and one column of
        probabilities for each class. StudioError names a missing column or a cell that cannot be used.
        """
        from nnstudio import data, engine

        recipe = self.document.data
        preparation: Preparation | None = recipe.preparation if recipe else None
        if preparation is None:
            raise StudioError("This project has no data, so it does not know what columns to read.")
        table = data.read_table(Path(rows)) if isinstance(rows, (str, Path)) else rows
        inputs = data.apply(preparation, table)
        said = engine.predict(self.document.network, self.document.parameters, inputs)
        return data.readable(preparation, said)

    def save(self, path: str | Path | None = None) -> None:
        """Write the project to ``path``, or to the file it came from."""
        from nnstudio import project

        target = Path(path) if path is not None else self.path
        if target is None:
            raise StudioError("This project has no file yet: name one.")
        project.save(self.document, target)
        self.path = target

    def _set(self, settings: dict[str, Any]) -> None:
        if "optimizer" in settings:
            settings = {**settings, "optimizer": optimizer_part(settings["optimizer"])}
        if "schedule" in settings:
            settings = {**settings, "schedule": schedule_part(settings["schedule"])}
        if "class_weight" in settings:
            settings = {**settings, "class_weight": class_weights(settings["class_weight"])}
        if "loss" in settings:
            settings = {**settings, "loss": chosen(losses, settings["loss"], "A loss")}
        self._network = Network.of_document(SetTraining(tuple(settings.items())).apply(self.document))

    def __repr__(self) -> str:
        data = self.document.data
        return f"<Project {self.path or ''}: {self._network!r}, data {data.name if data else 'none'}>"
