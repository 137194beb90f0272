"""A network as a figure in a file."""

from __future__ import annotations

from pathlib import Path

from nnstudio.api.network import Network
from nnstudio.api.project import Project
from nnstudio.session.figures import export_figure


def export(network: Network | Project, path: str | Path, *, legend: bool = True) -> None:
    """Write the figure of a network or project as its ending says: .svg, .pdf or .png; the same bytes as the window.

    StudioError where the ending is another, or the file cannot be written.
    """
    export_figure(network.document, path, legend)
