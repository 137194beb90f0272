"""Convolution: a small window of shared weights slides over an image."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnstudio.catalog.entry import Setting
from nnstudio.catalog.window import Window, window
from nnstudio.catalog.wiring import Real, Whole, Wiring
from nnstudio.document import Layer, Message, Part

SETTINGS = (
    Setting("kernel", "Kernel", 3, "integer", 1, 1024, help="Rows and columns of the window."),
    Setting("stride", "Stride", 1, "integer", 1, 1024, help="How far the window moves from one neuron to the next."),
    Setting(
        "padding",
        "Padding",
        "same",
        "choice",
        choices=("same", "valid"),
        help="same: the window may reach over the edge, where the image counts as 0; valid: it stays inside.",
    ),
    Setting("dilation", "Dilation", 1, "integer", 1, 1024, help="How far apart the window's places lie."),
    Setting(
        "groups", "Groups", 1, "integer", 1, 65536, help="Channels are parted into groups that do not see each other."
    ),
)


def geometry(source: Layer, part: Part) -> tuple[Window, int]:
    """The window over ``source``, and in how many groups the channels are."""
    values: dict[str, Any] = entry.values(part)
    kernel = int(values["kernel"])
    found = window(source, (kernel, kernel), int(values["stride"]), str(values["padding"]), int(values["dilation"]))
    return found, int(values["groups"])


def weight_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...]:
    """(rows, columns, channels of the source / groups, channels of the target)."""
    over, groups = geometry(source, part)
    return (*over.size, max(1, over.channels // groups), target.bias_count)


def fans(source: Layer, target: Layer, part: Part) -> tuple[int, int]:
    """What one neuron sees, and how many neurons see one (PyTorch's and Keras's counts)."""
    rows, columns, channels, out = weight_shape(source, target, part)
    _, groups = geometry(source, part)
    return (rows * columns * channels, max(1, rows * columns * out // groups))


def target_shape(source: Layer, target: Layer, part: Part) -> tuple[int, ...] | None:
    """As many places as the window has positions, with the target's channels (8 where it is no image yet)."""
    over, groups = geometry(source, part)
    if len(source.shape) != 3 or min(over.rows, over.columns) < 1 or over.channels % groups:
        return None
    channels = target.shape[2] if len(target.shape) == 3 else 8
    return (over.rows, over.columns, -(-channels // groups) * groups)


def refusal(source: Layer, target: Layer, part: Part) -> Message | None:
    """Both layers are images, and the target has a neuron for each position of the window."""
    over, groups = geometry(source, part)
    if len(source.shape) != 3:
        return Message.of(
            '"{a}" has {count} neurons in no order that a window to "{b}" could slide over; give "{a}" a shape '
            "(height, width, channels), for example {example}.",
            a=source.name,
            b=target.name,
            count=source.size,
            example=example(source.size),
        )
    if min(over.rows, over.columns) < 1:
        return Message.of(
            'A window of {size} x {size} places does not fit into "{a}", which is {height} x {width}, on the way to '
            '"{b}"; choose a smaller kernel or padding "same".',
            size=over.size[0],
            a=source.name,
            b=target.name,
            height=over.height,
            width=over.width,
        )
    if over.channels % groups or target.bias_count % groups:
        return Message.of(
            '"{a}" has {here} channels and "{b}" has {there}; {groups} groups must divide both.',
            a=source.name,
            b=target.name,
            here=over.channels,
            there=target.bias_count,
            groups=groups,
        )
    wanted = target_shape(source, target, part)
    if wanted is None or target.shape != wanted:
        return Message.of(
            '"{b}" has the shape {given}; a convolution from "{a}" needs {wanted} (any number of channels).',
            a=source.name,
            b=target.name,
            given=by(target.shape),
            wanted=by(wanted or ()),
        )
    return None


def by(shape: tuple[int, ...]) -> str:
    """A shape as it is written for people."""
    return " x ".join(str(length) for length in shape)


def example(size: int) -> str:
    """A shape for that many neurons: a square where they make one."""
    side = round(size**0.5)
    if side * side == size:
        return by((side, side, 1))
    side = round((size / 3) ** 0.5)
    return by((side, side, 3)) if side * side * 3 == size else by((1, size, 1))


def send(source: Layer, target: Layer, part: Part, x: Real, weights: Real) -> Real:
    """The sum over the window's places of what lies there times the weights of that place."""
    over, groups = geometry(source, part)
    image = x.reshape(len(x), over.height, over.width, over.channels)
    arriving = np.zeros((len(x), over.rows, over.columns, weights.shape[3]), dtype=x.dtype)
    for row, column, (at_y, at_x), (in_y, in_x) in over.places():
        for here, there in _grouped(groups, over.channels, weights.shape[3]):
            arriving[:, at_y, at_x, there] += image[:, in_y, in_x, here] @ weights[row, column, :, there]
    return arriving.reshape(len(x), -1)


def slope(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """For each place of the window: what lay there times dL/dz, over all positions and samples."""
    over, groups = geometry(source, part)
    image = x.reshape(len(x), over.height, over.width, over.channels)
    slopes = d.reshape(len(x), over.rows, over.columns, -1)
    found = np.zeros_like(weights)
    for row, column, (at_y, at_x), (in_y, in_x) in over.places():
        for here, there in _grouped(groups, over.channels, weights.shape[3]):
            lay, moved = image[:, in_y, in_x, here], slopes[:, at_y, at_x, there]
            found[row, column, :, there] = lay.reshape(-1, lay.shape[-1]).T @ moved.reshape(-1, moved.shape[-1])
    return found


def back(source: Layer, target: Layer, part: Part, x: Real, d: Real, weights: Real) -> Real:
    """Each position's dL/dz goes back to what it saw."""
    over, groups = geometry(source, part)
    slopes = d.reshape(len(x), over.rows, over.columns, -1)
    found = np.zeros((len(x), over.height, over.width, over.channels), dtype=x.dtype)
    for row, column, (at_y, at_x), (in_y, in_x) in over.places():
        for here, there in _grouped(groups, over.channels, weights.shape[3]):
            found[:, in_y, in_x, here] += slopes[:, at_y, at_x, there] @ weights[row, column, :, there].T
    return found.reshape(len(x), -1)


def into(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """What the window sees from the neuron's position."""
    over, groups = geometry(source, part)
    shape = weight_shape(source, target, part)
    position, out = divmod(neuron, shape[3])
    y, x = divmod(position, max(1, over.columns))
    here = (out * groups // shape[3]) * shape[2] + np.arange(shape[2])
    rows, columns = _inside(over, y, x)
    neurons = [
        (
            (y * over.stride + row * over.dilation - over.top) * over.width
            + x * over.stride
            + column * over.dilation
            - over.left
        )
        * over.channels
        + here
        for row in rows
        for column in columns
    ]
    places = [
        ((row * shape[1] + column) * shape[2] + np.arange(shape[2])) * shape[3] + out
        for row in rows
        for column in columns
    ]
    return _joined(neurons), _joined(places)


def out_of(source: Layer, target: Layer, part: Part, neuron: int) -> tuple[Whole, Whole]:
    """All positions whose window sees the neuron."""
    over, groups = geometry(source, part)
    shape = weight_shape(source, target, part)
    position, channel = divmod(neuron, over.channels)
    y, x = divmod(position, over.width)
    group, own = divmod(channel, shape[2])
    each = shape[3] // groups
    there = group * each + np.arange(each)
    neurons, places = [], []
    for row in range(shape[0]):
        at_y, over_y = divmod(y + over.top - row * over.dilation, over.stride)
        for column in range(shape[1]):
            at_x, over_x = divmod(x + over.left - column * over.dilation, over.stride)
            if not over_y and not over_x and 0 <= at_y < over.rows and 0 <= at_x < over.columns:
                neurons.append((at_y * over.columns + at_x) * shape[3] + there)
                places.append(((row * shape[1] + column) * shape[2] + own) * shape[3] + there)
    return _joined(neurons), _joined(places)


def count(source: Layer, target: Layer, part: Part) -> int:
    """All pairs that a position joins; places over the edge join nothing."""
    over, _ = geometry(source, part)
    shape = weight_shape(source, target, part)
    return over.joined() * shape[2] * shape[3]


def _grouped(groups: int, channels: int, out: int) -> list[tuple[slice, slice]]:
    """For each group its channels of the source and of the target."""
    here, there = channels // groups, out // groups
    return [(slice(g * here, (g + 1) * here), slice(g * there, (g + 1) * there)) for g in range(groups)]


def _inside(over: Window, y: int, x: int) -> tuple[list[int], list[int]]:
    """The window's rows and columns that lie inside of the image at a position."""
    down = [k for k in range(over.size[0]) if 0 <= y * over.stride + k * over.dilation - over.top < over.height]
    across = [k for k in range(over.size[1]) if 0 <= x * over.stride + k * over.dilation - over.left < over.width]
    return down, across


def _joined(pieces: list[Whole]) -> Whole:
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)


entry = Wiring(
    key="convolution",
    label="Convolution",
    summary="A small window of shared weights slides over an image; each channel of the target has its own.",
    formula="z_yxc = sum over window and channels k of x_(y+v)(x+u)k w_vukc + b_c",
    line="local, shared weights",
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
)
