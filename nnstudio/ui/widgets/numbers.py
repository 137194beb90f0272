"""How numbers are read and written in the window: the same in every locale."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from PySide6.QtGui import QFont

from nnstudio.document import StudioError

MINUS = "\u2212"
_GROUPING = "\u2009\u202f\u00a0\u2007 '\u2019_"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d*")
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d*")


def read_number(text: str) -> float:
    """The number that a person typed, whichever decimal separator, minus sign or grouping space they use.

    ``0.25``, ``0,25``, ``1e-3``, ``−0.5``, ``+.5``, ``10 000``, ``1.234,5`` and fractions as ``-1/3`` are all read.
    StudioError where it is not a finite number.
    """
    plain = text.strip()
    if not plain:
        raise StudioError("Type a number, for example 0.25.")
    parts = plain.split("/")
    if len(parts) == 2 and all(part.strip() for part in parts):
        over, under = (read_number(part) for part in parts)
        if under == 0.0:
            raise StudioError('"{text}" divides by 0.', text=plain)
        return over / under
    for sign in ("\u2212", "\u2013", "\ufe63", "\uff0d"):
        plain = plain.replace(sign, "-")
    plain = re.sub(rf"(?<=[\d.,])[{_GROUPING}]+(?=[\d.,])", "", plain)
    plain = re.sub(r"^([+-])\s+", r"\1", plain)
    plain = re.sub(r"\s*[·×*]\s*10\^?\s*([+-]?\d+)$", r"e\1", plain)
    head, mark, exponent = re.match(r"([^eE]*)([eE]?)(.*)", plain, re.DOTALL).groups()  # type: ignore[union-attr]
    if _POINT_GROUPS.fullmatch(head):
        head = head.replace(".", "").replace(",", ".")
    elif _COMMA_GROUPS.fullmatch(head):
        head = head.replace(",", "")
    elif head.count(",") == 1 and "." not in head:
        head = head.replace(",", ".")
    plain = head + mark + exponent
    if not _NUMBER.fullmatch(plain):
        raise StudioError('"{text}" is not a number; type one like 0.25, 0,25 or 1e-3.', text=text.strip())
    value = float(plain)
    if not math.isfinite(value):
        raise StudioError('"{text}" is too large a number.', text=text.strip())
    return value


def number_text(value: float, digits: int = 6) -> str:
    """``value`` with up to ``digits`` significant figures, no trailing zeros, and the real minus sign."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value)).replace("-", MINUS)
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def count_text(value: int) -> str:
    """A count with thin spaces between groups of three: 12 345."""
    return f"{value:,}".replace(",", "\u2009").replace("-", MINUS)


def fixed(value: float, decimals: int = 2) -> str:
    """``value`` with that many decimals, so that a column of them lines up; far out of range, in powers of ten."""
    if not math.isfinite(value):
        return number_text(value)
    if abs(value) >= 1e5:
        return f"{value:.{min(decimals, 2)}e}".replace("e+0", "e").replace("e+", "e").replace("-", MINUS)
    text = f"{value:.{decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, decimals: int = 2) -> str:
    """Like ``fixed``, with an explicit + for what is above zero."""
    text = fixed(value, decimals)
    return text if text.startswith(MINUS) or not value > 0 else "+" + text


def decimals_for(values: Iterable[float]) -> int:
    """How many decimals show the largest of ``values`` with about three figures: 2 for those around 1, at most 6."""
    largest = max((abs(v) for v in values if math.isfinite(v)), default=1.0)
    if largest <= 0.0 or largest >= 0.5:
        return 2
    return min(6, 2 + math.ceil(-math.log10(largest * 2)))


def tabular(font: QFont) -> QFont:
    """A copy of ``font`` whose figures all have the same width."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy
