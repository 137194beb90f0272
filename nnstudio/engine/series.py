"""The curves of a run: one value a finished epoch, made from the sums that the compiled loop wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from nnstudio.catalog import metrics
from nnstudio.document import Array


class Series:
    """Grows epoch by epoch; what was handed out stays valid, since finished epochs never change."""

    def __init__(
        self,
        metric: str,
        outputs: list[int],
        train: Array,
        validation: Array,
        before: Mapping[str, Array],
        epochs: int,
        more: tuple[str, ...] = (),
    ) -> None:
        self._metric = metrics[metric]
        self._widths = outputs
        self._train, self._validation = train, validation
        self.names = ["loss", metric, *(["val_loss", f"val_{metric}"] if len(validation) else [])]
        everything = [*self.names, *more, *(name for name in before if name not in (*self.names, *more))]
        self._values = {name: _begun(before.get(name), epochs) for name in everything}
        self.epochs = epochs

    def add(self, records: Array, more: Mapping[str, Array]) -> None:
        """Take in finished epochs: (epochs, parts) sums over training samples, then over validation samples.

        ``more``: the values of the other series, (epochs,) each.
        """
        if not len(records):
            return
        half = records.shape[1] // 2
        columns = self._scores(records[:, :half], self._train)
        if len(self._validation):
            columns += self._scores(records[:, half:], self._validation)
        end = self.epochs + len(records)
        for name, values in self._values.items():
            grown = values if end <= len(values) else np.concatenate([values, np.full(max(end, 256), np.nan)])
            if name in self.names:
                grown[self.epochs : end] = columns[self.names.index(name)]
            elif name in more:
                grown[self.epochs : end] = more[name]
            self._values[name] = grown
        self.epochs = end

    def read(self) -> Mapping[str, Array]:
        """Name -> (epochs,) read-only."""
        views = {}
        for name, values in self._values.items():
            view = values[: self.epochs]
            view.setflags(write=False)
            views[name] = view
        return MappingProxyType(views)

    def _scores(self, sums: Array, targets: Array) -> list[Array]:
        """The loss and the metric of each epoch; of several output layers the metric is the mean."""
        scores = []
        column = place = 0
        for width in self._widths:
            parts = width if self._metric.per_output else 1
            scores.append(
                self._metric.finish(sums[:, 1 + place : 1 + place + parts], targets[:, column : column + width])
            )
            place += parts
            column += width
        return [sums[:, 0] / len(targets), np.mean(scores, axis=0)]


def _begun(before: Array | None, epochs: int) -> Array:
    values = np.full(epochs + 256, np.nan)
    if before is not None:
        kept = before[:epochs]
        values[: len(kept)] = kept
    return values
