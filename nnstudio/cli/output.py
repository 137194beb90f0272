"""What commands write: sentences, or one JSON object."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def write_json(values: Mapping[str, Any]) -> None:
    """One JSON object on stdout; numbers that JSON does not have (NaN, infinity) become null."""
    json.dump(_plain(values), sys.stdout, ensure_ascii=False, allow_nan=False, indent=2)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def say(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr)


def number(value: float) -> str:
    """A number in at most six significant digits."""
    return f"{value:.6g}"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as text in columns, the first to the left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
