"""Makes exceptions whole before they leave a method that Qt calls: half-made ones end the process."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any

# Before Python 3.12, an exception that C code raises is a type and a bare value until somebody catches it. PySide 6.11
# reads ``args`` of that value where the exception leaves an override that Python called by way of Qt (a ``resizeEvent``
# that comes of ``show``, say): it takes a str for an exception, and the process ends in PepException_GetArgs.
HALF_MADE = sys.version_info < (3, 12)


def make_errors_whole() -> None:
    """From now on, what leaves a method that Qt calls, of any class made later, has been caught and raised again."""
    plain = builtins.__import__
    import shiboken6

    builtins.__import__ = plain  # shiboken6 puts another in its place, which is half as fast
    if HALF_MADE:
        shiboken6.Object.__init_subclass__ = classmethod(_make_methods_whole)  # type: ignore[assignment, arg-type]


def _make_methods_whole(cls: type, **keywords: Any) -> None:
    import shiboken6

    super(shiboken6.Object, cls).__init_subclass__(**keywords)  # type: ignore[misc]
    of_qt = [base for base in cls.__mro__ if base.__module__.startswith("PySide6.")]
    for name, method in tuple(vars(cls).items()):
        if isinstance(method, FunctionType) and any(name in vars(base) for base in of_qt):
            setattr(cls, name, whole(method))


def whole(method: Callable[..., Any]) -> Callable[..., Any]:
    """``method``, with every exception that leaves it caught once, which makes it a whole one."""

    @wraps(method)
    def caught(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except Exception:  # noqa: TRY203 (catching is what makes it whole)
            raise

    return caught
