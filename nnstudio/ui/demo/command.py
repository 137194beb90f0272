"""``nnstudio demo [--out DIR]`` as a command of the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the pictures and the project go."""
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), help="folder for pictures and iris.nns (default: demo)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Drive the window; without a display it is drawn offscreen."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnstudio.ui import demo

    return demo.run(arguments.out)
