"""``import nnstudio`` costs nothing, and gives every public name."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nnstudio as nn
from nnstudio import catalog

HEAVY = ("numpy", "numba", "scipy", "duckdb", "PySide6", "pyqtgraph", "rich", "msgspec", "safetensors")


def _loaded_after(code: str) -> set[str]:
    asked = f"import sys; {code}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_the_import_loads_nothing_heavy() -> None:
    assert _loaded_after("import nnstudio") == set()


def test_building_a_network_needs_numpy_alone() -> None:
    assert _loaded_after("import nnstudio as nn; n = nn.Network(); n.add(nn.Input(2)); nn.Adam(0.1)") == {"numpy"}


def test_every_public_name_is_there() -> None:
    for name in nn.__all__:
        assert getattr(nn, name) is not None
    assert set(nn.__all__) <= set(dir(nn))
    assert issubclass(nn.StudioError, ValueError)


def test_every_optimizer_of_the_catalog_is_a_class() -> None:
    for key, entry in catalog.optimizers.items():
        made = getattr(nn, entry.label.replace(" ", ""))()
        assert made.key == key
        for setting in entry.settings:
            assert getattr(made, setting.name) == setting.default
            assert setting.name in (type(made).__doc__ or "")


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    for name in ("Nonsense", "nonsense", "_private", "Part"):
        with pytest.raises(AttributeError, match=f"module 'nnstudio' has no attribute '{name}'"):
            getattr(nn, name)


def test_the_learning_rate_comes_first_and_wrong_settings_are_named() -> None:
    assert nn.SGD(0.5, momentum=0.9).learning_rate == 0.5
    assert repr(nn.SGD(0.5)) == "SGD(learning_rate=0.5, momentum=0.0, nesterov=False, weight_decay=0.0)"
    assert nn.SGD(0.5) == nn.SGD(learning_rate=0.5)
    assert nn.SGD(0.5) != nn.Adam(0.5)
    assert len({nn.SGD(0.5), nn.SGD(0.5), nn.SGD(0.1)}) == 2
    with pytest.raises(TypeError, match="speed"):
        nn.SGD(speed=1.0)
    with pytest.raises(ValueError, match=r"Learning rate of SGD is -1"):
        nn.SGD(-1.0)
    with pytest.raises(AttributeError, match="it has: learning_rate, momentum"):
        _ = nn.SGD(0.1).rate
