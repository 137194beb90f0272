"""The canvas as something to look at: keeps items, colours and the picture in step with document and live values."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from nnstudio.document import Array, Document, Parameters, StudioError
from nnstudio.document.edits import Edit
from nnstudio.ui.canvas.accessible import Voices
from nnstudio.ui.canvas.activity import Activity, Answers, Asked
from nnstudio.ui.canvas.card_cache import CardCache
from nnstudio.ui.canvas.details import Details
from nnstudio.ui.canvas.folding import NOTHING, Folding
from nnstudio.ui.canvas.frame import LIVE, MOVING, REST, Rasterizer
from nnstudio.ui.canvas.images import Images
from nnstudio.ui.canvas.live_frame import LiveFrame, paint_frame
from nnstudio.ui.canvas.looking import Looking
from nnstudio.ui.canvas.looks import Looks
from nnstudio.ui.canvas.magnification import Depth, Level, depth
from nnstudio.ui.canvas.overlays import Minimap, ZoomBox
from nnstudio.ui.canvas.picture import emphasis_of, look_of, paint_scene
from nnstudio.ui.canvas.printing import Printing
from nnstudio.ui.canvas.scene import Hit
from nnstudio.ui.canvas.wires import Wires
from nnstudio.ui.selection import Chosen, Selection
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.session import Change, Problem, Session
    from nnstudio.ui.canvas.gestures.gesture import Gesture
    from nnstudio.ui.frames import FrameClock

STILL = 0.18  # seconds after which a view that was moved is at rest
MARGIN = 14  # of the floating boxes
LIVE_MS, LIVE_SHARE = 16, 2.5  # 60 pictures a second, while they take no more than one part in so many of the time


class Surface(Looking):
    """Shows the document (or the preview of a gesture) with the newest weights and the chosen sample's activations."""

    def __init__(self, session: Session, selection: Selection, clock: FrameClock) -> None:
        super().__init__()
        self.session = session
        self.selection = selection
        self.shown = self.scene  # the preview's while a gesture shows one
        self.gesture: Gesture | None = None
        self.hover: Hit | None = None
        self.armed: frozenset[int] = frozenset()  # layers that show ports and buttons
        self.editing: int | None = None  # the layer whose name is being typed
        self.keyboard_focus = False
        self._answers = Answers()
        self.badges: dict[str, dict[int, tuple[str, str]]] = {"layer": {}, "synapses": {}}
        self.cards = CardCache()
        self.looks = Looks(self, look_of)
        self.folding = NOTHING
        self.wires = Wires()
        self.details = Details(self)
        self.images: Images = Images(self)
        self._printing = Printing()
        self.voices = Voices(self)
        self._level: Level | None = None
        self._frame = LiveFrame()
        self._stale_values = self._stale_strokes = True
        self._frame_key: tuple[Any, ...] = ()
        self._warming = False
        self._fitted = False
        self._moved, self._unfinished = -STILL, False

        self.setObjectName("canvas")
        self.setAccessibleName(tr("Network canvas"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 220)
        port = self.viewport()
        port.setObjectName("canvas_viewport")
        port.setMouseTracking(True)
        port.setAcceptDrops(True)
        port.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.zoom_box = ZoomBox(self)
        self.minimap = Minimap(self, clock)

        self._ticket = clock.register(self._draw_live, self, LIVE_MS, LIVE_SHARE)
        self._disconnects: list[Callable[[], None]] = [
            session.changed.connect(self._document_changed),
            session.live_changed.connect(self._live_changed),
            session.problems_changed.connect(self._problems_changed),
            selection.changed.connect(self._selection_changed),
            theme.changed.connect(self._theme_changed),
            self._ticket.close,
        ]
        self.destroyed.connect(partial(_call_all, self._disconnects))
        self._read_document()

    title = property(lambda _self: tr("Network"))

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def nearness(self) -> Depth:
        """How far and how near the picture is: by the zoom, or as ``level`` holds it."""
        return depth(self.camera.zoom, self._level)

    @property
    def level(self) -> Level | None:
        """The magnification that is held at every zoom; None lets the zoom decide."""
        return self._level

    @level.setter
    def level(self, level: Level | None) -> None:
        self._level = level
        self._frame_key = ()
        self.viewport().update()

    def fold(self, folding: Folding) -> None:
        """Show other layers folded up, or other neurons pinned."""
        self.folding = folding.kept(self.session.document.network)
        self.hover, self.armed = None, frozenset()
        self.scene.update(self.session.document, self.selection.neuron, self.folding)
        self.shown = self.scene
        self.invalidate_strokes()

    @property
    def parameters(self) -> Parameters:
        """The newest parameters: the run's while it trains."""
        return self.session.parameters

    def show_preview(self, edit: Edit | None) -> None:
        """Show the document as it would be after ``edit``; None shows it as it is."""
        if edit is None:
            self.shown = self.scene
            self._read_problems(self.session.problems)
        else:
            try:
                document = edit.apply(self.session.document)
            except StudioError:
                return  # a size out of range, say: the last possible one stays
            preview = self.shown.preview()
            preview.update(document, self.selection.neuron, self.folding)
            self.shown = preview
            if document.network is not self.session.document.network:  # what is only moved has the same problems
                self._read_problems(self.session.problems_of(document))
        self._stale_strokes = True
        self.viewport().update()

    def problem_text(self, kind: str, thing: int) -> str:
        """The sentences of all problems of a layer or bundle."""
        return self.badges[kind].get(thing, ("", ""))[1]

    def _read_document(self) -> None:
        try:  # a field of what is no longer selected is committed now, which may be refused, or change the document
            self.selection.keep(self.session.document)
        finally:
            self._show_document()

    def _show_document(self) -> None:
        document = self.session.document
        self.folding = self.folding.kept(document.network)
        self.scene.update(document, self.selection.neuron, self.folding)
        self.shown = self.scene
        self._read_problems(self.session.problems)
        self._stale_values = self._stale_strokes = True
        self._describe()
        self.voices.tell_document()
        self.minimap.setVisible(bool(self.scene.layers))

    def _read_problems(self, problems: tuple[Problem, ...]) -> None:
        """Put a badge on each object that has a problem."""
        self.badges = {"layer": {}, "synapses": {}}
        for problem in problems:
            if problem.where.kind in self.badges and problem.where.id is not None:
                of_kind = self.badges[problem.where.kind]
                severity, text = of_kind.get(problem.where.id, (problem.severity, ""))
                text = "\n".join(filter(None, (text, message_text(problem.message))))
                of_kind[problem.where.id] = (severity, text)

    def _problems_changed(self, _nothing: object) -> None:
        self._read_problems(self.session.problems)
        self.viewport().update()

    def _document_changed(self, change: Change) -> None:
        try:
            if self.gesture is not None and not self.gesture.doing:
                self.end_gesture(cancelled=True)  # what it was drawn on is no more
        finally:
            self.hover, self.armed = None, frozenset()
            self._read_document()
        self._look_at(change.before, self.session.document)
        self.viewport().update()

    def end_gesture(self, cancelled: bool = False) -> None:
        """The gesture is over; ``cancelled`` leaves no trace of it."""
        gesture, self.gesture = self.gesture, None
        if gesture and cancelled:
            gesture.cancel()
        self.set_cursor(None)
        self._stale_strokes = True
        self.viewport().update()

    def set_cursor(self, shape: Qt.CursorShape | None) -> None:
        """Give the pointer a shape; None takes the tool's own."""
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)

    def _look_at(self, before: Document, after: Document) -> None:
        """Another network is fitted into the view; one that was edited out of sight is brought back."""
        if not after.network.layers:
            return
        other = not (before.network.layers.keys() & after.network.layers.keys()) and len(after.network.layers) > 1
        seen = self.camera.seen(self.viewport().size().toSizeF())
        lost = not any(item.rect.intersects(seen) for item in self.scene.layers.values())
        if other or lost:
            self.fit()
            return
        new = [i for i in after.network.layers if i not in before.network.layers]
        if new and not any(self.scene.layers[i].rect.intersects(seen) for i in new):
            self.make_visible(new[0])

    def _live_changed(self, _live: object) -> None:
        self._stale_values = self._stale_strokes = True
        self._ticket.mark()

    @property
    def chosen(self) -> Chosen:
        """The synapses that are selected together: bundle id -> which of its weights."""
        return self.selection.chosen

    def _selection_changed(self, _selection: Selection) -> None:
        self.scene.update(self.session.document, self.selection.neuron, self.folding)
        if self.gesture is None:
            self.shown = self.scene
        self._stale_values = self._stale_strokes = True
        self._describe()
        self.voices.tell_selection()
        self.viewport().update()

    def _theme_changed(self, _name: object) -> None:
        self.details.forget(colors_too=True)
        self._stale_values = self._stale_strokes = True
        self.viewport().update()

    def _describe(self) -> None:
        network, selection = self.session.document.network, self.selection
        names = [layer.name for i, layer in network.layers.items() if i in selection.layers]
        if selection.chosen:
            text = tr("{count} synapses selected", count=selection.chosen_count)
        elif selection.neurons:
            text = tr("{count} neurons selected", count=len(selection.neurons))
        elif selection.neuron and selection.neuron.layer in network.layers:
            layer = network.layers[selection.neuron.layer]
            label = layer.label(selection.neuron.neuron)
            text = tr("{layer}, neuron {label} selected", layer=layer.name, label=label)
        elif names:
            text = tr("{names} selected", names=", ".join(names))
        else:
            counts = {"layers": len(network.layers), "bundles": len(network.synapses)}
            text = tr("{layers} layers, {bundles} wires; nothing selected", **counts)
        self.setAccessibleDescription(text)

    # -- drawing --------------------------------------------------------------------------------------------------

    def keep_drawing(self) -> None:
        """Something on the canvas moves by itself: draw another frame when it is due."""
        self._ticket.mark()

    def invalidate_strokes(self) -> None:
        """What stands out has changed."""
        self._stale_strokes = True
        self.viewport().update()

    def _draw_live(self) -> None:
        """Called by the clock: the costly part of a live frame, so that the clock can keep its budget."""
        if not self._warming and self._frame.rasterizer is None:
            self._warming = True
            self.session.background.submit("canvas rasterizer", load_rasterizer, self.use_rasterizer)
        if self._unfinished:
            if perf_counter() - self._moved < STILL:
                self._ticket.mark()
            else:
                self._unfinished, self._stale_strokes = False, True
        drawn = self._frame.drawn
        self._refresh()
        running = self.session.state == "running"
        if not (running and self._frame.waiting and self._frame.drawn == drawn):
            self.viewport().update()  # else neurons wait, to move on together with their synapses

    @property
    def left_out(self) -> int:
        """How many of the weakest synapses the last picture does without."""
        return self._frame.left_out

    @property
    def rasterizer(self) -> Rasterizer | None:
        """Compiled code that draws synapses; None until it is loaded."""
        return self._frame.rasterizer

    def use_rasterizer(self, rasterizer: Rasterizer) -> None:
        """From now on synapses are drawn by compiled code."""
        self._frame.rasterizer = rasterizer
        self._stale_strokes = True
        self.viewport().update()

    @property
    def activity(self) -> Activity:
        """What every neuron answers to the chosen sample; worked out when it is asked for."""
        return self._answers.activity(*self._asked)

    @property
    def fills(self) -> Mapping[int, NDArray[np.uint8]]:
        """Layer id -> the colours of its neurons by their activity, RGBA (neurons, 4)."""
        colors = self._answers.colors(*self._asked)
        return self._printing.over(colors, self.session.document, self.session.dataset, self.activity.values)

    @property
    def inputs(self) -> Mapping[int, Array]:
        """Input layer id -> the values of its neurons for the chosen sample; the network is not run for them."""
        return self._answers.inputs(*self._asked)

    @property
    def _asked(self) -> Asked:
        session = self.session
        return session.document.network, self.parameters, session.dataset, self.selection.sample

    def _refresh(self) -> None:
        """Bring values, strokes and the frame up to date, whatever of them is stale and seen."""
        if self._stale_values:
            self._stale_values = False
            self.details.forget()
        if self.nearness.near > 0:
            self.details.ask()
        self._frame.collect()
        if self._stale_strokes and not self._frame.full:  # else the newest values come with the next picture
            self._stale_strokes = False
            self.wires.stale()
            self._frame_key = ()
        size, ratio = self.viewport().size(), self.devicePixelRatioF()
        far = self.nearness.far
        key = (size, ratio, self.camera.key, theme.name, far, self.shown.bundles)
        if key != self._frame_key:
            self._frame_key = key
            emphasis = emphasis_of(self)
            layers = self.wires.layers(self.shown, far, self.parameters.weights, theme.colors, emphasis)
            layers += self.images.strokes(far)
            self._frame.draw(size, ratio, self.camera, theme.colors, layers, self._seconds())
        if self._frame.busy or self._stale_strokes:
            self._ticket.mark()

    @property
    def moving(self) -> bool:
        """Whether the view was panned or zoomed a moment ago."""
        return perf_counter() - self._moved < STILL

    def settle(self) -> None:
        """Stay until the picture is as it will be at rest."""
        self._moved, self._unfinished, self._stale_strokes = -STILL, False, True
        while self._stale_strokes or self._frame.busy:
            self._frame.wait()
            self._refresh()
        self.viewport().repaint()
        while self.cards.waiting or self.details.waiting:
            self.viewport().repaint()

    def _seconds(self) -> float:
        """What the curves of the next picture may take: little while the view moves, most at rest."""
        if self.moving:
            return MOVING
        return LIVE if self.session.state == "running" or self.gesture is not None else REST

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Blit the frame, then paint cards and what floats."""
        self._refresh()
        painter = QPainter(self.viewport())
        try:
            paint_frame(painter, self._frame, self.camera, QRectF(self.viewport().rect()))
            paint_scene(self, painter)
            if self.cards.waiting or self.details.waiting:
                self._ticket.mark()
        finally:
            painter.end()  # a painter that is left open on a fault brings Qt down

    # -- looking around -------------------------------------------------------------------------------------------

    def _camera_moved(self) -> None:
        self._moved, self._unfinished = perf_counter(), True
        self._ticket.mark()  # what was left out is drawn once the view stands still
        self.zoom_box.show_zoom(self.camera.zoom)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What was in the middle stays there."""
        super().resizeEvent(event)
        old, new = event.oldSize(), event.size()
        if old.isValid() and not old.isEmpty() and self._fitted:
            self.camera.pan((new.width() - old.width()) / 2, (new.height() - old.height()) / 2)
        else:
            self.camera.center(QPointF(0, 0), new.toSizeF())
        self.zoom_box.adjustSize()
        self.zoom_box.move(MARGIN, new.height() - self.zoom_box.height() - MARGIN)
        self.minimap.move(new.width() - self.minimap.width() - MARGIN, new.height() - self.minimap.height() - MARGIN)
        self.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """The first look shows the whole network."""
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.fit()
        self._ticket.mark()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Listen no more."""
        _call_all(self._disconnects)
        super().closeEvent(event)


def load_rasterizer() -> Rasterizer:
    """Import (and at the very first time compile) the rasterizer; runs on the background thread."""
    module = importlib.import_module("nnstudio.ui.canvas.raster")
    rasterizer: Rasterizer = module.draw_bundles
    return rasterizer


def _call_all(functions: list[Callable[[], None]], *_: object) -> None:
    for function in functions:
        function()
    functions.clear()
