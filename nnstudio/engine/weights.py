"""How much each sample counts in the loss: its own weight times that of its class."""

from __future__ import annotations

import numpy as np

from nnstudio.document import Array, Dataset, StudioError, Training


def sample_weights(training: Training, dataset: Dataset) -> Array | None:
    """A weight for each row of ``dataset``, (rows,) float64; None where all count alike.

    The loss of a batch of n samples is the sum of w l over its samples, divided by n. The weight of a class counts for
    training only; "balanced" is samples / (classes * samples of the class), so that all classes count alike and the
    mean weight is 1 (as scikit-learn has it). StudioError for weights without classes, or that are none.
    """
    weights = None if dataset.weights is None else np.array(dataset.weights, dtype=np.float64)
    if weights is not None and (weights.shape != (len(dataset.inputs),) or not _are_weights(weights)):
        raise StudioError("There must be one weight from 0 up for each of the {rows} rows.", rows=len(dataset.inputs))
    if training.class_weight is None:
        return None if weights is None else _not_all_zero(weights, dataset)
    if dataset.task != "classification":
        raise StudioError("Weights of classes need a target that has classes.")
    classes, count = _classes(dataset)
    if training.class_weight == "balanced":
        members = np.bincount(classes[dataset.train], minlength=count)
        factors = len(dataset.train) / (np.count_nonzero(members) * np.maximum(members, 1))
    else:
        factors = np.ones(count)
        for place, weight in training.class_weight:
            if not 0 <= place < count:
                raise StudioError("There is no class {place}; there are {count}.", place=place, count=count)
            factors[place] = weight
    found = np.ones(len(dataset.inputs)) if weights is None else weights
    found[dataset.train] *= factors[classes[dataset.train]]
    return _not_all_zero(found, dataset)


def _not_all_zero(weights: Array, dataset: Dataset) -> Array:
    if len(dataset.train) and not weights[dataset.train].any():
        raise StudioError("Every training sample weighs 0, so there is nothing to learn: give some a weight above 0.")
    return weights


def _classes(dataset: Dataset) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    """The class of each row, and how many there are."""
    if dataset.targets.ndim == 1:
        return dataset.targets.astype(np.int64), dataset.outputs
    if dataset.targets.shape[1] == 1:  # yes or no
        return (dataset.targets[:, 0] > 0.5).astype(np.int64), 2
    return dataset.targets.argmax(axis=1).astype(np.int64), dataset.targets.shape[1]


def _are_weights(weights: Array) -> bool:
    return bool(np.isfinite(weights).all() and (weights >= 0).all())
