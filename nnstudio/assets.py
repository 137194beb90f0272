"""Where the shipped files (icons, data sets, translations) lie: inside the package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def asset(name: str) -> Path:
    """The path of ``resources/<name>``; FileNotFoundError where this build does not ship it."""
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"This build of nnstudio does not ship {name}.")
