"""Which array of a document has which name in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.document import Document, Parameters, StudioError, read_only

_FIELDS = ("weights", "biases", "frozen", "frozen_biases", "masks", "muted", "own", "frozen_own")
_KEY = re.compile(r"[1-9][0-9]{0,18}")
_OWN_KEY = re.compile(r"([1-9][0-9]{0,18})/([a-z_]{1,40})")


def named_arrays(document: Document) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Name -> array for all arrays of ``document``, and the names of ``initial`` that equal the present ones.

    Names: ``weights/3``, ``biases/2``, ``frozen/3``, ``frozen_biases/2``, ``masks/3``, ``muted/2``, ``own/2/gain``,
    ``frozen_own/2/gain``, the same after ``initial/``, ``series/loss`` and ``state/...``.
    """
    arrays = _of_parameters(document.parameters)
    same: list[str] = []
    for name, values in _of_parameters(document.initial).items():
        present = arrays.get(name)
        if present is not None and present.shape == values.shape and present.tobytes() == values.tobytes():
            same.append(name)
        else:
            arrays[f"initial/{name}"] = values
    for name, values in sorted(document.progress.series.items()):
        arrays[f"series/{name}"] = np.asarray(values, dtype=np.float64)
    for name, values in sorted(document.progress.state.items()):
        arrays[f"state/{name}"] = np.asarray(values)
    return arrays, same


def _of_parameters(parameters: Parameters) -> dict[str, NDArray[Any]]:
    return {
        f"{field}/{key[0]}/{key[1]}" if isinstance(key, tuple) else f"{field}/{key}": values
        for field in _FIELDS
        for key, values in sorted(getattr(parameters, field).items())
    }


def _key(field: str, text: str) -> Any:
    """What an array called ``field/text`` is kept under; None where that is no such name."""
    if field not in ("own", "frozen_own"):
        return int(text) if field in _FIELDS and _KEY.fullmatch(text) else None
    found = _OWN_KEY.fullmatch(text)
    return None if found is None else (int(found[1]), found[2])


def parameters_from(arrays: Mapping[str, NDArray[Any]], same: tuple[str, ...]) -> tuple[Parameters, Parameters]:
    """Present and initial parameters, one object where they are the same.

    StudioError (half a sentence) for a name or type that is none of theirs.
    """
    present, initial = _collected(arrays, ""), _collected(arrays, "initial/")
    for name in same:
        field, _, text = name.partition("/")
        key = _key(field, text)
        if key is None or key not in present[field]:
            raise StudioError('its initial parameters refer to "{name}", which is missing', name=name)
        initial[field][key] = present[field][key]
    in_order = [{field: dict(sorted(found[field].items())) for field in _FIELDS} for found in (present, initial)]
    parameters = Parameters(**in_order[0])
    if all(_the_same(present[field], initial[field]) for field in _FIELDS):
        return parameters, parameters  # as they were when they were saved: nothing was trained
    return parameters, Parameters(**in_order[1])


def _the_same(present: Mapping[Any, object], initial: Mapping[Any, object]) -> bool:
    return present.keys() == initial.keys() and all(initial[key] is values for key, values in present.items())


def group(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin with ``prefix``, without it, each a read-only copy."""
    return {
        name.removeprefix(prefix): read_only(values, values.dtype.type)
        for name, values in sorted(arrays.items())
        if name.startswith(prefix)
    }


def _collected(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, dict[Any, Any]]:
    found: dict[str, dict[Any, Any]] = {field: {} for field in _FIELDS}
    for name, values in arrays.items():
        if not name.startswith(prefix):
            continue
        field, _, text = name.removeprefix(prefix).partition("/")
        if field in ("series", "state", "initial") and not prefix:
            continue
        wanted = np.bool_ if field.startswith(("frozen", "masks", "muted")) else np.float64
        key = _key(field, text)
        if key is None or values.dtype != wanted:
            raise StudioError('its array "{name}" is none of a project', name=name)
        found[field][key] = read_only(values, wanted)
    return found
