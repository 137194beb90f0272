"""A network as a figure in a file."""

from __future__ import annotations

from pathlib import Path

from nnstudio.api.network import Network
from nnstudio.api.project import Project
from nnstudio.session.figures import export_figure


def export(
    network: Network | Project,
    path: str | Path,
    *,
    legend: bool = True,
    labels: bool = True,
    notes: bool = True,
    dark: bool = False,
    width: str | None = None,
) -> None:
    """Write the figure of a network or project as its ending says: .svg, .pdf or .png; the same bytes as the window.

    ``legend`` explains colours and widths, ``labels`` are the names of single neurons, ``notes`` those of the canvas;
    ``dark`` is light on dark. ``width`` is a number with its unit: "85mm", "8.5cm", "3.3in", "240pt" or "1600px"; the
    height follows. StudioError where the ending is another, the width is none, or the file cannot be written.
    """
    from nnstudio.exports import Style

    export_figure(network.document, path, Style(dark, legend, labels, notes, width))
