"""What every gesture has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier


class Gesture:
    """Begins with its construction, ends with ``release`` (which edits) or ``cancel`` (which leaves no trace).

    Points are view pixels. What it shows: ``targets`` light up, ``dimmed`` step back, ``chosen`` is where it would
    end, ``ghost`` is a layer that is not there yet.
    """

    cursor: Qt.CursorShape | None = None
    targets: frozenset[int] = frozenset()
    dimmed: frozenset[int] = frozenset()
    chosen: int | None = None
    chosen_bundle: int | None = None
    ghost: int | None = None
    doing = False  # the edit that is being done is its own
    pans_at_edge = False  # the picture moves on while it is held at the edge of the view
    lasting = False  # goes on after the button is released, until a click or Esc

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The pointer is at ``point`` now."""

    def press(self, point: QPointF, modifiers: Modifiers) -> None:
        """A lasting gesture is clicked."""

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """The button is released: do it."""

    def cancel(self) -> None:
        """Leave everything as it was."""
        self.view.show_preview(None)

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002
        """A key is pressed; True where the gesture took it."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Draw over the cards, in scene units."""

    def paint_over(self, painter: QPainter) -> None:
        """Draw over everything, in view pixels."""
