"""The one immutable value that a person makes: network, parameters, data recipe, training, layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nnstudio.document.annotations import Group, Note
from nnstudio.document.data import DataRecipe
from nnstudio.document.network import Network
from nnstudio.document.parameters import Parameters
from nnstudio.document.training import Progress, Training

Position = tuple[float, float]
_NONE = Parameters()


@dataclass(frozen=True)
class Document:
    """Everything that is saved and undone. An edit makes a new one that shares what it did not touch.

    ``initial`` are the parameters that Reset goes back to. ``seed`` draws initial weights. ``layout`` holds the
    centre of each layer on the canvas, in scene units (24 units are one grid step). Notes and groups have ids from
    the network's counter.
    """

    network: Network = field(default_factory=Network)
    parameters: Parameters = _NONE
    initial: Parameters = _NONE  # the same object until training (or a hand) moves the present ones
    data: DataRecipe | None = None
    training: Training = field(default_factory=Training)
    progress: Progress = field(default_factory=Progress)
    layout: Mapping[int, Position] = field(default_factory=dict)
    seed: int = 0
    notes: Mapping[int, Note] = field(default_factory=dict)
    groups: Mapping[int, Group] = field(default_factory=dict)

    def having(self, **fields: Any) -> Document:
        """This document with some fields changed."""
        return replace(self, **fields)
