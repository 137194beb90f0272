"""The one entry point: ``nnstudio [FILE]`` opens the window, ``nnstudio COMMAND ...`` works in the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Sequence
from pathlib import Path

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def main(argv: Sequence[str] | None = None) -> int:
    """Run with these arguments (by default those of the process) and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first in _commands() or first.startswith("-") or len(arguments) > 1:
        from nnstudio import cli

        return cli.main(arguments)
    refusal = _no_window(first)
    if refusal:
        print(f"nnstudio: {refusal}", file=sys.stderr)
        return 2
    from nnstudio.ui.plain_imports import load_qt

    load_qt()
    from nnstudio.ui import app

    return app.run(first or None)


def _no_window(file: str) -> str:
    """Why no window can be opened (on ``file``, where one is named); empty where it can."""
    if file and not Path(file).exists():
        return f'there is no command and no file "{file}"; nnstudio --help lists the commands.'
    if sys.platform == "linux" and not any(os.environ.get(name) for name in DISPLAYS):
        return "there is no display to open a window on; nnstudio --help lists what works without one."
    return ""


def _commands() -> Container[str]:
    """The terminal's commands, and the window's own, which the terminal's room may not know."""
    from nnstudio import cli

    cli.COMMANDS["demo"] = cli.Command("drive the window through its main job", "nnstudio.ui.demo.command")
    return cli.COMMANDS


if __name__ == "__main__":
    sys.exit(main())
