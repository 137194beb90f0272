"""Has the engine compiled in a process of its own where none was kept yet: the compiler's memory goes with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from nnstudio.engine.cache import fingerprint, kept_in

COMMAND = "import sys; from nnstudio.engine import warm_up; warm_up(sys.argv[1], samples=sys.argv[2])"
LONGEST = 300.0  # seconds
logger = logging.getLogger("nnstudio")


def ready(dtype: str, samples: str) -> Path | None:
    """The file that tells that the usual kernels for these number types are kept; None where nothing is."""
    folder = kept_in()
    return None if folder is None else folder / f"ready-{fingerprint()}-{dtype}-{samples}"


@lru_cache(maxsize=8)  # once for each in a process
def compile_apart(dtype: str, samples: str) -> None:
    """Have a process fill the cache with the usual kernels for ``dtype`` and ``samples`` of that type, if it is empty.

    The compiler takes some 200 MB, which a process that compiles by itself never gives back. Where no other process can
    be begun, or it fails, this one compiles what it needs.
    """
    told = ready(dtype, samples)
    is_python = Path(sys.executable or "").name.lower().startswith("python")
    if told is None or told.exists() or getattr(sys, "frozen", False) or not is_python:
        return
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", COMMAND, dtype, samples]
    try:
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=LONGEST
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("Preparing the engine in a process of its own failed: %s", error)
