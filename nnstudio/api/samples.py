"""Turns the X and Y that a program gives into samples that fit a network, or says what is wrong with them."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnstudio import catalog
from nnstudio.document import Array, Dataset, Network, Part, StudioError, Task


def checked_network(network: Network) -> None:
    """StudioError where the network cannot compute: no input, no output, or a layer that nothing reaches."""
    for kind, name in (("input", "nn.Input"), ("output", "nn.Output")):
        if not any(layer.kind == kind for layer in network.layers.values()):
            raise StudioError("The network has no {kind} layer: add {name}.", kind=kind, name=name)
    for layer_id in network.order:
        layer = network.layers[layer_id]
        if layer.kind != "input" and not network.incoming[layer_id]:
            raise StudioError('"{layer}" has no incoming synapses: wire a layer to it.', layer=layer.name)
    # a hidden layer that leads nowhere still computes; training refuses it, in the words of the window


def input_rows(network: Network, X: ArrayLike, name: str = "X") -> NDArray[Any]:
    """``X`` as (samples, input neurons); StudioError names the expected and the given shape.

    Bytes and float32 stay what they are, for the engine converts them batch by batch; all else becomes float64.
    Several input layers share the columns, one after the other in the order in which they were added.
    """
    inputs = network.of_kind("input")
    columns = sum(layer.size for layer in inputs)
    kept = isinstance(X, np.ndarray) and X.dtype in (np.uint8, np.float32)
    values: NDArray[Any] = np.asarray(X) if kept else _numbers(X, name)
    shape = inputs[0].shape if len(inputs) == 1 else (columns,)
    if values.ndim == 1 and columns == 1:
        values = values[:, np.newaxis]
    if values.ndim < 2 or prod(values.shape[1:]) != columns or (values.ndim > 2 and values.shape[1:] != shape):
        raise StudioError(
            "{name} has the shape {given}; the network takes {expected}.",
            name=name,
            given=_text(values.shape),
            expected=_text(("samples", *shape)),
        )
    return _finite(np.ascontiguousarray(values.reshape(len(values), columns)), name)


def target_rows(network: Network, Y: ArrayLike, loss: Part, name: str = "Y") -> tuple[Task, Array]:
    """The task that ``Y`` sets and its rows, float64 (samples, output neurons); StudioError says what would fit.

    Whole numbers (samples,) are classes where the network has several outputs, and become one-hot rows.
    """
    outputs = network.of_kind("output")
    columns = sum(layer.size for layer in outputs)
    values = _numbers(Y, name)
    entry = catalog.losses[loss.key]
    if values.ndim == 2 and values.shape[1] == 1 and columns > 1:
        values = values[:, 0]
    if values.ndim == 1 and columns > 1:
        return "classification", _one_hot(values, columns, name)
    if (values.ndim > 1 and prod(values.shape[1:]) != columns) or values.ndim == 0:
        raise StudioError(
            "{name} has the shape {given}; the network's outputs ask for {expected}.",
            name=name,
            given=_text(values.shape),
            expected=_text(("samples", columns)),
        )
    rows = _finite(np.ascontiguousarray(values.reshape(len(values), columns)), name)
    if "regression" not in entry.tasks:
        if entry.signed and (np.abs(rows) == 1.0).all():
            rows = (rows + 1.0) / 2.0
        if rows.size and (rows.min() < 0.0 or rows.max() > 1.0):
            raise StudioError(
                "{name} holds {value}; the loss {loss} compares with classes or with rows of numbers from 0 to 1.",
                name=name,
                value=float(rows.min() if rows.min() < 0.0 else rows.max()),
                loss=entry.label,
            )
        return "classification", rows
    classes = columns > 1 and {layer.activation.key for layer in outputs} == {"softmax"}
    return ("classification" if classes and _are_one_hot(rows) else "regression"), rows


def samples(
    network: Network,
    X: ArrayLike,
    Y: ArrayLike,
    loss: Part,
    validation: tuple[ArrayLike, ArrayLike] | float | None,
    seed: int,
    dtype: str = "float64",
) -> Dataset:
    """Everything that a run needs of its data. ``validation``: (X, Y), or the share of rows that ``seed`` picks.

    StudioError where a number is too large for ``dtype``.
    """
    inputs = input_rows(network, X)
    task, targets = target_rows(network, Y, loss)
    _same_length(inputs, targets, "X", "Y")
    train = np.arange(len(inputs), dtype=np.int64)
    held = np.arange(0, dtype=np.int64)
    if isinstance(validation, (tuple, list)):
        if len(validation) != 2:
            raise StudioError("validation is a pair (X, Y) or a share between 0 and 1.")
        more = input_rows(network, validation[0], "The validation X")
        _, wanted = target_rows(network, validation[1], loss, "The validation Y")
        _same_length(more, wanted, "The validation X", "Y")
        held = np.arange(len(inputs), len(inputs) + len(more), dtype=np.int64)
        inputs, targets = np.concatenate([inputs, more]), np.concatenate([targets, wanted])
    elif validation is not None:
        train, held = _divided(task, targets, validation, seed)
    _within(inputs, dtype, "X")
    _within(targets, dtype, "Y")
    names = tuple(f"{layer.name} {layer.label(n)}" for layer in network.of_kind("output") for n in range(layer.size))
    answers: NDArray[Any] = targets
    if task == "classification" and len(names) > 1 and _are_one_hot(targets):
        answers = targets.argmax(axis=1).astype(np.int64)
    return Dataset("samples", task, inputs, answers, train, held, output_names=names)


def _divided(task: Task, targets: Array, share: Any, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows for training and for validation; classes keep their shares in both."""
    from nnstudio.data.split import split_rows

    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 <= share < 1.0:
        raise StudioError("validation is {given}; give a pair (X, Y) or a share from 0 up to 1.", given=repr(share))
    classes = targets.argmax(axis=1) if task == "classification" and targets.shape[1] > 1 else None
    return split_rows(len(targets), float(share), seed, classes)


