"""Mute and Bypass as edits: what they say, what they refuse, and who keeps them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio import project
from nnstudio.catalog import initial
from nnstudio.document import Document, Message, StudioError
from nnstudio.document.edits import (
    AddLayer,
    Bypass,
    Edit,
    InsertNeuron,
    Mute,
    Paste,
    Redraw,
    Remove,
    RemoveNeuron,
    Reset,
    ResizeLayer,
    Several,
    TakeOut,
    copy_fragment,
)
from nnstudio.session import Session


def after(document: Document, *edits: Edit) -> Document:
    for edit in edits:
        document = initial.fill(edit.apply(document))
    return document


def muted(document: Document, layer: int) -> list[bool]:
    return document.parameters.muted[layer].tolist()


def test_words(chain: Document) -> None:
    said = {
        "Mute Hidden 1 2": Mute(2, (1,)),
        "Unmute Hidden 1 2": Mute(2, (1,), False),
        "Mute Hidden 1": Mute(2),
        "Unmute Hidden 1": Mute(2, None, False),
        "Mute 2 neurons of Hidden 1": Mute(2, (0, 2)),
        "Unmute 2 neurons of Hidden 1": Mute(2, (0, 2), False),
        "Bypass Hidden 1": Bypass(2),
        "Use Hidden 1 again": Bypass(2, False),
    }
    for words, edit in said.items():
        assert str(edit.describe(chain)) == words


def test_neurons_are_muted_one_by_one_and_heard_again(chain: Document) -> None:
    document = after(chain, Mute(2, (0, 2)), Mute(1, (1,)))
    assert (muted(document, 2), muted(document, 1)) == ([True, False, True], [False, True])
    assert document.initial is document.parameters
    assert not document.parameters.equals(chain.parameters)
    document = after(document, Mute(2, (0,), False), Mute(1, None, False))
    assert muted(document, 2) == [False, False, True]
    assert 1 not in document.parameters.muted
    assert after(document, Mute(2, None, False)).parameters.equals(chain.parameters)
    assert Mute(2, (1,), False).apply(document) is document, "nothing to do is no step"
    with pytest.raises(ValueError, match="read-only"):
        document.parameters.muted[2][0] = True


def test_what_cannot_be(chain: Document) -> None:
    for edit, words in (
        (Mute(3), '"Output" is an output: mute neurons of the layers before it'),
        (Mute(2, (3,)), '"Hidden 1" has no neuron number 4'),
        (Bypass(1), '"Input" is an input'),
        (Mute(9), "no layer number 9"),
        (Bypass(9), "no layer number 9"),
    ):
        with pytest.raises(StudioError, match=words):
            edit.apply(chain)


def test_neurons_keep_it_wherever_they_go(chain: Document) -> None:
    document = after(chain, Mute(2, (0, 2)))
    assert muted(after(document, ResizeLayer(2, 5)), 2) == [True, False, True, False, False]
    assert muted(after(document, ResizeLayer(2, 2)), 2) == [True, False]
    assert muted(after(document, RemoveNeuron(2, 0)), 2) == [False, True]
    assert muted(after(document, InsertNeuron(2, 0)), 2) == [False, True, False, True]
    assert muted(after(document, Redraw(7)), 2) == muted(after(document, Reset()), 2) == [True, False, True]
    assert not after(document, Remove(layers=frozenset({2}))).parameters.muted
    alone = after(document, TakeOut(2, 2, (0.0, 0.0)))
    assert (muted(alone, 2), muted(alone, 6)) == ([True, False], [True])
    paste = Paste(copy_fragment(document, {1, 2}))
    pasted = after(document, paste)
    assert muted(pasted, paste.new_ids(document)[2]) == [True, False, True]
    image = after(document, AddLayer("hidden", (0.0, 0.0)))
    assert image.parameters.muted.keys() == {2}


def test_a_bypass_keeps_the_activation(chain: Document) -> None:
    document = after(chain, Bypass(2))
    layer = document.network.layers[2]
    assert (layer.bypassed, layer.applied.key, layer.activation.key) == (True, "linear", "tanh")
    assert Bypass(2).apply(document) is document
    assert after(document, Bypass(2, False)).network == chain.network


def test_undo_and_the_file_give_it_back(chain: Document, tmp_path: Path) -> None:
    session = Session()
    session.history.add(Several(Message.of("Build"), ()), chain)
    session.do(Mute(2, (0, 2)))
    session.do(Bypass(2))
    assert [str(entry.name) for entry in session.history.entries[-2:]] == [
        "Mute 2 neurons of Hidden 1",
        "Bypass Hidden 1",
    ]
    session.save(tmp_path / "a.nns")
    read = project.load(tmp_path / "a.nns")
    assert read.network == session.document.network
    assert read.parameters.equals(session.document.parameters)
    assert read.initial.equals(session.document.initial)
    session.undo()
    session.undo()
    assert session.document is chain
    session.close()


def test_a_file_cannot_mute_what_is_not_there(chain: Document, tmp_path: Path) -> None:
    wrong = chain.having(parameters=chain.parameters.with_muted(3, np.ones(2, np.bool_)))
    with pytest.raises(StudioError, match="muted neurons of number 3, which is missing"):
        project.save(wrong, tmp_path / "a.nns")
    wrong = chain.having(parameters=chain.parameters.with_muted(2, np.ones(2, np.bool_)))
    with pytest.raises(StudioError, match='muted neurons of "Hidden 1" are 2 numbers instead of 3'):
        project.save(wrong, tmp_path / "a.nns")
