"""Pooling: of each window of an image only the largest value, or the average, goes on; there are no weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.window import Window, window
from nnstudio.catalog.wiring import Real, Whole, Wiring
from nnstudio.document import Layer, Message, Part

SETTINGS = (
    Setting("kind", "Takes", "max", "choice", choices=("max", "average"), help="What goes on from each window."),
    Setting("size", "Size", 2, "integer", 1, 1024, help="Rows and columns of the window."),
    Setting("stride", "Stride", 2, "integer", 1, 1024, help="How far the window moves from one neuron to the next."),
    Setting(
        "padding",
        "Padding",
        "valid",
        "choice",
        choices=("valid", "same"),
        help="valid: the window stays inside; same: it may reach over the edge, and only what is inside counts.",
    ),
    Setting("whole", "Whole image", False, "switch", help="One window over the whole image (global pooling)."),
)


def geometry(source: Layer, part: Part) -> tuple[Window, bool]:
    """The window over ``source``, and whether the largest value is taken."""
    values = entry.values(part)
    size, stride = (int(values["size"]),) * 2, int(values["stride"])
    if values["whole"]:
        height, width, _ = source.shape if len(source.shape) == 3 else (1, 1, source.size)
        size, stride = (height, width), max(height, width)
    return window(source, size, stride, str(values["padding"])), values["kind"] == "max"


def weight_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...]:
    """There are none: (0,)."""
    return (0,)


def fans(source: Layer, target: Layer, part: Part) -> tuple[int, int]:
    """There are no weights to start."""
    return (1, 1)


def target_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...] | None:
    """As many places as the window has positions, with the source's channels."""
    over, _ = geometry(source, part)
    fits = len(source.shape) == 3 and min(over.rows, over.columns) > 0
    return (over.rows, over.columns, over.channels) if fits else None


def refusal(source: Layer, target: Layer, part: Part) -> Message | None:
    """The source is an image, and the target has a neuron for each position and channel."""
    over, _ = geometry(source, part)
    if len(source.shape) != 3:
        return Message.of(
            '"{a}" has {count} neurons in no order that a window to "{b}" could slide over; give "{a}" a shape '
            "(height, width, channels).",
            a=source.name,
            b=target.name,
            count=source.size,
        )
    wanted = target_shape(source, target, part)
    if wanted is None:
        return Message.of(
            'A window of {rows} x {columns} places does not fit into "{a}", which is {height} x {width}, on the way to '
            '"{b}"; choose a smaller size or padding "same".',
            rows=over.size[0],
            columns=over.size[1],
            a=source.name,
            b=target.name,
            height=over.height,
            width=over.width,
        )
    if target.size != over.rows * over.columns * over.channels or (len(target.shape) == 3 and target.shape != wanted):
        return Message.of(
            '"{b}" has the shape {given}; pooling from "{a}" needs {wanted}.',
            a=source.name,
            b=target.name,
            given=_by(target.shape),
            wanted=_by(wanted),
        )
    return None


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(str(length) for length in shape)


def _image(x: Real, over: Window) -> Real:
    return x.reshape(len(x), over.height, over.width, over.channels)


def _shares(over: Window, dtype: np.dtype[np.floating]) -> Real:
    """1 / how many places of the window lie inside, for each position, (rows, columns, 1)."""
    counts = np.zeros((over.rows, over.columns, 1), dtype=dtype)
    for _, _, (at_y, at_x), _ in over.places():
        counts[at_y, at_x] += 1
    return 1 / np.maximum(counts, 1)


def _largest(image: Real, over: Window) -> Real:
    found = np.full((len(image), over.rows, over.columns, over.channels), -np.inf, dtype=image.dtype)
    for _, _, (at_y, at_x), (in_y, in_x) in over.places():
        np.maximum(found[:, at_y, at_x], image[:, in_y, in_x], out=found[:, at_y, at_x])
    return found


