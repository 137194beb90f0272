"""Documents to save, and folders that will not take them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from nnstudio.catalog import initial
from nnstudio.document import (
    Column,
    DataRecipe,
    Document,
    FittedColumn,
    Layer,
    Network,
    Part,
    Preparation,
    Progress,
    Source,
    Synapses,
    Training,
    read_only,
)


def example(source: Source | None = None) -> Document:
    """A document with something in every field."""
    network = Network(
        {
            1: Layer(1, "input", "x", (2,), labels=("width", "kind=a")),
            3: Layer(3, "output", "y", (2,), Part("softmax")),
            2: Layer(2, "hidden", 'h "1" → ü', (3,), Part("tanh"), bias=False),
        },
        {
            4: Synapses(4, 1, 2),
            6: Synapses(6, 2, 3, l1=0.1, l2=0.25, trainable=False),
            5: Synapses(5, 1, 3, initializer=Part("glorot_uniform")),
        },
        9,
    )
    recipe = DataRecipe(
        source or Source("generator", "spiral", (("noise", 0.1), ("samples", 120), ("seed", 3))),
        "Spiral",
        (
            Column("width", "numeric", "input", "median"),
            Column("kind", "categorical", "input", "most_frequent"),
            Column("note", "categorical", "ignored", "drop_row"),
            Column("y", "categorical", "target", "drop_row"),
        ),
        "classification",
        "range",
        0.25,
        11,
        Preparation(
            "classification",
            (
                FittedColumn("width", "numeric", 1 / 3, 0.1 + 0.2, 2.5),
                FittedColumn("kind", "categorical", fill="a", categories=("a",)),
            ),
            (FittedColumn("y", "categorical", categories=("no", "yes")),),
        ),
    )
    document = initial.fill(Document(network=network, seed=5))
    trained = document.parameters.with_weights(4, np.linspace(-1, 1, 6).reshape(2, 3) ** 3).with_bias(
        3, np.array([-0.0, 1e-300])
    )
    trained = trained.with_frozen(4, np.eye(2, 3, dtype=bool)).with_frozen_bias(3, np.array([True, False]))
    return document.having(
        parameters=trained,
        data=recipe,
        training=Training(Part("cross_entropy"), Part.of("adam", learning_rate=0.02), 7, 90, False, 4, "float64"),
        progress=Progress(
            2,
            3,
            37,
            1.25,
            {"loss": read_only([0.5, 0.25]), "val_loss": read_only([np.nan, 0.75])},
            {
                "optimizer/step": read_only(np.array(37), np.int64),
                "optimizer/m/weights/4": read_only(np.ones((2, 3)), np.float32),
                "epoch/sums": read_only(np.arange(3, dtype=np.uint64), np.uint64),
            },
        ),
        layout={2: (24.0, -48.5), 1: (0.0, 0.1), 3: (1e3, 2.0)},
    )


def assert_same(one: Document, other: Document) -> None:
    """Equal in every field, arrays bit for bit, and layers in the same order."""
    assert one.network == other.network
    assert list(one.network.layers) == list(other.network.layers)
    assert list(one.network.synapses) == list(other.network.synapses)
    assert (one.data, one.training, one.layout, one.seed) == (other.data, other.training, other.layout, other.seed)
    for mine, theirs in ((one.parameters, other.parameters), (one.initial, other.initial)):
        for field in fields(mine):
            same_arrays(getattr(mine, field.name), getattr(theirs, field.name))
    a, b = one.progress, other.progress
    assert (a.epoch, a.batch, a.updates, a.seconds) == (b.epoch, b.batch, b.updates, b.seconds)
    same_arrays(a.series, b.series)
    same_arrays(a.state, b.state)


def same_arrays(mine: dict[object, np.ndarray], theirs: dict[object, np.ndarray]) -> None:
    assert mine.keys() == theirs.keys()
    for key, values in mine.items():
        assert values.dtype == theirs[key].dtype
        assert values.shape == theirs[key].shape
        assert values.tobytes() == theirs[key].tobytes()
        assert not theirs[key].flags.writeable


@pytest.fixture
def document() -> Document:
    return example()


@pytest.fixture(name="assert_same")
def assert_same_fixture() -> Callable[[Document, Document], None]:
    return assert_same


@pytest.fixture(name="example")
def example_fixture() -> Callable[..., Document]:
    return example


@pytest.fixture
def nobody() -> Callable[[], AbstractContextManager[None]]:
    """A context without root's rights, which pass over every permission."""

    @contextmanager
    def without_rights() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return without_rights


def _mounted(folder: Path, *arguments: str) -> bool:
    if os.geteuid() != 0:
        return False
    return subprocess.run(["mount", *arguments, str(folder)], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 64 kB, or None where this system lets nobody mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not _mounted(folder, "-t", "tmpfs", "-o", "size=64k", "tmpfs"):
        yield None
        return
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], bool]]]:
    """A folder, and what makes it read-only even for root (False where that cannot be done)."""
    folder = tmp_path / "locked"
    folder.mkdir()
    mounted: list[bool] = []

    def lock() -> bool:
        if not _mounted(folder, "--bind", str(folder)):
            return False
        mounted.append(True)
        return _mounted(folder, "-o", "remount,ro,bind")

    yield folder, lock
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)
