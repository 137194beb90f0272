"""Writes a file so that at every moment either the old or the new one is there, whole."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from nnstudio.document import StudioError

_LEFTOVER_AGE = 3600.0  # seconds; younger ones may belong to another nnstudio that is saving right now
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def replace_file(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Let ``write`` fill a new file beside ``path``, then put it in its place.

    A link stays a link (what it points to is replaced), and the permissions of an older file are kept. Whatever fails,
    the older file is untouched and nothing is left behind: StudioError says why and what to do.
    """
    try:
        _replace(Path(os.path.realpath(path)), write)
    except OSError as error:
        raise _explained(path, error) from error


def _replace(target: Path, write: Callable[[IO[bytes]], None]) -> None:
    older = _mode(target)
    if older is not None:
        if stat.S_ISDIR(older):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    _clear_leftovers(target)
    temporary = target.with_name(f".nnstudio-{secrets.token_hex(8)}.tmp")
    try:
        # 0o666 less the umask, as any program would make a new file
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
        with os.fdopen(descriptor, "w+b") as file:
            if older is not None:
                temporary.chmod(stat.S_IMODE(older))
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    _sync_folder(target.parent)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network folders cannot, and have no need to
            raise
    finally:
        os.close(descriptor)


def _clear_leftovers(target: Path) -> None:
    """Take away what a power cut left: temporary files that nobody has touched for an hour."""
    for leftover in target.parent.glob(".nnstudio-*.tmp"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _LEFTOVER_AGE:
                leftover.unlink()


def _explained(path: Path, error: OSError) -> StudioError:
    if error.errno in _FULL:
        return StudioError(
            "The disk is full, so {path} was not saved and its older version is untouched; free some space or save "
            "elsewhere.",
            path=path,
        )
    if error.errno in _FORBIDDEN:
        return StudioError(
            "{path} may not be written (its folder or the file is read-only), so it was not saved; save elsewhere.",
            path=path,
        )
    if error.errno == errno.ENOENT:
        return StudioError("There is no folder {folder}; make it first or save elsewhere.", folder=path.parent)
    if error.errno == errno.EISDIR:
        return StudioError("{path} is a folder; give the project a file name.", path=path)
    return StudioError(
        "{path} was not saved ({reason}), and its older version is untouched; try again or save elsewhere.",
        path=path,
        reason=error.strerror or type(error).__name__,
    )
