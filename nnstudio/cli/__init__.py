"""The terminal: one command a file, over the same session as the window."""

from nnstudio.cli.program import COMMANDS, Command, main

__all__ = ["COMMANDS", "Command", "main"]
