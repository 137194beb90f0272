"""A small plot as SVG, both axes logarithmic: no library for one picture."""

from __future__ import annotations

from math import ceil, floor, log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 440, 70, 150, 48, 56
COLORS = ("#0868c8", "#c2410c", "#15803d", "#7e22ce")
DASHES = ("", "7 4", "2 4", "9 3 2 3")


def curves(x: list[int], lines: dict[str, list[float]], title: str, across: str, up: str) -> str:
    """The curves of ``lines`` (name -> a value for each of ``x``), told apart by colour and by dashes."""
    values = [value for line in lines.values() for value in line]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    first, last = log10(x[0]), log10(x[-1])

    def place(a: float, b: float) -> tuple[float, float]:
        right = LEFT + (log10(a) - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        return right, HEIGHT - BOTTOM - (log10(b) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    box = f"0 0 {WIDTH} {HEIGHT}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="15">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(18 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for power in range(low, high + 1):
        a, b = place(x[0], 10.0**power)
        parts.append(f'<line x1="{a:.1f}" y1="{b:.1f}" x2="{WIDTH - RIGHT}" y2="{b:.1f}" stroke="#d4d4d8"/>')
        parts.append(f'<text x="{a - 8:.1f}" y="{b + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for value in x:
        a, _ = place(value, 10.0**low)
        parts.append(f'<text x="{a:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{value}</text>')
    ends = sorted(((place(x[-1], line[-1])[1], name) for name, line in lines.items()), reverse=True)
    rows: dict[str, float] = {}
    row = float(HEIGHT)
    for wanted, name in ends:  # from below, none closer than a line of text
        row = min(wanted, row - 17)
        rows[name] = row
    for (name, line), color, dash in zip(lines.items(), COLORS, DASHES, strict=False):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in (place(*pair) for pair in zip(x, line, strict=True)))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{rows[name] + 4:.1f}" fill="{color}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])
