"""All gestures once more where one pixel of the window is two of the screen: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = (
    "scale_is_two.py",
    "test_gestures.py",
    "test_finer_gestures.py",
    "test_single_synapses.py",
    "test_keyboard.py",
    "test_near_weights.py",
    "test_map_editing.py",
)


@pytest.mark.timeout(400)
def test_every_gesture_at_twice_the_scale() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(str(HERE / name) for name in FILES)],
        env={**os.environ, "QT_SCALE_FACTOR": "2"},
        cwd=HERE.parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
