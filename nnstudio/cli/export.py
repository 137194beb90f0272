"""``nnstudio export``: the network as a figure."""

from __future__ import annotations

import argparse
from pathlib import Path

from nnstudio.cli.opening import opened
from nnstudio.cli.output import say
from nnstudio.session.figures import export_figure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that may be typed."""
    parser.add_argument("project", type=Path, metavar="P.nns")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="a .svg, .pdf or .png (default: P.svg)")
    parser.add_argument("--dark", action="store_true", help="light on dark instead of dark on white")
    parser.add_argument("--width", metavar="W", help="for example 85mm, 8.5cm, 3.3in, 240pt or 1600px; height follows")
    parser.add_argument("--no-legend", action="store_true", help="without the line that explains colours and widths")
    parser.add_argument("--no-labels", action="store_true", help="without the names of single neurons")
    parser.add_argument("--no-notes", action="store_true", help="without the notes of the canvas")


def run(arguments: argparse.Namespace) -> int:
    """Write the figure and say where it is."""
    from nnstudio.exports import Style

    path: Path = arguments.output or arguments.project.with_suffix(".svg")
    style = Style(
        arguments.dark, not arguments.no_legend, not arguments.no_labels, not arguments.no_notes, arguments.width
    )
    with opened(arguments.project) as session:
        export_figure(session.document, path, style)
    say(f"{path}")
    return 0
