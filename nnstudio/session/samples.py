"""The prepared data that belongs to a document: read once, prepared once, kept for undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.document import DataRecipe, Dataset, Source, StudioError

if TYPE_CHECKING:
    from nnstudio.data import Table

KEPT = 8


@dataclass(frozen=True)
class Loaded:
    """A table, the recipe fitted to it, and the samples that come of both."""

    table: Table
    recipe: DataRecipe
    dataset: Dataset


def load(source: Source, target: str | None = None, base: Path | None = None) -> Loaded:
    """Read ``source`` and prepare it with the recipe that suits it; safe to call from any thread.

    ``target`` is the column to predict, by default the one that the data suggests. StudioError says what is wrong.
    """
    from nnstudio import data

    table = data.read_source(source, base)
    recipe, dataset = data.prepare(table, data.guess_recipe(table, source, target))
    return Loaded(table, recipe, dataset)


class Samples:
    """Keeps tables by source and data sets by recipe, so that undo and redo need not read again."""

    def __init__(self) -> None:
        self._tables: dict[Source, Table] = {}
        self._loaded: dict[DataRecipe, Loaded] = {}

    def keep(self, loaded: Loaded) -> None:
        """Remember what was loaded elsewhere."""
        self._tables[loaded.recipe.source] = loaded.table
        self._loaded[loaded.recipe] = loaded
        while len(self._tables) > KEPT:
            del self._tables[next(iter(self._tables))]
        while len(self._loaded) > KEPT:
            del self._loaded[next(iter(self._loaded))]

    def of(self, recipe: DataRecipe, base: Path | None) -> Loaded:
        """The samples of ``recipe``; relative paths start at ``base``. StudioError says what is wrong."""
        from nnstudio import data

        found = self._loaded.get(recipe)
        if found is None:
            table = self._tables.get(recipe.source)
            if table is None:
                table = data.read_source(recipe.source, base)
            fitted, dataset = data.prepare(table, recipe)
            found = Loaded(table, fitted, dataset)
            self.keep(found)
            self._loaded[recipe] = found
        return found

    def try_of(self, recipe: DataRecipe | None, base: Path | None) -> tuple[Loaded | None, StudioError | None]:
        """The samples, or why there are none."""
        if recipe is None:
            return None, None
        try:
            return self.of(recipe, base), None
        except StudioError as error:
            return None, error
