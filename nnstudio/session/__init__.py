"""An open project, without Qt: what window and terminal share."""

from nnstudio.session.background import Background
from nnstudio.session.changes import Change
from nnstudio.session.history import Entry, History
from nnstudio.session.live import Live
from nnstudio.session.problems import Fix, Problem, Where, find_problems
from nnstudio.session.samples import Loaded, load
from nnstudio.session.session import Grain, Session, State
from nnstudio.session.walking import Walking

__all__ = [
    "Background",
    "Change",
    "Entry",
    "Fix",
    "Grain",
    "History",
    "Live",
    "Loaded",
    "Problem",
    "Session",
    "State",
    "Walking",
    "Where",
    "find_problems",
    "load",
]
