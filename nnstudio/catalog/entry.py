"""What every catalog entry has, and how entries are found: one file each, discovered by name."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from nnstudio.document import Part, StudioError


@dataclass(frozen=True, slots=True)
class Setting:
    """One number or switch that a person may set; ``minimum`` and ``maximum`` are inclusive where given."""

    name: str
    label: str
    default: float | int | bool | str
    kind: Literal["number", "integer", "switch", "choice"] = "number"
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The face of one part: ``key`` in files and Python, ``label`` on screen, one sentence of ``summary``."""

    key: str
    label: str
    summary: str
    formula: str = ""
    settings: tuple[Setting, ...] = ()

    def values(self, part: Part) -> dict[str, Any]:
        """All settings of ``part`` with the defaults filled in; StudioError where one is unknown or out of range."""
        known = {setting.name: setting for setting in self.settings}
        values: dict[str, Any] = {name: setting.default for name, setting in known.items()}
        for name, value in part.settings:
            if name not in known:
                names = ", ".join(known) or "none"
                raise StudioError(
                    '{label} has no setting "{name}"; it has: {names}.', label=self.label, name=name, names=names
                )
            setting = known[name]
            low, high = setting.minimum, setting.maximum
            value = _of_kind(setting, value, self.label)  # noqa: PLW2901 (the same number, of Python's own type)
            if setting.choices and value not in setting.choices:
                raise StudioError(
                    "{setting} of {label} is {value}; choose one of {choices}.",
                    setting=setting.label,
                    label=self.label,
                    value=value,
                    choices=", ".join(setting.choices),
                )
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if number and (
                math.isnan(value) or (low is not None and value < low) or (high is not None and value > high)
            ):
                raise StudioError(
                    "{setting} of {label} is {value}; it must lie between {low} and {high}.",
                    setting=setting.label,
                    label=self.label,
                    value=value,
                    low="-inf" if low is None else low,
                    high="inf" if high is None else high,
                )
            values[name] = value
        return values


def _of_kind(setting: Setting, value: Any, label: str) -> Any:
    """``value`` as Python's own type of its kind; StudioError where it is of another."""
    given = value.item() if isinstance(value, np.generic) else value
    if setting.kind == "choice":
        return given
    if setting.kind == "switch":
        fits, wanted = isinstance(given, bool), "True or False"
    else:
        fits, wanted = isinstance(given, (int, float)) and not isinstance(given, bool), "a number"
        if setting.kind == "integer":
            fits = fits and (isinstance(given, int) or math.isnan(given) or given.is_integer())
            wanted = "a whole number"
    if not fits:
        raise StudioError(
            "{setting} of {label} is {value}; it must be {wanted}.",
            setting=setting.label,
            label=label,
            value=repr(given),
            wanted=wanted,
        )
    return int(given) if setting.kind == "integer" and math.isfinite(given) else given


E = TypeVar("E", bound=Entry)


class Catalog(Mapping[str, E], Generic[E]):
    """All entries of one kind by key, read from the modules of a package when first asked for.

    A module takes part by defining ``entry``. Adding a part is adding a file.
    """

    def __init__(self, package: str, kind: str) -> None:
        self._package = package
        self._kind = kind
        self._entries: dict[str, E] | None = None
        # Importing a subpackage binds its name in its parent, over the catalog of that name unless it is done now.
        importlib.import_module(package)

    def _load(self) -> dict[str, E]:
        if self._entries is None:
            package = importlib.import_module(self._package)
            found: dict[str, E] = {}
            for info in pkgutil.iter_modules(package.__path__):
                module = importlib.import_module(f"{self._package}.{info.name}")
                entry: E | None = getattr(module, "entry", None)
                if entry is not None:
                    found[entry.key] = entry
            rank = getattr(package, "ORDER", ())
            order = {key: place for place, key in enumerate(rank)}
            self._entries = dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))
        return self._entries

    def __getitem__(self, key: str) -> E:
        entries = self._load()
        if key not in entries:
            raise UnknownPart(self._kind, key, ", ".join(entries))
        return entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


class UnknownPart(StudioError, KeyError):
    """A key that the catalog does not have."""

    def __init__(self, kind: str, key: str, known: str) -> None:
        super().__init__('There is no {kind} "{key}"; there are: {known}.', kind=kind, key=key, known=known)

    def __str__(self) -> str:
        return str(self.message)
