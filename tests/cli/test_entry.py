"""The one entry point says in a sentence why it cannot open a window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nnstudio.__main__ import main


def test_neither_a_command_nor_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "frob")
    assert main([missing]) == 2
    assert capsys.readouterr().err == (
        f'nnstudio: there is no command and no file "{missing}"; nnstudio --help lists the commands.\n'
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_no_display_is_a_sentence_not_an_abort() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nnstudio"],
        check=False,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("nnstudio: there is no display")
    assert done.stderr.count("\n") == 1
