"""Writes a drawing as a PDF of one page (with fpdf2), and that page as PNG (with PDFium)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nnstudio.exports.drawing import Circle, Curve, Drawing, Polygon, Shape, Text
from nnstudio.exports.svg import signs_of
from nnstudio.exports.typeface import FAMILY, drawable, face_of

if TYPE_CHECKING:
    from fpdf import FPDF

_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # the same drawing gives the same bytes on any day
SCALE = 3.0  # pixels a point: 216 dots an inch
PRINT = 300 / 72  # of a figure whose width on paper was given
MOST_PIXELS = 12_000  # on the longer side


def pdf_bytes(drawing: Drawing) -> bytes:
    """The drawing as a PDF; its typeface is in it."""
    from fpdf import FPDF

    page = FPDF(unit="pt", format=(drawing.width, drawing.height))
    page.set_creation_date(_DAY)
    page.set_title(drawing.title)
    page.set_creator("nnstudio")
    page.set_margin(0)
    page.set_auto_page_break(False)
    page.add_page()
    with TemporaryDirectory(prefix="nnstudio-") as folder:  # the library takes fonts from files only
        for bold in (False, True):
            signs = signs_of(drawing, bold)
            if signs:
                path = Path(folder) / f"{'bold' if bold else 'regular'}.ttf"
                path.write_bytes(face_of(signs, bold))
                page.add_font(FAMILY, "B" if bold else "", str(path))
        with page.local_context(stroke_cap_style="BUTT"):  # else the ends of dashes close their gaps
            for shape in drawing.shapes:
                _draw(page, shape)
        return bytes(page.output())


def png_bytes(drawing: Drawing, scale: float = SCALE, pixels: int | None = None) -> bytes:
    """The drawing on white, ``scale`` pixels a point, or ``pixels`` wide.

    It has fewer where its longer side would have more than ``MOST_PIXELS``.
    """
    import pypdfium2

    wanted = scale if pixels is None else pixels / drawing.width
    scale = min(wanted, MOST_PIXELS / max(drawing.width, drawing.height))
    document = pypdfium2.PdfDocument(pdf_bytes(drawing))
    try:
        page = document[0]
        bitmap = page.render(scale=scale)
        image = bitmap.to_pil().convert("RGB")
        if pixels is not None:  # PDFium rounds up
            image = image.crop((0, 0, min(pixels, image.width), image.height))
        page.close()
        bitmap.close()
    finally:
        document.close()
    written = io.BytesIO()
    image.save(written, "PNG", dpi=(72 * scale, 72 * scale))
    return written.getvalue()


def _draw(page: FPDF, shape: Shape) -> None:
    if isinstance(shape, Text):
        page.set_font(FAMILY, "B" if shape.bold else "", shape.size)
        page.set_text_color(*_rgb(shape.fill))
        page.text(shape.left, shape.y, drawable(shape.words, shape.bold))
        return
    dash = shape.dash if isinstance(shape, Curve) else ()
    page.set_dash_pattern(*dash) if dash else page.set_dash_pattern()
    page.set_line_width(shape.width)
    if shape.stroke:
        page.set_draw_color(*_rgb(shape.stroke))
    if isinstance(shape, Curve):
        page.bezier(list(shape.points))
        return
    if shape.fill:
        page.set_fill_color(*_rgb(shape.fill))
    style = ("D" if shape.stroke else "") + ("F" if shape.fill else "")
    if isinstance(shape, Circle):
        page.circle(shape.x, shape.y, shape.radius, style=style)
    elif isinstance(shape, Polygon):
        page.polygon(list(shape.points), style=style)


def _rgb(color: str) -> tuple[int, int, int]:
    return (int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16))
