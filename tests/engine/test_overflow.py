"""A network that has diverged answers with what is no number, not with a warning."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog import initial
from nnstudio.document import Document
from nnstudio.document.edits import AddLayer, Connect
from nnstudio.engine import predict


def test_answers_beyond_all_numbers_are_told_as_such() -> None:
    document = Document()
    for edit in (AddLayer("input", (0, 0), size=2), AddLayer("output", (264, 0), size=1), Connect(1, 2)):
        document = initial.fill(edit.apply(document), document)
    huge = document.parameters.with_weights(3, np.full((2, 1), 3e38))
    answers = predict(document.network, huge, np.array([[9.0, 9.0], [0.0, 0.0]]), "float32")
    assert not np.isfinite(answers[0]).all()
    assert np.isfinite(answers[1]).all()
