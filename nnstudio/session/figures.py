"""Writes the network as a figure; window, terminal and Python write the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from nnstudio.document import Document


def export_figure(document: Document, path: Path | str, legend: bool = True) -> None:
    """Write the figure of a document's network to ``path`` as its ending says: .svg, .pdf or .png.

    StudioError where the ending is another, or the file cannot be written; an older file stays until the new one is
    whole.
    """
    from nnstudio.exports import figure_bytes
    from nnstudio.project.atomic import replace_file

    path = Path(path)
    content = figure_bytes(document, path.suffix or path.name, legend)

    def write(file: IO[bytes]) -> None:
        file.write(content)

    replace_file(path, write)
