"""Other formats out: the network as a figure for a publication (SVG, PDF, PNG)."""

from __future__ import annotations

from nnstudio.document import Document, StudioError

FIGURES = (".svg", ".pdf", ".png")


def figure_bytes(document: Document, suffix: str, legend: bool = True) -> bytes:
    """The figure of a document's network in the format of ``suffix``; the same document gives the same bytes.

    StudioError where the suffix is none of ``FIGURES``.
    """
    from nnstudio.exports.figure import figure

    ending = suffix.lower()
    if ending not in FIGURES:
        raise StudioError(
            'A figure can be saved as .svg, .pdf or .png, not as "{ending}"; give the file one of these endings.',
            ending=suffix,
        )
    drawing = figure(document, legend)
    if ending == ".svg":
        from nnstudio.exports.svg import svg_text

        return svg_text(drawing).encode()
    from nnstudio.exports.pdf import pdf_bytes, png_bytes

    return pdf_bytes(drawing) if ending == ".pdf" else png_bytes(drawing)


def inline_svg(document: Document) -> str:
    """The figure as SVG text without its typeface and legend, for a notebook."""
    from nnstudio.exports.figure import figure
    from nnstudio.exports.svg import svg_text

    return svg_text(figure(document, legend=False), typeface=False)


__all__ = ["FIGURES", "figure_bytes", "inline_svg"]
