"""The worked equation: its numbers are the engine's, and they add up."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.document import Part, Source
from nnstudio.document.edits import AddLayer, Connect, SetBias
from nnstudio.engine import forward
from nnstudio.session import Session
from nnstudio.ui.inspector.equation import MOST_TERMS, Equation, equation
from nnstudio.ui.inspector.equation_rows import output_name, rows_of
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.selection import NeuronRef, Selection


def built(source: str, hidden: str = "tanh") -> Session:
    """Input 1, Hidden 2, Output 3 with a skip connection, on a bundled set."""
    session = Session()
    session.do(AddLayer("input", (0, 0)))
    session.do(AddLayer("hidden", (200, 0), size=5, activation=Part(hidden)))
    session.do(AddLayer("output", (400, 0)))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.do(Connect(1, 3))
    session.choose_data(Source("bundled", source))
    for neuron in range(5):
        session.do(SetBias(2, neuron, 0.1 * neuron - 0.2))
    return session


def total(found: Equation) -> float:
    return sum(t.product or 0.0 for t in found.terms) + (found.more_sum or 0.0) + (found.bias or 0.0)


@pytest.mark.parametrize("source", ["iris", "digits", "diabetes", "breast_cancer"])
@pytest.mark.parametrize("layer", [2, 3])
def test_terms_bias_and_the_more_row_add_up_to_the_engines_z(source: str, layer: int) -> None:
    session, selection = built(source), Selection()
    for sample in (0, 7, 100):
        selection.show_sample(sample)
        reading = Reading.take(session, selection)
        assert session.dataset is not None
        answer = forward(session.document.network, session.document.parameters, session.dataset.inputs[[sample]])
        for neuron in range(session.document.network.layers[layer].size):
            found = equation(reading, NeuronRef(layer, neuron))
            assert found.z == answer[layer].z[0, neuron]
            assert found.a == answer[layer].a[0, neuron]
            assert total(found) == pytest.approx(found.z, abs=1e-9)
            arriving = sum(
                session.document.network.layers[s.source].size for s in session.document.network.incoming[layer]
            )
            assert len(found.terms) + found.more == arriving
            assert len(found.terms) == min(arriving, MOST_TERMS)
    session.close()


def test_of_many_synapses_the_strongest_come_first() -> None:
    session, selection = built("digits"), Selection()
    reading = Reading.take(session, selection)
    found = equation(reading, NeuronRef(2, 1))
    strengths = [abs(t.product or 0.0) for t in found.terms]
    assert strengths == sorted(strengths, reverse=True)
    assert found.more == 40
    x = np.asarray(reading.output(1))
    weights = session.document.parameters.weights[4][:, 1]
    rest = np.sort(np.abs(x * weights))[:40]
    assert rest.max() <= strengths[-1]
    text = [row for row in rows_of(found, session.document.network.layers[2]) if row.kind == "more"]
    assert text[0].cells[0] == "… 40 more, together"
    assert text[0].cells[3][0] in "+\u2212"
    session.close()


def test_rows_stay_where_they_are_while_numbers_move() -> None:
    session, selection = built("digits"), Selection()
    first = equation(Reading.take(session, selection), NeuronRef(2, 0))
    selection.show_sample(50)
    reading = Reading.take(session, selection)
    kept = equation(reading, NeuronRef(2, 0), first.places)
    assert kept.places == first.places
    assert kept.z is not None
    assert total(kept) == pytest.approx(kept.z, abs=1e-9)
    session.close()


def test_a_softmax_explains_itself_with_the_real_sum() -> None:
    session, selection = built("iris"), Selection()
    reading = Reading.take(session, selection)
    layer = session.document.network.layers[3]
    found = equation(reading, NeuronRef(3, 1))
    assert found.z is not None
    assert found.total is not None
    assert np.exp(found.z) / found.total == pytest.approx(found.a, rel=1e-12)
    rows = rows_of(found, layer)
    assert [row.kind for row in rows[-4:]] == ["z", "exp", "total", "a"]
    assert "Σ" in output_name(layer)
    session.close()


def test_without_data_weights_are_shown_and_nothing_is_made_up() -> None:
    session = Session()
    session.do(AddLayer("input", (0, 0)))
    session.do(AddLayer("output", (200, 0)))
    session.do(Connect(1, 2))
    reading = Reading.take(session, Selection())
    found = equation(reading, NeuronRef(2, 0))
    assert [term.weight for term in found.terms] == list(session.document.parameters.weights[3][:, 0])
    assert (found.z, found.a, found.terms[0].x) == (None, None, None)
    assert reading.problem.endswith(".")
    rows = rows_of(found, session.document.network.layers[2])
    assert rows[1].cells[3] == "·"
    session.close()


def test_sizes_that_do_not_fit_are_said_in_a_sentence() -> None:
    session = built("iris")
    from nnstudio.document.edits import ResizeLayer

    session.do(ResizeLayer(1, 3))
    reading = Reading.take(session, Selection())
    assert reading.activity == {}
    assert "3" in reading.problem
    assert equation(reading, NeuronRef(2, 0)).z is None
    session.close()
