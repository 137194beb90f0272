"""The one entry point: ``nnstudio [FILE]`` opens the window, ``nnstudio COMMAND ...`` works in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

COMMANDS = ("new", "train", "evaluate", "predict", "check", "info", "demo")


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (by default those of the process) and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first in COMMANDS or first.startswith("-") or len(arguments) > 1:
        from nnstudio import cli

        return int(cli.main(arguments))
    from nnstudio.ui.plain_imports import load_qt

    load_qt()
    from nnstudio.ui import app

    return app.run(first or None)


if __name__ == "__main__":
    sys.exit(main())
