"""What a person can do from a menu, a key or the command palette: a file for each menu or part of one."""

from nnstudio.ui.actions.actions import Actions
from nnstudio.ui.actions.row import Menu, Row
from nnstudio.ui.actions.steps import STEPS

__all__ = ["STEPS", "Actions", "Menu", "Row"]
