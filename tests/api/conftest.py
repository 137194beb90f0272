"""What tests of the Python front share."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import nnstudio as nn

Samples = tuple[NDArray[np.float64], NDArray[np.int64]]


@pytest.fixture
def net() -> nn.Network:
    """x 4 - h 5 tanh - y 3 softmax."""
    made = nn.Network(seed=3)
    x = made.add(nn.Input(4, name="x"))
    h = made.add(nn.Hidden(5, activation="tanh", name="h"))
    y = made.add(nn.Output(3, activation="softmax", name="y"))
    made.connect(x, h)
    made.connect(h, y)
    return made


@pytest.fixture(scope="session")
def samples() -> Samples:
    """90 samples of 4 numbers in 3 classes that a line each can tell apart."""
    rng = np.random.default_rng(1)
    classes = np.arange(90) % 3
    return rng.normal(size=(90, 4)) * 0.3 + np.eye(3, 4)[classes] * 2.0, classes
