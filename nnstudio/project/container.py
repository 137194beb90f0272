"""The zip around a project: one JSON and one safetensors, the same bytes for the same content."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from nnstudio.document import StudioError

JSON_NAME, ARRAYS_NAME = "project.json", "arrays.safetensors"
LARGEST_JSON = 64 << 20
LARGEST_ARRAYS = 8 << 30
LARGEST_RATIO = 200  # deflate cannot squeeze real weights further; a bomb reaches 1000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)  # what zipfile raises


def write_container(file: IO[bytes], content: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write both parts into ``file``, uncompressed (weights do not shrink) and without dates."""
    text = json.dumps(content, sort_keys=True, indent=1, allow_nan=False)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (
            (JSON_NAME, text.encode("ascii")),
            (ARRAYS_NAME, save_arrays({key: np.asarray(values, order="C") for key, values in arrays.items()})),
        ):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def read_container(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The JSON and the arrays (read-only) of a project file's bytes.

    StudioError (half a sentence: the reason) where they are damaged or larger than they may be; sizes are looked at
    before anything is inflated.
    """
    if not data.startswith(b"PK"):
        raise StudioError("it is not an nnstudio project")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = _member(archive, JSON_NAME, LARGEST_JSON)
            packed = _member(archive, ARRAYS_NAME, LARGEST_ARRAYS)
    except StudioError:
        raise
    except _BROKEN as error:
        raise StudioError("it is damaged or cut short") from error
    try:
        arrays = load_arrays(packed)
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise StudioError("its arrays are damaged") from error
    return _parsed(text), arrays


def _member(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1:
        raise StudioError("it is a zip archive, but not an nnstudio project")
    info = found[0]
    if info.file_size > largest or info.file_size > LARGEST_RATIO * max(info.compress_size, 1024):
        size = info.file_size >> 20
        raise StudioError("its {name} would take {size} MB, which cannot be right", name=name, size=size)
    with archive.open(info) as member:
        data = member.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise StudioError("its {name} is cut short", name=name)
    return data


def _parsed(text: bytes) -> dict[str, Any]:
    """JSON without what JSON readers let pass: a name twice, NaN and infinities, depth without end."""
    try:
        content = json.loads(
            text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
    except StudioError:
        raise
    except (ValueError, RecursionError) as error:
        raise StudioError("its {name} is no valid JSON", name=JSON_NAME) from error
    if not isinstance(content, dict):
        raise StudioError("its {name} is not an nnstudio project", name=JSON_NAME)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise StudioError('its {name} says "{field}" twice', name=JSON_NAME, field=twice)
    return found


def _refused(constant: str) -> float:
    raise StudioError("its {name} holds {constant}, which is no number", name=JSON_NAME, constant=constant)


def _finite(text: str) -> float:
    value = float(text)
    if not np.isfinite(value):
        raise StudioError("its {name} holds {constant}, which is no number", name=JSON_NAME, constant=text[:20])
    return value
