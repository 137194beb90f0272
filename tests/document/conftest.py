"""What tests of documents share: a small network (immutable, so one serves all)."""

from __future__ import annotations

import pytest

from nnstudio.catalog import initial
from nnstudio.document import Document, Part
from nnstudio.document.edits import AddLayer, Connect


@pytest.fixture(scope="session")
def chain() -> Document:
    """Input 2 (layer 1), Hidden 3 (2), Output 2 (3), wired 1-2 (4) and 2-3 (5), all drawn."""
    document = Document(seed=5)
    for edit in (
        AddLayer("input", (0.0, 0.0), size=2),
        AddLayer("hidden", (264.0, 0.0), size=3),
        AddLayer("output", (528.0, 0.0), size=2, activation=Part("softmax")),
        Connect(1, 2),
        Connect(2, 3),
    ):
        document = initial.fill(edit.apply(document))
    return document
