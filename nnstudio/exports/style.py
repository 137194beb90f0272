"""How a figure is to look: its ground, what is written in it, and how wide it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nnstudio.document import StudioError
from nnstudio.exports.ink import DARK, LIGHT, Ink

POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
MOST_POINTS, MOST_PIXELS = 14_400.0, 12_000  # 5 m; what a PDF and a picture hold


@dataclass(frozen=True)
class Style:
    """``dark`` ground instead of white; ``legend`` below it, ``labels`` of single neurons, and ``notes``.

    ``width``: a length with its unit, "85mm", "8.5cm", "3.3in", "240pt" or "1600px"; None is the size at which names
    have 11 points.
    """

    dark: bool = False
    legend: bool = True
    labels: bool = True
    notes: bool = True
    width: str | None = None

    @property
    def ink(self) -> Ink:
        """The colours."""
        return DARK if self.dark else LIGHT

    @property
    def points(self) -> float | None:
        """How wide the sheet is to be, where that was given as a length on paper; StudioError for what is no width."""
        number, unit = self._width
        return number * POINTS[unit] if unit in POINTS else None

    @property
    def pixels(self) -> int | None:
        """How wide the picture is to be, where that was given in pixels; StudioError for what is no width."""
        number, unit = self._width
        return round(number) if unit == "px" else None

    @property
    def _width(self) -> tuple[float, str]:
        if self.width is None:
            return 0.0, ""
        found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*(mm|cm|in|pt|px)\s*", str(self.width).lower())
        if found is None:
            raise StudioError(
                'A width is a number with its unit, for example "85mm", "8.5cm", "3.3in", "240pt" or "1600px", '
                'not "{width}".',
                width=str(self.width),
            )
        number, unit = float(found[1].replace(",", ".")), found[2]
        fits = 1 <= round(number) <= MOST_PIXELS if unit == "px" else 1.0 <= number * POINTS[unit] <= MOST_POINTS
        if not fits:
            raise StudioError('A figure is 1 point to 5 m, or 1 to 12000 pixels wide, not "{width}".', width=self.width)
        return number, unit


USUAL = Style()
