"""The newest numbers for one sample: the parameters, the sample's inputs, and what every neuron makes of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.document import Array, Dataset, Document, Parameters, StudioError
from nnstudio.session import Session
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import message_text, tr

if TYPE_CHECKING:
    from nnstudio.engine import Activity


class Reading:
    """A moment: the document, the newest parameters, and one sample. What is expensive is worked out when asked for."""

    def __init__(
        self, document: Document, parameters: Parameters, dataset: Dataset | None, row: int, problem: str = ""
    ) -> None:
        self.document = document
        self.parameters = parameters
        self.dataset = dataset
        self.row = row
        self._problem = problem

    @staticmethod
    def take(session: Session, selection: Selection) -> Reading:
        """The present moment; the row is the chosen sample, or the last one where there are fewer."""
        dataset = session.dataset
        rows = len(dataset.inputs) if dataset is not None else 0
        problem = message_text(session.data_problem.message) if session.data_problem else ""
        return Reading(
            session.document, session.live.parameters, dataset, min(max(selection.sample, 0), max(rows - 1, 0)), problem
        )

    @cached_property
    def inputs(self) -> Array | None:
        """The prepared inputs of the sample as one row (1, columns), or None without data."""
        if self.dataset is None or not len(self.dataset.inputs):
            return None
        return np.asarray(self.dataset.inputs[self.row : self.row + 1], dtype=np.float64).reshape(1, -1)

    @cached_property
    def _forwarded(self) -> tuple[dict[int, Activity], str]:
        from nnstudio.engine import forward

        if self.inputs is None:
            return {}, self._problem or tr("Choose data to see the values of a sample.")
        try:
            return dict(forward(self.document.network, self.parameters, self.inputs)), ""
        except StudioError as error:
            return {}, message_text(error.message)

    @property
    def activity(self) -> dict[int, Activity]:
        """Layer id -> z and a of the sample, arrays (1, neurons); empty where there are none."""
        return self._forwarded[0]

    @property
    def problem(self) -> str:
        """Why there are no values, in one sentence, or ""."""
        return self._forwarded[1]

    def output(self, layer: int) -> Array | None:
        """The outputs a of one layer (neurons,), or None."""
        found = self.activity.get(layer)
        return None if found is None else np.asarray(found.a[0])

    def taken(self, layer: int) -> Array | None:
        """What the activation of one layer takes (neurons,): z, normalized where the layer has a normalization."""
        found = self.activity.get(layer)
        return None if found is None else np.asarray(found.n[0])

    def weighted(self, layer: int) -> Array | None:
        """The weighted inputs z of one layer (neurons,), or None."""
        found = self.activity.get(layer)
        return None if found is None else np.asarray(found.z[0])
