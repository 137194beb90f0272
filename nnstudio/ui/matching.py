"""Finding a text by a few of its letters, as people type them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

AT_START, AT_WORD, WITHIN, LOOSE = 0.0, 1.0, 2.0, 4.0  # how good a place is, best first


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text fits (lower is better) and the places of the letters that were found."""

    score: float
    places: frozenset[int]


def find_letters(query: str, text: str) -> Match | None:
    """Where the words of ``query`` are in ``text``, each in one piece or as letters in order; None where one is not.

    Case and accents do not count. Letters that are not in one piece must begin at the start of a word.
    """
    plain = _plain(text)
    starts = [i for i, letter in enumerate(plain) if letter.isalnum() and (i == 0 or not plain[i - 1].isalnum())]
    score, places = 0.0, set[int]()
    for part in _plain(query).split():
        found = _in_one_piece(part, plain, starts) or _in_order(part, plain, starts)
        if found is None:
            return None
        score += found.score
        places |= found.places
    return Match(score + len(plain) / 200, frozenset(places))


def _plain(text: str) -> str:
    """The text in small letters without accents; each letter keeps its place."""
    return "".join((unicodedata.normalize("NFD", letter)[0].lower() or letter)[0] for letter in text)


def _in_one_piece(part: str, text: str, starts: list[int]) -> Match | None:
    place = next((i for i in starts if text.startswith(part, i)), None)
    if place is not None:
        return _piece(AT_START if place == starts[0] else AT_WORD, place, len(part))
    place = text.find(part)
    return None if place < 0 else _piece(WITHIN, place, len(part))


def _piece(score: float, place: int, length: int) -> Match:
    return Match(score + place / 100, frozenset(range(place, place + length)))


def _in_order(part: str, text: str, starts: list[int]) -> Match | None:
    """The letters one after another: each at the next start of a word where there is one, else wherever it comes."""
    best: Match | None = None
    for first in (i for i in starts if text[i] == part[0]):
        for words_first in (True, False):
            places = [first]
            for letter in part[1:]:
                behind = places[-1] + 1
                place = text.find(letter, behind)
                if words_first and text[behind : behind + 1] != letter:
                    place = next((i for i in starts if i >= behind and text[i] == letter), place)
                places.append(place)
                if place < 0:
                    break
            if places[-1] < 0:
                continue
            gaps = sum(b - a > 1 for a, b in pairwise(places))
            score = LOOSE + gaps + (places[-1] - places[0]) / 50
            if best is None or score < best.score:
                best = Match(score, frozenset(places))
    return best