def send(source: Layer, target: Layer, part: Part, x: Real, weights: Real) -> Real:
    """The largest value or the average of each window."""
    over, is_max = geometry(source, part)
    image = _image(x, over)
    if is_max:
        return _largest(image, over).reshape(len(x), -1)
    total = np.zeros((len(x), over.rows, over.columns, over.channels), dtype=x.dtype)
    for _, _, (at_y, at_x), (in_y, in_x) in over.places():
        total[:, at_y, at_x] += image[:, in_y, in_x]
    return (total * _shares(over, x.dtype)).reshape(len(x), -1)


def slope(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """Nothing."""
    return np.zeros_like(weights)


def back(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """dL/dz goes to the first of the largest values, or in equal shares to all."""
    over, is_max = geometry(source, part)
    image, slopes = _image(x, over), d.reshape(len(x), over.rows, over.columns, over.channels)
    found = np.zeros_like(image)
    if not is_max:
        shared = slopes * _shares(over, x.dtype)
        for _, _, (at_y, at_x), (in_y, in_x) in over.places():
            found[:, in_y, in_x] += shared[:, at_y, at_x]
        return found.reshape(len(x), -1)
    largest, waiting = _largest(image, over), np.array(slopes)
    for _, _, (at_y, at_x), (in_y, in_x) in over.places():
        here = image[:, in_y, in_x] == largest[:, at_y, at_x]
        found[:, in_y, in_x] += np.where(here, waiting[:, at_y, at_x], 0)
        waiting[:, at_y, at_x] = np.where(here, 0, waiting[:, at_y, at_x])
    return found.reshape(len(x), -1)


def side(source: Layer, target: Layer, part: Part, x: Real) -> NDArray[np.int64]:
    """Which place of each window has the largest value, (samples, rows, columns, channels)."""
    over, is_max = geometry(source, part)
    chosen = np.zeros((len(x), over.rows, over.columns, over.channels), dtype=np.int64)
    if not is_max:
        return chosen
    image = _image(x, over)
    largest = _largest(image, over)
    for row, column, (at_y, at_x), (in_y, in_x) in over.places():
        here = (image[:, in_y, in_x] == largest[:, at_y, at_x]) & (chosen[:, at_y, at_x] == 0)
        chosen[:, at_y, at_x] += here * (1 + row * over.size[1] + column)
    return chosen


def into(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """What the window sees from the neuron's position; these synapses have no weight."""
    over, _ = geometry(source, part)
    position, channel = divmod(neuron, over.channels)
    y, x = divmod(position, max(1, over.columns))
    rows = y * over.stride - over.top + np.arange(over.size[0])
    columns = x * over.stride - over.left + np.arange(over.size[1])
    rows = rows[(rows >= 0) & (rows < over.height)]
    columns = columns[(columns >= 0) & (columns < over.width)]
    found = ((rows[:, None] * over.width + columns) * over.channels + channel).ravel()
    return found, np.full(len(found), -1)


def out_of(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """All positions whose window sees the neuron."""
    over, _ = geometry(source, part)
    position, channel = divmod(neuron, over.channels)
    y, x = divmod(position, over.width)
    rows, columns = (
        np.array([k for k in range(count) if 0 <= at + before - k * over.stride < size], dtype=np.int64)
        for at, before, count, size in (
            (y, over.top, over.rows, over.size[0]),
            (x, over.left, over.columns, over.size[1]),
        )
    )
    found = ((rows[:, None] * over.columns + columns) * over.channels + channel).ravel()
    return found, np.full(len(found), -1)


def count(source: Layer, target: Layer, part: Part) -> int:
    """All pairs that a position joins."""
    over, _ = geometry(source, part)
    return over.channels * over.joined()


entry = Wiring(
    key="pooling",
    label="Pooling",
    summary="Of each window of an image only the largest value, or the average, goes on; nothing is trained.",
    formula="z_yxc = max (or mean) over the window of x_(y+v)(x+u)c",
    line="the largest of each window",
    settings=SETTINGS,
    weight_shape=weight_shape,
    fans=fans,
    refusal=refusal,
    target_shape=target_shape,
    send=send,
    slope=slope,
    back=back,
    into=into,
    out_of=out_of,
    count=count,
    side=side,
)
