"""A window that slides over an image: which places of the image each of its positions sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.document import Layer


@dataclass(frozen=True)
class Window:
    """The window of ``size`` x ``size`` places, ``dilation`` apart, moved in steps of ``stride`` over an image.

    ``rows`` x ``columns``: how often it fits; ``top`` and ``left``: how far its first position lies outside. Padding
    "same" is TensorFlow's: ceil(image / stride) positions, the odd row of padding below and at the right; with stride 1
    that is PyTorch's too.
    """

    height: int
    width: int
    channels: int
    size: tuple[int, int]
    stride: int
    dilation: int
    rows: int
    columns: int
    top: int
    left: int

    def seen(self, place: int, positions: int, before: int, length: int) -> tuple[slice, slice]:
        """Along one side: the positions that see the image at ``place`` of the window, and what they see there."""
        shift = place * self.dilation - before
        first = max(0, -(shift // self.stride))
        last = min(positions - 1, (length - 1 - shift) // self.stride)
        start = first * self.stride + shift
        return slice(first, max(first, last + 1)), slice(start, max(start, last * self.stride + shift + 1), self.stride)

    def places(self) -> Iterator[tuple[int, int, tuple[slice, slice], tuple[slice, slice]]]:
        """Each place of the window (y, x) with the positions that see the image there, and what they see."""
        for y in range(self.size[0]):
            at_y, image_y = self.seen(y, self.rows, self.top, self.height)
            for x in range(self.size[1]):
                at_x, image_x = self.seen(x, self.columns, self.left, self.width)
                if at_y.stop > at_y.start and at_x.stop > at_x.start:
                    yield y, x, (at_y, at_x), (image_y, image_x)

    def joined(self) -> int:
        """How many pairs of a position and a place of the image that it sees there are."""
        found = 0
        for _, _, (at_y, at_x), _ in self.places():
            found += int((at_y.stop - at_y.start) * (at_x.stop - at_x.start))
        return found


def window(source: Layer, size: tuple[int, int], stride: int, padding: str, dilation: int = 1) -> Window:
    """The window over the image that ``source`` is; ``rows`` or ``columns`` are 0 or less where it does not fit."""
    height, width, channels = source.shape if len(source.shape) == 3 else (1, 1, source.size)
    sides = []
    for length, places in ((height, size[0]), (width, size[1])):
        reach = (places - 1) * dilation + 1
        if padding == "same":
            count = -(-length // stride)
            sides.append((count, max(0, (count - 1) * stride + reach - length) // 2))
        else:
            sides.append(((length - reach) // stride + 1, 0))
    (rows, top), (columns, left) = sides
    return Window(height, width, channels, size, stride, dilation, rows, columns, top, left)
