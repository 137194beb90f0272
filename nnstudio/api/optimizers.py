"""One class for each optimizer of the catalog, made from its entry: a new optimizer file needs nothing here."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, ClassVar

from nnstudio import catalog
from nnstudio.document import Part, StudioError


class Optimizer:
    """How gradients move weights: an entry of the catalog with its settings, readable as attributes."""

    key: ClassVar[str]

    def __init__(self, *args: Any, **settings: Any) -> None:
        given = self.__signature__.bind(*args, **settings).arguments
        entry = catalog.optimizers[self.key]
        self.part = Part.of(self.key, **given)
        self._values = entry.values(self.part)

    __signature__: ClassVar[inspect.Signature] = inspect.Signature()

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"{type(self).__name__} has no setting {name!r}; it has: {', '.join(values)}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Optimizer) and (self.key, self._values) == (other.key, other._values)

    def __hash__(self) -> int:
        return hash((self.key, tuple(self._values.items())))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"


def class_name(key: str) -> str:
    """What the optimizer ``key`` is called in Python: its label where that is a name ("Adam", "RMSprop")."""
    label = catalog.optimizers[key].label.replace(" ", "")
    return label if label.isidentifier() else key.title().replace("_", "")


@cache
def optimizer_classes() -> dict[str, type[Optimizer]]:
    """Python name -> class, for every optimizer that there is."""
    return {class_name(key): _class_of(key) for key in catalog.optimizers}


def _class_of(key: str) -> type[Optimizer]:
    entry = catalog.optimizers[key]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(s.name, kind, default=s.default) for s in entry.settings])
    lines = [f"{s.name} ({s.default!r}): {s.help or s.label}" for s in entry.settings]
    text = "\n\n".join(part for part in (entry.summary, entry.formula, "\n".join(lines)) if part)
    return type(class_name(key), (Optimizer,), {"key": key, "__signature__": signature, "__doc__": text})


def optimizer_part(choice: object) -> Part:
    """The catalog's part for what a program gave: an optimizer, its key, or a part; StudioError names what there is."""
    if isinstance(choice, type) and issubclass(choice, Optimizer):
        choice = choice()
    part = choice.part if isinstance(choice, Optimizer) else Part(choice) if isinstance(choice, str) else choice
    if not isinstance(part, Part):
        raise StudioError(
            "An optimizer is given as nn.{example}() or by its name, not by {given}.",
            example=next(iter(optimizer_classes())),
            given=type(choice).__name__,
        )
    catalog.optimizers[part.key].values(part)
    return part
