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
    parser.add_argument("--no-legend", action="store_true", help="without the line that explains colours and widths")


def run(arguments: argparse.Namespace) -> int:
    """Write the figure and say where it is."""
    path: Path = arguments.output or arguments.project.with_suffix(".svg")
    with opened(arguments.project) as session:
        export_figure(session.document, path, not arguments.no_legend)
    say(f"{path}")
    return 0
