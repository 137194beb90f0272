"""Saves and loads projects."""

from __future__ import annotations

import os
from pathlib import Path

from nnstudio.document import Document, Progress, StudioError
from nnstudio.project.arrays import group, named_arrays, parameters_from
from nnstudio.project.atomic import replace_file
from nnstudio.project.container import LARGEST_ARRAYS, LARGEST_JSON, read_container, write_container
from nnstudio.project.fitness import check_document
from nnstudio.project.migrations import migrated
from nnstudio.project.reading import annotated, checked, network_of, recipe_of, training_of
from nnstudio.project.writing import content_of


def save(document: Document, path: Path | str) -> None:
    """Write ``document`` to ``path``: the same bytes for the same document, and the older file stays until it is done.

    StudioError where it cannot be written, or where it holds what could not be opened again (weights that are not
    numbers, a part that the catalog does not have).
    """
    path = Path(path)
    try:
        check_document(document)
    except StudioError as error:
        raise StudioError(
            "{name} was not saved, because {reason}; undo the last step or reset training, then save again.",
            name=path.name,
            reason=str(error).rstrip("."),
        ) from error
    arrays, same = named_arrays(document)
    content = content_of(document, Path(os.path.realpath(path)).parent, list(arrays), same)
    replace_file(path, lambda file: write_container(file, content, arrays))


def load(path: Path | str) -> Document:
    """The document in the project file at ``path``; StudioError names the file, what is wrong and what to do."""
    path = Path(path)
    data = _read(path)
    try:
        return _document(data, Path(os.path.realpath(path)).parent)
    except StudioError as error:
        raise StudioError(
            "{name} cannot be opened: {reason}. Open an earlier copy, or make a new project.",
            name=path.name,
            reason=str(error).rstrip("."),
        ) from error


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise StudioError("{path} is a folder; choose a project file (.nns) in it.", path=path)
        if not path.is_file():
            raise StudioError("There is no file {path}; check the name, or choose it again.", path=path)
        size = path.stat().st_size
        if size > LARGEST_JSON + LARGEST_ARRAYS:
            raise StudioError("{name} is {size} MB large, which no project is.", name=path.name, size=size >> 20)
        return path.read_bytes()
    except PermissionError as error:
        raise StudioError("{path} may not be read; ask for permission to read it.", path=path) from error
    except (OSError, ValueError) as error:
        if isinstance(error, StudioError):
            raise
        raise StudioError("{path} cannot be read: {reason}.", path=path, reason=error) from error


def _document(data: bytes, folder: Path) -> Document:
    content, arrays = read_container(data)
    file = checked(migrated(content))
    if sorted(arrays) != sorted(file.arrays):
        raise StudioError("some of its arrays are missing")
    parameters, initial = parameters_from(arrays, file.same)
    progress = file.progress
    document = Document(
        network=network_of(file.network),
        parameters=parameters,
        initial=initial,
        data=None if file.data is None else recipe_of(file.data, folder),
        training=training_of(file.training),
        progress=Progress(
            progress.epoch,
            progress.batch,
            progress.updates,
            progress.seconds,
            group(arrays, "series/"),
            group(arrays, "state/"),
        ),
        layout={layer: (x, y) for layer, x, y in file.layout},
        seed=file.seed,
    )
    document = annotated(document, file)
    check_document(document)
    return document