def _same_length(inputs: NDArray[Any], targets: Array, first: str, second: str) -> None:
    if len(inputs) != len(targets):
        raise StudioError(
            "{first} has {count} rows but {second} has {other}.",
            first=first,
            count=len(inputs),
            second=second,
            other=len(targets),
        )


def _one_hot(values: Array, columns: int, name: str) -> Array:
    classes = values.astype(np.int64) if np.isfinite(values).all() else np.array([-1])
    if not np.array_equal(classes, values) or (len(classes) and not 0 <= classes.min() <= classes.max() < columns):
        raise StudioError(
            "{name} has the shape {given}, so it holds classes: they must be whole numbers from 0 to {most}, one for "
            "each of the {count} outputs.",
            name=name,
            given=_text(values.shape),
            most=columns - 1,
            count=columns,
        )
    rows = np.zeros((len(classes), columns))
    rows[np.arange(len(classes)), classes] = 1.0
    return rows


def _are_one_hot(rows: Array) -> bool:
    return bool(((rows == 0.0) | (rows == 1.0)).all() and (rows.sum(axis=1) == 1.0).all())


def _numbers(values: ArrayLike, name: str) -> Array:
    if np.ma.is_masked(values):
        raise StudioError("{name} has masked values: fill them or leave their rows out.", name=name)
    try:
        given = np.asarray(values)
        if given.dtype.kind in "cmM":
            raise StudioError("{name} must hold real numbers, not {kind}.", name=name, kind=given.dtype.name)
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(error, StudioError):
            raise
        raise StudioError("{name} must be an array of numbers.", name=name) from None


def _finite(values: NDArray[Any], name: str) -> NDArray[Any]:
    if values.dtype != np.uint8 and not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        raise StudioError("{name} holds a value that is not finite in row {row}.", name=name, row=row)
    return values


def _within(values: NDArray[Any], dtype: str, name: str) -> None:
    if values.dtype != np.float64 or dtype != "float32" or not values.size:
        return
    largest = max(float(values.max()), -float(values.min()))
    if largest > float(np.finfo(np.float32).max):
        raise StudioError(
            '{name} holds {value}, which is too large for float32: scale it, or train with dtype="float64".',
            name=name,
            value=f"{largest:g}",
        )


def _text(shape: tuple[Any, ...]) -> str:
    return f"({', '.join(str(size) for size in shape)}{',' if len(shape) == 1 else ''})"
