"""The typeface of figures: what text measures in it, and the few glyphs that a file needs, to be put into it."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from nnstudio.assets import asset

FAMILY = "Inter"
FILES = {False: "fonts/Inter-Regular.otf", True: "fonts/Inter-SemiBold.otf"}
MISSING = "□"  # in the place of signs that the typeface does not have
_ERROR = 1.0  # of a curve that is drawn anew, in units of the typeface (2816 to the em)


@lru_cache(maxsize=2)
def _widths(bold: bool) -> tuple[dict[int, float], float]:
    """Code point -> width in ems, and the width of a sign that is missing."""
    from fontTools.ttLib import TTFont

    with TTFont(asset(FILES[bold]), lazy=True) as face:
        em, advances = face["head"].unitsPerEm, face["hmtx"]
        widths = {code: advances[name][0] / em for code, name in face.getBestCmap().items()}
    return widths, widths[ord(MISSING)]


@lru_cache(maxsize=4096)
def text_width(words: str, size: float, bold: bool = False) -> float:
    """How long a line of text is."""
    widths, missing = _widths(bold)
    return size * sum(widths.get(ord(sign), missing) for sign in words)


def drawable(words: str, bold: bool = False) -> str:
    """``words`` with a box for every sign that the typeface does not have."""
    widths, _ = _widths(bold)
    return "".join(sign if ord(sign) in widths else MISSING for sign in words)


@lru_cache(maxsize=8)
def face_of(signs: str, bold: bool = False) -> bytes:
    """A TrueType font with just these ``signs``.

    The shipped typeface has cubic outlines, which PDF readers take only from another kind of font file; they are drawn
    anew as quadratic ones (cu2qu, within ``_ERROR``).
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.layout_features = []
    options.drop_tables = [*options.drop_tables, "GDEF", "GPOS", "GSUB"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    with TTFont(asset(FILES[bold]), recalcTimestamp=False) as face:
        chosen = subset.Subsetter(options)
        chosen.populate(text=signs + MISSING)
        chosen.subset(face)
        _make_quadratic(face)
        written = io.BytesIO()
        face.save(written)
    return written.getvalue()


def _make_quadratic(face: Any) -> None:
    """Put TrueType outlines in the place of PostScript ones."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, glyphs = face.getGlyphOrder(), face.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        outlines[name] = pen.glyph()
    face["loca"] = newTable("loca")
    face["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    for name in ("CFF ", "VORG"):
        if name in face:
            del face[name]
    table.compile(face)
    for name in order:
        width, _ = face["hmtx"][name]
        face["hmtx"][name] = (width, getattr(outlines[name], "xMin", 0))
    profile = face["maxp"]
    profile.tableVersion = 0x00010000
    settings = ("maxZones", 1), ("maxTwilightPoints", 0), ("maxStorage", 0), ("maxFunctionDefs", 0)
    more = ("maxInstructionDefs", 0), ("maxStackElements", 0), ("maxSizeOfInstructions", 0), ("maxComponentElements", 0)
    for setting, value in (*settings, *more):
        setattr(profile, setting, value)
    profile.compile(face)
    face["post"].formatType = 3.0
    face.sfntVersion = "\x00\x01\x00\x00"
