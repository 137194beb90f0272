"""Brings the JSON of older project files to the present version, one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nnstudio.document import StudioError
from nnstudio.project.schema import VERSION

# version -> what makes version + 1 of it; each new version adds one line here and one golden file to the tests
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def migrated(
    content: dict[str, Any],
    present: int = VERSION,
    migrations: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = MIGRATIONS,
) -> dict[str, Any]:
    """``content`` as the present version has it; StudioError where its version is newer, or no version at all."""
    version = content.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise StudioError("its version is missing")
    if version > present:
        raise StudioError(
            "it was made by a newer nnstudio (version {version} of the format, this one reads up to {present}); update "
            "nnstudio",
            version=version,
            present=present,
        )
    while version < present:
        content = {**migrations[version](content), "version": version + 1}
        version += 1
    return content
