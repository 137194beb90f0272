"""The one entry point: ``nnstudio [FILE]`` opens the window, ``nnstudio COMMAND ...`` works in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Container, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (by default those of the process) and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first in _commands() or first.startswith("-") or len(arguments) > 1:
        from nnstudio import cli

        return cli.main(arguments)
    from nnstudio.ui.plain_imports import load_qt

    load_qt()
    from nnstudio.ui import app

    return app.run(first or None)


def _commands() -> Container[str]:
    """The terminal's commands, and the window's own, which the terminal's room may not know."""
    from nnstudio import cli

    cli.COMMANDS["demo"] = cli.Command("drive the window through its main job", "nnstudio.ui.demo.command")
    return cli.COMMANDS


if __name__ == "__main__":
    sys.exit(main())
