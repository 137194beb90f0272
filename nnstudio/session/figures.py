"""Writes the network as a figure; window, terminal and Python write the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

from nnstudio.document import Document

if TYPE_CHECKING:
    from nnstudio.exports import Style


def export_figure(document: Document, path: Path | str, style: Style | None = None) -> None:
    """Write the figure of a document's network to ``path`` as its ending says: .svg, .pdf or .png.

    StudioError where the ending is another, the style's width is none, or the file cannot be written; an older file
    stays until the new one is whole.
    """
    from nnstudio.exports import Style, figure_bytes
    from nnstudio.project.atomic import replace_file

    path = Path(path)
    content = figure_bytes(document, path.suffix or path.name, style or Style())

    def write(file: IO[bytes]) -> None:
        file.write(content)

    replace_file(path, write)
