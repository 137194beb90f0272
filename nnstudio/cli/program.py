"""Finds the command that was typed, runs it, and turns what happens into an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from nnstudio.document import StudioError

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Command:
    """One command: ``module`` defines ``add_arguments(parser)`` and ``run(arguments) -> int``; it is imported late."""

    summary: str
    module: str


# The entry point adds commands of rooms that this one may not know.
COMMANDS: dict[str, Command] = {
    "new": Command("make a project for a data set", "nnstudio.cli.new"),
    "train": Command("train a project", "nnstudio.cli.train"),
    "evaluate": Command("measure a trained project", "nnstudio.cli.evaluate"),
    "predict": Command("predict for the rows of a table", "nnstudio.cli.predict"),
    "check": Command("list problems and check the gradients", "nnstudio.cli.check"),
    "info": Command("say what a project holds", "nnstudio.cli.info"),
    "export": Command("write the network as a figure (SVG, PDF, PNG)", "nnstudio.cli.export"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (without the program's name) and return its exit code.

    0 done, 1 the work failed (the reason is on stderr), 2 wrong usage, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = _parser(words).parse_args(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    if arguments.command is None:
        _parser(words).print_help(sys.stderr)
        return WRONG_USE
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("nnstudio: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe has gone; Python must not complain again when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except StudioError as error:
        print(f"nnstudio: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
        print(f"nnstudio: {reason}", file=sys.stderr)
        return FAILED
    except Exception as error:
        if os.environ.get("NNSTUDIO_TRACEBACK"):
            raise
        print(
            f"nnstudio: a fault of nnstudio itself ({type(error).__name__}: {error}); "
            "set NNSTUDIO_TRACEBACK=1 to see where.",
            file=sys.stderr,
        )
        return FAILED
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    from nnstudio import __version__

    parser = argparse.ArgumentParser(
        prog="nnstudio",
        description="Design neural networks, train them on your own data, and see every number move.",
        epilog="nnstudio [FILE] without a command opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"nnstudio {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    typed = next((word for word in words if not word.startswith("-")), None)
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.summary, description=f"{command.summary.capitalize()}.")
        if name == typed:
            module = import_module(command.module)
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return parser
