"""What can be copied on the canvas: layers with their synapses, groups and notes; cut, paste, duplicate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPointF

from nnstudio.document import Message, Position
from nnstudio.document.edits import Fragment, Paste, Several, copy_fragment
from nnstudio.ui.canvas.annotating import Annotating
from nnstudio.ui.canvas.clipboard import clipboard
from nnstudio.ui.layer_drag import GRID, snapped

ASIDE = 2 * GRID  # a copy lies this far to the right of and below its original


class Copying(Annotating):
    """Every operation is one named step of the session's history."""

    def __init__(self, *args: Any) -> None:
        self._pastes = 0
        super().__init__(*args)

    @property
    def can_paste(self) -> bool:
        """Whether layers or notes were copied."""
        return clipboard.get() is not None

    @property
    def fed(self) -> bool:
        """Whether synapses from other layers arrive at what is selected."""
        incoming, layers = self.session.document.network.incoming, self.moving_layers
        return any(synapses.source not in layers for layer in layers for synapses in incoming.get(layer, ()))

    @property
    def has_sources(self) -> bool:
        """Whether layers were copied last whose sources are on this canvas."""
        fragment = clipboard.held
        return fragment is not None and bool(fragment.arriving(self.session.document.network))

    def _fragment(self) -> Fragment:
        return copy_fragment(self.session.document, self.moving_layers, self.selection.notes)

    def copy(self) -> None:
        """Copy the selected layers with the synapses among them, groups and notes."""
        if self.movable:
            clipboard.put(self._fragment())
            self._pastes = 0

    def cut(self) -> None:
        """Copy, then delete."""
        if not self.movable:
            return
        layers, notes = self.moving_layers, self.selection.notes
        name = Message.of("Cut {count} objects", count=len(layers) + len(notes))
        if len(layers) == 1 and not notes:
            name = Message.of("Cut {layer}", layer=self.session.document.network.layer(next(iter(layers))).name)
        elif len(notes) == 1 and not layers:
            name = Message.of("Cut a note")
        self.copy()
        self.do(Several(name, (self._removal(layers, frozenset(), frozenset()),)))

    def paste(self, at: QPointF | None = None, incoming: bool = False) -> None:
        """Paste at a view point, else under the pointer, else beside the original.

        ``incoming``: fed by the same layers as the originals, with the same weights.
        """
        fragment = clipboard.get()
        if fragment is None:
            return
        point = at or self._pointer()
        if point is None:
            self._pastes += 1
            self._paste(fragment, (ASIDE * self._pastes, ASIDE * self._pastes), incoming)
            return
        there = self.camera.to_scene(point)
        places = list(fragment.positions.values()) or [(0.0, 0.0)]
        x = (min(p[0] for p in places) + max(p[0] for p in places)) / 2
        y = (min(p[1] for p in places) + max(p[1] for p in places)) / 2
        self._paste(fragment, snapped(there.x() - x, there.y() - y), incoming)

    def duplicate(self, incoming: bool = False) -> None:
        """Copy what is selected aside, without the clipboard; ``incoming`` as of ``paste``."""
        if self.movable:
            self._paste(self._fragment(), (ASIDE, ASIDE), incoming, twin=True)

    def _paste(self, fragment: Fragment, offset: Position, incoming: bool = False, twin: bool = False) -> None:
        places = self.scene.places
        missing = {i.id: places[i.id] for i in fragment.layers if i.id not in fragment.positions and i.id in places}
        fragment = replace(fragment, positions={**missing, **fragment.positions})
        before = self.session.document
        if self.do(Paste(fragment, offset, incoming, twin)):
            after = self.session.document
            layers = after.network.layers.keys() - before.network.layers.keys()
            self.selection.select_annotations(after.notes.keys() - before.notes.keys(), (), layers)
