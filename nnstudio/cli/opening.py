"""Opens projects and data by the words typed on a command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from nnstudio.document import DataRecipe, Preparation, Source, StudioError
from nnstudio.session import Session


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    """A session with the project at ``path``, closed at the end."""
    session = Session()
    try:
        session.open(path)
        yield session
    finally:
        session.close()


def source_of(word: str) -> Source:
    """A file where there is one of that name, else a bundled data set or a generator; StudioError names both."""
    from nnstudio.catalog import generators
    from nnstudio.data import bundled, open_source

    path = Path(word)
    if path.is_file():
        return open_source(path)[0]
    if word in bundled:
        return Source("bundled", word)
    if word in generators:
        return Source("generator", word)
    known = [*bundled, *generators]
    near = get_close_matches(word, known, 1)
    raise StudioError(
        'There is no file "{word}"; the data sets at hand are {known}.{guess}',
        word=word,
        known=", ".join(known),
        guess=f' Did you mean "{near[0]}"?' if near else "",
    )


def preparation_of(session: Session) -> Preparation:
    """How the project's data was prepared; StudioError where it has none."""
    recipe: DataRecipe | None = session.document.data
    if recipe is None or recipe.preparation is None:
        raise StudioError("This project has no data yet: make it with nnstudio new, or choose data in the window.")
    return recipe.preparation
