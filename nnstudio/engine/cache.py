"""Where compiled code is kept between starts: a folder of the user's, named after the sources it was compiled from."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import platformdirs

PACKAGE = Path(__file__).parent.parent
logger = logging.getLogger("nnstudio")


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """The folder for this version of engine, catalog, numba, NumPy and Python; None where none can be written.

    A changed source gets a folder of its own, so compiled code is never older than its source.
    Folders unused for a month go.
    """
    root = Path(platformdirs.user_cache_dir("nnstudio", appauthor=False)) / "compiled"
    folder = root / fingerprint()
    try:
        if not folder.exists():
            _forget_old(root)
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        logger.warning("Compiled code cannot be kept in %s: %s", folder, error)
        return None
    return folder


def kept_in() -> Path | None:
    """Where compiled code is kept, the user's own choice (NUMBA_CACHE_DIR) before ours; None where nowhere."""
    own = os.environ.get("NUMBA_CACHE_DIR")
    return Path(own) if own else cache_folder()


def _forget_old(root: Path) -> None:
    """Delete the folders of versions that nobody started for a month."""
    oldest = time.time() - 30 * 24 * 3600
    for folder in root.glob("*"):
        if folder.is_dir() and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def fingerprint() -> str:
    """A hash of all sources of engine and catalog and of the versions they are compiled with."""
    import llvmlite
    import numba

    digest = hashlib.sha256()
    for version in (sys.version, np.__version__, numba.__version__, llvmlite.__version__, str(PACKAGE)):
        digest.update(version.encode())
    for room in ("engine", "catalog"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def use_cache() -> bool:
    """Tell numba where to keep compiled code (the user's own NUMBA_CACHE_DIR wins); False where nowhere."""
    import numba

    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    folder = cache_folder()
    if folder is None:
        return False
    numba.config.CACHE_DIR = str(folder)
    return True
