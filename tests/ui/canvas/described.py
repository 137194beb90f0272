"""A scene in plain values: items, geometry, texts, colours. Two scenes look alike where these are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nnstudio.ui.canvas import CanvasView
from nnstudio.ui.canvas.accessible import spoken
from nnstudio.ui.canvas.look import subtitle
from nnstudio.ui.canvas.picture import emphasis_of
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.theme import theme


def plain(value: Any) -> Any:
    """Anything that items hold, as values that compare and print."""
    if isinstance(value, np.ndarray):
        return (value.shape, str(value.dtype), value.tolist())
    if isinstance(value, QRectF):
        return (value.x(), value.y(), value.width(), value.height())
    if isinstance(value, QPointF):
        return (value.x(), value.y())
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return [(plain(key), plain(item)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def described(view: CanvasView) -> dict[str, Any]:
    """What the view shows now, in the order in which it is drawn."""
    view.viewport().grab()  # painting brings values and strokes up to date
    scene, far = view.scene, view.nearness.far
    weights = view.session.document.parameters.weights
    return {
        "layers": plain(scene.at(far)),
        "texts": [
            (item.layer.name, subtitle(item.layer), [item.layer.label(neuron) for neuron in item.neurons])
            for item in scene.layers.values()
        ],
        "places": [plain([item.out_port, item.in_port, item.title_rect, item.fold]) for item in scene.layers.values()],
        "bundles": plain(scene.bundles),
        "sizes": [(item.total, plain(item.bounds), plain(item.middle)) for item in scene.bundles.values()],
        "strokes": plain(view.wires.layers(scene, far, weights, theme.colors, emphasis_of(view))),
        "fills": plain(view.fills),
        "problems": plain(view.badges),
        "notes and groups": plain(scene.annotations),
        "bounds": plain(scene.bounds),
        "in words": (view.accessibleDescription(), [spoken(view, key) for key in view.voices.top()]),
    }


def anew(view: CanvasView, clock: FrameClock) -> CanvasView:
    """Another view of the same document, made now, that looks at the same place with the pointer over the same."""
    fresh = CanvasView(view.session, view.selection, clock)
    fresh._warming = True
    fresh.resize(view.size())
    fresh.fold(view.folding)
    fresh.camera.zoom, fresh.camera.x, fresh.camera.y = view.camera.zoom, view.camera.x, view.camera.y
    fresh.hover, fresh.armed = view.hover, view.armed
    return fresh
