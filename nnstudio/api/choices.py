"""One class for each optimizer and schedule of the catalog, made from its entry: a new file needs nothing here."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from nnstudio import catalog
from nnstudio.document import Part, StudioError


class WrongSettings(StudioError, TypeError):
    """A setting that an entry does not have, or one given twice: as usual in Python a TypeError too."""


class Choice:
    """An entry of the catalog with its settings, readable as attributes."""

    key: ClassVar[str]
    entries: ClassVar[Mapping[str, catalog.Entry]]

    def __init__(self, *args: Any, **settings: Any) -> None:
        entry = self.entries[self.key]
        try:
            given = self.__signature__.bind(*args, **settings).arguments
        except TypeError as error:
            names = ", ".join(self.__signature__.parameters)
            raise WrongSettings(
                "{label} does not fit its settings: {error}; it has: {names}.",
                label=entry.label,
                error=error,
                names=names,
            ) from None
        self._values = entry.values(Part.of(self.key, **given))
        self.part = Part.of(self.key, **{name: self._values[name] for name in given})

    __signature__: ClassVar[inspect.Signature] = inspect.Signature()

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__} has no setting {name!r}; it has: {', '.join(values)}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and (type(self), self._values) == (type(other), other._values)

    def __hash__(self) -> int:
        return hash((self.key, tuple(self._values.items())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


class Optimizer(Choice):
    """How gradients move weights: an entry of the catalog with its settings, readable as attributes."""

    entries = catalog.optimizers


class Schedule(Choice):
    """How the learning rate moves: an entry of the catalog with its settings, readable as attributes."""

    entries = catalog.schedules


def class_name(key: str) -> str:
    """What the optimizer ``key`` is called in Python: its label where that is a name ("Adam", "RMSprop")."""
    label = catalog.optimizers[key].label.replace(" ", "")
    return label if label.isidentifier() else key.title().replace("_", "")


@cache
def optimizer_classes() -> dict[str, type[Optimizer]]:
    """Python name -> class, for every optimizer that there is."""
    return {class_name(key): _class_of(Optimizer, class_name(key), key) for key in catalog.optimizers}


@cache
def schedule_classes() -> dict[str, type[Schedule]]:
    """Python name -> class, for every schedule that there is ("OneCycle", "ReduceOnPlateau")."""
    names = {key: key.title().replace("_", "") for key in catalog.schedules}
    return {name: _class_of(Schedule, name, key) for key, name in names.items()}


def choice_classes() -> dict[str, type[Choice]]:
    """Python name -> class, for all of them."""
    return {**schedule_classes(), **optimizer_classes()}


def _class_of(base: type[Any], name: str, key: str) -> Any:
    entry = base.entries[key]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(s.name, kind, default=s.default) for s in entry.settings])
    lines = [f"{s.name} ({s.default!r}): {s.help or s.label}" for s in entry.settings]
    text = "\n\n".join(part for part in (entry.summary, entry.formula, "\n".join(lines)) if part)
    return type(name, (base,), {"key": key, "__signature__": signature, "__doc__": text})


def optimizer_part(choice: object) -> Part:
    """The catalog's part for what a program gave: an optimizer, its key, or a part; StudioError names what there is."""
    return _part(Optimizer, choice, "An optimizer", next(iter(optimizer_classes())))


def schedule_part(choice: object) -> Part | None:
    """The catalog's part for what a program gave: a schedule, its key, a part, or None; StudioError says what fits."""
    return None if choice is None else _part(Schedule, choice, "A schedule", "Cosine")


def _part(base: type[Choice], choice: object, what: str, example: str) -> Part:
    if isinstance(choice, type) and issubclass(choice, base):
        choice = choice()
    part = choice.part if isinstance(choice, base) else Part(choice) if isinstance(choice, str) else choice
    if not isinstance(part, Part):
        raise StudioError(
            "{what} is given as nn.{example}() or by its name, not by {given}.",
            what=what,
            example=example,
            given=type(choice).__name__,
        )
    base.entries[part.key].values(part)
    return part
