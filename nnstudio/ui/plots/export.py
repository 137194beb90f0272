"""A plot as a file: a picture (PNG, SVG) or its numbers (CSV)."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from nnstudio.document import StudioError

Paint = Callable[[QPainter, QRectF], None]
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_picture(path: Path, paint: Paint, size: QSize, title: str, scale: float = 2.0) -> None:
    """Paint into a PNG of ``scale`` times ``size`` pixels, or an SVG of ``size``, told by the name's ending.

    StudioError where the ending is another or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".png":
        image = QImage(size * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        with QPainter(image) as painter:
            paint(painter, QRectF(0, 0, size.width(), size.height()))
        if not image.save(str(path)):
            raise _unwritable(path)
    elif ending == ".svg":
        _probe(path)
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        generator.setTitle(title)
        dots = QGuiApplication.primaryScreen().logicalDotsPerInch()
        generator.setResolution(round(dots))  # else pyqtgraph's labels are displaced
        painter = QPainter()
        if not painter.begin(generator):
            raise _unwritable(path)
        try:
            paint(painter, QRectF(0, 0, size.width(), size.height()))
        finally:
            painter.end()
    else:
        raise StudioError('A plot can be saved as .png, .svg or .csv, not as "{ending}".', ending=ending or path.name)


def write_table(path: Path, table: Table) -> None:
    """Write the numbers as CSV (UTF-8, full precision); StudioError where the file cannot be written.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    header, rows = table
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_cell(name) for name in header])
            writer.writerows([_cell(value) for value in row] for row in rows)
    except OSError as error:
        raise _unwritable(path, error) from error


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value


def _probe(path: Path) -> None:
    """QSvgGenerator only prints where it cannot write: find out first."""
    try:
        path.open("wb").close()
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError | None = None) -> StudioError:
    reason = (error.strerror if error is not None else None) or "the folder cannot be written to"
    return StudioError('"{name}" could not be written: {reason}.', name=path.name, reason=reason)
