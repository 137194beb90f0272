"""Which plots there are: one row for each file of ``rows`` that defines ``row``; the plots themselves come later."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.document import Message
from nnstudio.ui.text import message_text

if TYPE_CHECKING:
    from nnstudio.session import Session
    from nnstudio.ui.frames import FrameClock
    from nnstudio.ui.plots.base import Plot
    from nnstudio.ui.selection import Selection


@dataclass(frozen=True)
class PlotRow:
    """One plot: ``key`` in saved layouts, ``label`` on screen, the name of its icon, its place, and where its class is.

    ``where`` is "module:class"; the module, and with it pyqtgraph, is imported when the plot is first made.
    ``records`` names the series of a run that it draws; the engine records them all.
    """

    key: str
    label: Message
    icon: str
    order: int
    where: str
    records: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The label in the present language."""
        return message_text(self.label)

    @property
    def plot(self) -> type[Plot]:
        """The class."""
        module, name = self.where.split(":")
        found: type[Plot] = getattr(importlib.import_module(module), name)
        return found

    def make(self, session: Session, selection: Selection, clock: FrameClock) -> Plot:
        """A new plot of this row."""
        return self.plot(session, selection, clock)


class Plots(Mapping[str, PlotRow]):
    """All rows by key in their order, read from ``rows`` when first asked for."""

    def __init__(self) -> None:
        self._rows: dict[str, PlotRow] = {}

    def _load(self) -> dict[str, PlotRow]:
        if not self._rows:
            package = importlib.import_module("nnstudio.ui.plots.rows")
            modules = (
                importlib.import_module(f"{package.__name__}.{info.name}")
                for info in pkgutil.iter_modules(package.__path__)
            )
            rows = [row for module in modules if isinstance(row := getattr(module, "row", None), PlotRow)]
            self._rows = {row.key: row for row in sorted(rows, key=lambda row: (row.order, row.key))}
        return self._rows

    def __getitem__(self, key: str) -> PlotRow:
        return self._load()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._load())

    def __len__(self) -> int:
        return len(self._load())


plots = Plots()
