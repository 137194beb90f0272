"""Compiled code is kept in a folder named after its sources, and training works where nothing can be kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnstudio.engine import cache


def test_a_changed_source_gets_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "engine").mkdir(parents=True)
    (package / "catalog").mkdir()
    source = package / "catalog" / "tanh.py"
    source.write_text("a = 1")
    monkeypatch.setattr(cache, "PACKAGE", package)
    first = cache.fingerprint()
    assert cache.fingerprint() == first
    source.write_text("a = 2")
    assert cache.fingerprint() != first


def test_folders_unused_for_a_month_go(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    long_ago = time.time() - 40 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    cache._forget_old(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_without_a_folder_to_write_to_it_still_works(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code = (
        "from nnstudio.engine.cache import use_cache; from nnstudio.engine.compiled import CACHED, address;"
        "from nnstudio.catalog import activations;"
        "assert not CACHED; assert address(activations['relu'].forward, 'forward', 'float32')"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment["XDG_CACHE_HOME"] = str(blocked)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be kept" in done.stderr
