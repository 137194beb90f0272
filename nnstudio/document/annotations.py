"""What is written around the network: notes, and groups of layers. Training reads none of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

Rect = tuple[float, float, float, float]  # left, top, width, height in scene units
SMALLEST_NOTE = (72.0, 48.0)
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Note:
    """A text on the canvas; ``rect`` is where its card lies."""

    id: int
    text: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Group:
    """Layers that belong together, under a name. A layer is in one group at most.

    A ``collapsed`` group is drawn as one card in the middle of where its layers stand.
    """

    id: int
    name: str
    layers: frozenset[int]
    collapsed: bool = False


def groups_within(groups: Mapping[int, Group], layers: Collection[int]) -> Mapping[int, Group]:
    """The groups with only those of their ``layers`` that exist; empty ones vanish."""
    kept = {i: group.layers & frozenset(layers) for i, group in groups.items()}
    if all(kept[i] == group.layers for i, group in groups.items()):
        return groups
    return {i: replace(group, layers=kept[i]) for i, group in groups.items() if kept[i]}
