"""Makes what is raised in methods that Qt calls harmless to Qt: the exception is whole, and no painter stays open."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from functools import wraps
from traceback import clear_frames
from types import FunctionType
from typing import Any

# Before Python 3.12, an exception that C code raises is a type and a bare value until somebody catches it. PySide 6.11
# reads ``args`` of that value where the exception leaves an override that Python called by way of Qt (a ``resizeEvent``
# that comes of ``show``, say): it takes a str for an exception, and the process ends in PepException_GetArgs.
#
# The traceback keeps the locals of a ``paintEvent`` alive, and so the painter open on what Qt goes on to paint,
# to resize and to destroy.


def watch_overrides() -> None:
    """From now on, every exception that leaves a method that Qt calls, of any class made later, is caught once."""
    plain = builtins.__import__
    import shiboken6

    builtins.__import__ = plain  # shiboken6 puts another in its place, which is half as fast
    shiboken6.Object.__init_subclass__ = classmethod(_watch_class)  # type: ignore[assignment, arg-type]


def _watch_class(cls: type, **keywords: Any) -> None:
    import shiboken6

    super(shiboken6.Object, cls).__init_subclass__(**keywords)  # type: ignore[misc]
    of_qt = [base for base in cls.__mro__ if base.__module__.startswith("PySide6.")]
    for name, method in tuple(vars(cls).items()):
        if isinstance(method, FunctionType) and any(name in vars(base) for base in of_qt):
            setattr(cls, name, harmless(method))


def harmless(method: Callable[..., Any]) -> Callable[..., Any]:
    """``method``; what it raises is caught and raised again, which makes it whole, and its locals are let go."""

    @wraps(method)
    def caught(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except Exception as error:
            clear_frames(error.__traceback__)
            raise

    return caught
