"""Whatever goes wrong while saving, the older file stays and nothing is left behind."""

from __future__ import annotations

import errno
import os
import resource
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio import project
from nnstudio.catalog import initial
from nnstudio.document import Document, Layer, Network, Part, StudioError, Synapses, Training
from nnstudio.project import atomic

Same = Callable[[Document, Document], None]


def large(width: int = 200) -> Document:
    return initial.fill(
        Document(
            network=Network(
                {1: Layer(1, "input", "x", (width,)), 2: Layer(2, "output", "y", (width,))},
                {3: Synapses(3, 1, 2)},
                4,
            )
        )
    )


def files(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_full_disk(
    small_disk: Path | None, tmp_path: Path, document: Document, assert_same: Same, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_disk or tmp_path / "other"
    folder.mkdir(exist_ok=True)
    path = folder / "net.nns"
    project.save(document, path)
    before = path.read_bytes()
    if small_disk is None:
        monkeypatch.setattr(atomic.os, "fsync", _raising(errno.ENOSPC))
    with pytest.raises(StudioError, match=r"The disk is full, so .*net.nns was not saved and its older version is"):
        project.save(large(), path)
    assert path.read_bytes() == before
    assert files(folder) == ["net.nns"]
    assert_same(document, project.load(path))


@pytest.mark.parametrize("function", ["fsync", "open"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "was not saved (Input/output error), and its older version is untouched"),
    ],
)
def test_faults_of_the_disk(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, sentence: str
) -> None:
    path = tmp_path / "net.nns"
    project.save(document, path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, function, _raising(number))
        with pytest.raises(StudioError) as caught:
            project.save(large(), path)
    assert sentence in str(caught.value)
    assert path.read_bytes() == before
    assert files(tmp_path) == ["net.nns"]
    project.save(large(), path)
    assert path.read_bytes() != before


def test_fault_in_the_middle_of_writing(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "net.nns"
    project.save(document, path)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))  # the system itself breaks off the write
    try:
        with pytest.raises(StudioError, match=r"was not saved \(File too large\), and its older version is untouched"):
            project.save(large(), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert files(tmp_path) == ["net.nns"]


def test_interrupted(document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.nns"
    project.save(document, path)
    before = path.read_bytes()

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            project.save(large(), path)
    assert path.read_bytes() == before
    assert files(tmp_path) == ["net.nns"]


def test_read_only_disk(
    read_only_disk: tuple[Path, Callable[[], bool]],
    document: Document,
    assert_same: Same,
    nobody: Callable[[], AbstractContextManager[None]],
) -> None:
    folder, lock = read_only_disk
    path = folder / "net.nns"
    project.save(document, path)
    with _locked(folder, lock, nobody), pytest.raises(StudioError, match=r"may not be written .*save elsewhere"):
        project.save(large(), path)
    assert_same(document, project.load(path))
    assert files(folder) == ["net.nns"]


def test_read_only_file(
    document: Document, tmp_path: Path, nobody: Callable[[], AbstractContextManager[None]], reachable: Path
) -> None:
    path = reachable / "net.nns"
    project.save(document, path)
    path.chmod(0o444)
    reachable.chmod(0o777)
    with nobody(), pytest.raises(StudioError, match=r"may not be written"):
        project.save(large(), path)
    assert files(reachable) == ["net.nns"]


def test_no_such_folder_and_a_folder(document: Document, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"There is no folder .*gone; make it first or save elsewhere"):
        project.save(document, tmp_path / "gone" / "net.nns")
    (tmp_path / "net.nns").mkdir()
    with pytest.raises(StudioError, match=r"net.nns is a folder; give the project a file name"):
        project.save(document, tmp_path / "net.nns")
    with pytest.raises(StudioError, match=r"was not saved"):
        project.save(document, tmp_path / ("n" * 300 + ".nns"))
    assert files(tmp_path) == ["net.nns"]


def test_links_stay_links(document: Document, tmp_path: Path, assert_same: Same) -> None:
    real, link = tmp_path / "real" / "net.nns", tmp_path / "net.nns"
    real.parent.mkdir()
    project.save(large(3), real)
    link.symlink_to(real)
    project.save(document, link)
    assert link.is_symlink()
    assert_same(document, project.load(real))
    dangling = tmp_path / "dangling.nns"
    dangling.symlink_to(tmp_path / "real" / "new.nns")
    project.save(document, dangling)
    assert files(real.parent) == ["net.nns", "new.nns"]


def test_permissions_are_kept_and_new_files_follow_the_umask(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "net.nns"
    umask = os.umask(0o027)
    try:
        project.save(document, path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    project.save(document, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_leftovers_of_a_power_cut_go_but_young_ones_stay(document: Document, tmp_path: Path) -> None:
    old, young = tmp_path / ".nnstudio-0123456789abcdef.tmp", tmp_path / ".nnstudio-aaaaaaaaaaaaaaaa.tmp"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    project.save(document, tmp_path / "net.nns")
    assert files(tmp_path) == [young.name, "net.nns"]


def test_what_could_not_be_opened_again_is_not_saved(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "net.nns"
    project.save(document, path)
    before = path.read_bytes()
    bad: list[tuple[Document, str]] = [
        (
            document.having(parameters=document.parameters.with_weights(4, np.full((2, 3), np.nan))),
            'the weights of "x" → "h "1" → ü" hold nan',
        ),
        (document.having(parameters=document.parameters.with_weights(4, np.zeros((3, 3)))), "instead of 2 x 3"),
        (document.having(training=Training(loss=Part("guess"))), 'There is no loss "guess"'),
        (document.having(layout={99: (0.0, 0.0)}), "places layer 99"),
    ]
    for broken, reason in bad:
        with pytest.raises(StudioError) as caught:
            project.save(broken, path)
        assert str(caught.value).startswith("net.nns was not saved, because ")
        assert reason in str(caught.value)
    assert path.read_bytes() == before
    assert files(tmp_path) == ["net.nns"]


def _raising(number: int) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@contextmanager
def _locked(
    folder: Path, lock: Callable[[], bool], nobody: Callable[[], AbstractContextManager[None]]
) -> Iterator[None]:
    """Read-only for this process: by the mount where that can be done, else by permission."""
    if lock():
        yield
        return
    folder.chmod(0o555)
    try:
        with nobody():
            yield
    finally:
        folder.chmod(0o755)


@pytest.fixture
def reachable(tmp_path: Path) -> Iterator[Path]:
    """A folder that people without root's rights can reach, as pytest's own is not."""
    parents = [folder for folder in tmp_path.parents if folder.stat().st_uid == os.getuid()]
    modes = [(folder, stat.S_IMODE(folder.stat().st_mode)) for folder in [tmp_path, *parents]]
    for folder, mode in modes:
        if os.geteuid() == 0 and not mode & 0o001:
            folder.chmod(mode | 0o011)
    yield tmp_path
    for folder, mode in modes:
        folder.chmod(mode)
