"""Writes a drawing as SVG."""

from __future__ import annotations

from base64 import b64encode
from xml.sax.saxutils import escape, quoteattr

from nnstudio.exports.drawing import Circle, Curve, Drawing, Polygon, Shape, Text
from nnstudio.exports.typeface import FAMILY, drawable, face_of

FALLBACK = f"{FAMILY}, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


def svg_text(drawing: Drawing, typeface: bool = True, unit: str = "") -> str:
    """The drawing as an SVG document; with ``typeface`` the glyphs of its text are in it.

    ``unit`` is that of the sheet's size, empty for pixels.
    """
    size = f'width="{_n(drawing.width)}{unit}" height="{_n(drawing.height)}{unit}"'
    box = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" font-family="{FALLBACK}">'
    lines = [head, f"<title>{escape(drawing.title)}</title>"]
    if typeface:
        lines.append(_typeface(drawing))
    lines += [_shape(shape) for shape in drawing.shapes]
    return "\n".join(filter(None, [*lines, "</svg>"])) + "\n"


def _typeface(drawing: Drawing) -> str:
    rules = []
    for bold in (False, True):
        signs = signs_of(drawing, bold)
        if signs:
            data = b64encode(face_of(signs, bold)).decode("ascii")
            rules.append(
                f"@font-face{{font-family:{FAMILY};font-weight:{600 if bold else 400};"
                f"src:url(data:font/ttf;base64,{data})format('truetype')}}"
            )
    return f"<style>{''.join(rules)}</style>" if rules else ""


def signs_of(drawing: Drawing, bold: bool) -> str:
    """All signs that stand in the drawing's text, in order."""
    words = (drawable(shape.words, bold) for shape in drawing.shapes if isinstance(shape, Text) and shape.bold == bold)
    return "".join(sorted(set("".join(words))))


def _shape(shape: Shape) -> str:
    if isinstance(shape, Circle):
        place = f'cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}"'
        return _with_title(f"circle {place} {_paint(shape.fill, shape.stroke, shape.width)}", "circle", shape.title)
    if isinstance(shape, Polygon):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        paint = _paint(shape.fill, shape.stroke, shape.width)
        return _with_title(f'polygon points="{points}" {paint}', "polygon", shape.title)
    if isinstance(shape, Curve):
        (ax, ay), *others = shape.points
        way = f"M{_n(ax)} {_n(ay)}C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in others)
        dash = f' stroke-dasharray="{" ".join(_n(length) for length in shape.dash)}"' if shape.dash else ""
        return f'<path d="{way}" {_paint(None, shape.stroke, shape.width)}{dash}/>'
    weight = ' font-weight="600"' if shape.bold else ""
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    place = f'x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}" fill={quoteattr(shape.fill)}'
    return f"<text {place}{weight}{anchor}>{escape(shape.words)}</text>"


def _paint(fill: str | None, stroke: str | None, width: float) -> str:
    line = f' stroke="{stroke}" stroke-width="{_n(width)}"' if stroke else ""
    return f'fill="{fill or "none"}"{line}'


def _with_title(tag: str, name: str, title: str) -> str:
    return f"<{tag}><title>{escape(title)}</title></{name}>" if title else f"<{tag}/>"


def _n(number: float) -> str:
    """A length in at most two decimals."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if round(number, 2) else "0"
