"""Finding a text by a few of its letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnstudio.ui.matching import find_letters


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("", "Undo", set()),
        ("und", "Undo", {0, 1, 2}),
        ("ALL", "Select all", {7, 8, 9}),
        ("sa", "Select all", {0, 7}),
        ("gth", "Go to layer Hidden 1", {0, 3, 12}),
        ("re weig", "Reset to the initial weights", {0, 1, 21, 22, 23, 24}),
        ("layer go", "Go to layer Éva", {0, 1, 6, 7, 8, 9, 10}),
        ("eva", "Go to layer Éva", {12, 13, 14}),
    ],
)
def test_letters_that_are_found(query: str, text: str, places: set[int]) -> None:
    match = find_letters(query, text)
    assert match is not None
    assert match.places == places


@pytest.mark.parametrize("query", ["xyz", "odnu", "undo redo", "nd o q"])
def test_letters_that_are_not_there(query: str) -> None:
    assert find_letters(query, "Undo") is None


def test_the_start_is_better_than_a_word_than_the_middle_than_single_letters() -> None:
    texts = ["Train", "Pause train", "Restrain", "Try again"]
    scores = [match.score if (match := find_letters("trai" if t != "Try again" else "trag", t)) else 99 for t in texts]
    assert scores == sorted(scores)
    assert len(set(scores)) == 4


@given(st.text(max_size=20), st.text(max_size=40))
def test_places_are_letters_of_the_text(query: str, text: str) -> None:
    match = find_letters(query, text)
    assert match is None or all(0 <= place < len(text) for place in match.places)


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=30))
def test_a_text_finds_itself(text: str) -> None:
    assert find_letters(text, text) is not None
