"""Where nothing was compiled before, a process of its own compiles, once; training goes on without one, too."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from nnstudio.engine import apart
from nnstudio.engine.apart import compile_apart, ready

TOUCH = "import sys; from nnstudio.engine.apart import ready; ready(*sys.argv[1:]).open('a').write('compiled ')"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(apart, "COMMAND", TOUCH)
    compile_apart.cache_clear()
    yield tmp_path
    compile_apart.cache_clear()


def test_a_process_compiles_where_nothing_is_kept(kept: Path) -> None:
    told = ready("float32", "uint8")
    assert told is not None
    assert told.parent == kept
    for _ in range(2):
        compile_apart("float32", "uint8")
        compile_apart.cache_clear()
        assert told.read_text() == "compiled ", "the second time it is there already"
    compile_apart("float64", "float64")
    assert len(list(kept.iterdir())) == 2


def test_where_that_fails_training_goes_on(kept: Path, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    monkeypatch.setattr(apart, "COMMAND", "raise SystemExit(3)")
    with caplog.at_level(logging.WARNING):
        compile_apart("float32", "float32")
    assert "in a process of its own failed" in caplog.text
    assert not list(kept.iterdir())


def test_a_program_that_is_not_python_is_not_begun(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(kept / "studio"))
    compile_apart("float32", "float32")
    assert not list(kept.iterdir())


def test_nothing_is_compiled_apart_where_nothing_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "kept_in", lambda: None)
    monkeypatch.setattr(apart, "COMMAND", "raise SystemExit(3)")
    compile_apart.cache_clear()
    assert ready("float32", "float32") is None
    compile_apart("float32", "float32")
    compile_apart.cache_clear()
