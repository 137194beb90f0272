"""Other formats out: the network as a figure for a publication (SVG, PDF, PNG)."""

from __future__ import annotations

from nnstudio.document import Document, StudioError
from nnstudio.exports.style import USUAL, Style

FIGURES = (".svg", ".pdf", ".png")


def figure_bytes(document: Document, suffix: str, style: Style = USUAL) -> bytes:
    """The figure of a document's network in the format of ``suffix``; the same document gives the same bytes.

    StudioError where the suffix is none of ``FIGURES``, or the style's width is none.
    """
    from nnstudio.exports.drawing import scaled
    from nnstudio.exports.figure import figure

    ending = suffix.lower()
    if ending not in FIGURES:
        raise StudioError(
            'A figure can be saved as .svg, .pdf or .png, not as "{ending}"; give the file one of these endings.',
            ending=suffix,
        )
    points, pixels = style.points, style.pixels
    drawing = figure(document, style)
    if points is not None:
        drawing = scaled(drawing, points / drawing.width)
    if ending == ".svg":
        from nnstudio.exports.svg import svg_text

        if pixels is not None:
            drawing = scaled(drawing, pixels / drawing.width)
        return svg_text(drawing, unit="" if points is None else "pt").encode()
    from nnstudio.exports.pdf import PRINT, SCALE, pdf_bytes, png_bytes

    if ending == ".png":
        return png_bytes(drawing, SCALE if points is None else PRINT, pixels)
    return pdf_bytes(drawing if pixels is None else scaled(drawing, 0.75 * pixels / drawing.width))  # 96 to the inch


def inline_svg(document: Document) -> str:
    """The figure as SVG text without its typeface and legend, for a notebook."""
    from nnstudio.exports.figure import figure
    from nnstudio.exports.svg import svg_text

    return svg_text(figure(document, Style(legend=False)), typeface=False)


__all__ = ["FIGURES", "Style", "figure_bytes", "inline_svg"]
