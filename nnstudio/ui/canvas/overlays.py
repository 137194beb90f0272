"""What floats over the canvas: the zoom box, the map of the whole network, the editor of a layer's name."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintDevice,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from nnstudio.ui.canvas.map_annotations import paint_small
from nnstudio.ui.canvas.map_lines import lines_image
from nnstudio.ui.canvas.text import font
from nnstudio.ui.icons import set_icon
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.ui.canvas.surface import Surface
    from nnstudio.ui.canvas.view import CanvasView
    from nnstudio.ui.frames import FrameClock

AT_ONCE = 0.003  # seconds: a map that takes longer to draw follows an edit a little later
LATE_MS = 150


class ZoomBox(QWidget):
    """Buttons to zoom out, to 100 %, in, and to fit."""

    def __init__(self, view: Surface) -> None:
        super().__init__(view.viewport())
        self.setObjectName("zoom_box")
        self.setAccessibleName(tr("Zoom"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(1)
        self.out = self._button("minus", tr("Zoom out"))
        self.percent = self._button("", tr("Zoom to 100 %"))
        self.percent.setFixedWidth(58)
        self.into = self._button("plus", tr("Zoom in"))
        self.fit = self._button("fit", tr("Fit the whole network"))
        for button in (self.out, self.percent, self.into, self.fit):
            row.addWidget(button)
        self.out.clicked.connect(view.zoom_out)
        self.percent.clicked.connect(view.zoom_reset)
        self.into.clicked.connect(view.zoom_in)
        self.fit.clicked.connect(view.fit)
        self.show_zoom(1.0)

    def _button(self, icon: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("flat", True)
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFixedHeight(26)
        if icon:
            button.setFixedWidth(28)
            button.setIconSize(QSize(16, 16))
            set_icon(button, icon, "dim")
        return button

    def show_zoom(self, zoom: float) -> None:
        """Write the zoom in percent."""
        text = tr("{percent} %", percent=round(zoom * 100))
        if text != self.percent.text():
            self.percent.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A quiet panel."""
        paint_panel(self)


class Minimap(QWidget):
    """The whole network in small; a frame shows what the canvas shows, and moves it."""

    def __init__(self, view: Surface, clock: FrameClock) -> None:
        super().__init__(view.viewport())
        self.setObjectName("minimap")
        self.setFixedSize(156, 98)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Map of the network"))
        self.setToolTip(tr("Click or drag to look elsewhere"))
        self._view = view
        self._held: tuple[float, QPointF] | None = None
        self._grip = QPointF(0, 0)
        self._key: tuple[Any, ...] | None = None
        self._scene: tuple[Any, ...] = (None,) * 4  # held, so that a new scene is never taken for it
        self._picture = QPixmap()
        self._cost, self._due = 0.0, False
        self._ticket = clock.register(self._draw_late, self, LATE_MS)

    def _draw_late(self) -> None:
        self._due = True
        self.update()

    def _fit(self) -> tuple[float, QPointF]:
        """Map pixels a scene unit, and the scene point in the middle."""
        view = self._view
        whole = view.shown.bounds.adjusted(-40, -40, 40, 40)
        seen = view.camera.seen(view.viewport().size().toSizeF())
        whole = whole.united(seen.intersected(whole.adjusted(-600, -600, 600, 600)))
        scale = min((self.width() - 12) / max(1.0, whole.width()), (self.height() - 12) / max(1.0, whole.height()))
        return scale, whole.center()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Cards as bars, the seen part as a frame."""
        view, colors = self._view, theme.colors
        scale, middle = self._held or self._fit()
        notes, groups = view.shown.annotations.notes, view.shown.annotations.groups
        scene, chosen = (view.shown.bundles, view.shown.layers, notes, groups), view.selection
        key = (
            chosen.layers,
            chosen.notes,
            chosen.groups,
            theme.name,
            scale,
            middle.toTuple(),
            self.devicePixelRatioF(),
        )
        if key != self._key or any(a is not b for a, b in zip(scene, self._scene, strict=True)):
            if self._due or self._cost < AT_ONCE or self._picture.isNull():
                begin = perf_counter()
                self._key, self._scene = key, scene
                self._picture = self._draw(scale, middle)
                self._cost = perf_counter() - begin
            else:
                self._ticket.mark()  # what the hand is at comes first
        self._due = False
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        rect = view.camera.seen(view.viewport().size().toSizeF())
        seen = QRectF(QPointF(self.rect().center()) + (rect.topLeft() - middle) * scale, rect.size() * scale)
        seen = seen.intersected(QRectF(self.rect()).adjusted(4, 4, -4, -4))
        painter.setPen(QPen(colors.q("accent"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(seen, 5, 5)
        painter.end()

    def _draw(self, scale: float, middle: QPointF) -> QPixmap:
        """All but the frame, which alone moves while the view does."""
        view, colors, ratio = self._view, theme.colors, self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = paint_panel(self, picture)
        layers, bundles = view.shown.layers, view.shown.bundles.values()
        shift = np.array([*QPointF(self.rect().center()).toTuple()]) - np.array(middle.toTuple()) * scale
        bars = np.array([item.rect.getRect() for item in layers.values()]).reshape(-1, 4) * scale
        bars[:, :2] += shift
        row = {i: k for k, i in enumerate(layers)}
        ends = (bars[:, :2] + bars[:, 2:] / 2) * ratio
        a = np.array([row[bundle.synapses.source] for bundle in bundles], dtype=np.int64)
        b = np.array([row[bundle.synapses.target] for bundle in bundles], dtype=np.int64)
        lines = lines_image(picture.width(), picture.height(), ends[a], ends[b], colors.q("faint", 0.5))
        lines.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, lines)
        paint_small(painter, view.shown.annotations, layers, view.selection, scale, QPointF(*shift.tolist()), colors)
        painter.setPen(Qt.PenStyle.NoPen)
        brushes = {chosen: QBrush(colors.q("accent" if chosen else "faint")) for chosen in (False, True)}
        for i, (x, y, width, height) in zip(layers, bars.tolist(), strict=True):
            if layers[i].inside:
                continue
            painter.setBrush(brushes[i in view.selection.layers])
            painter.drawRoundedRect(QRectF(x, y, width, height), min(4.0, width / 3), min(4.0, width / 3))
        painter.end()
        return picture

    def _point(self, place: QPointF) -> QPointF:
        """The scene point at a place of the map."""
        scale, middle = self._held or self._fit()
        return middle + (place - QPointF(self.rect().center())) / scale

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there; inside the frame take hold of it where it is."""
        event.accept()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        view = self._view
        self._held = self._fit()  # the map stands still while it is dragged
        point = self._point(event.position())
        seen = view.camera.seen(view.viewport().size().toSizeF())
        self._grip = seen.center() - point if seen.contains(point) else QPointF(0, 0)
        self._look(event)

    def _look(self, event: QMouseEvent) -> None:
        self._view.center_on(self._point(event.position()) + self._grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        event.accept()
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Not a double-click on the canvas below."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self.update()
        event.accept()


class TitleEditor(QLineEdit):
    """Renames a layer in place, always inside the view: Enter or a click elsewhere renames, Esc leaves the name."""

    def __init__(self, view: CanvasView, layer: int, name: str, rect: QRectF) -> None:
        super().__init__(name, view.viewport())
        self.layer = layer
        self._view = view
        self._done = False
        self.setObjectName("title_editor")
        self.setAccessibleName(tr("Name of the layer"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(80)
        self.setFont(font(13, strong=True))
        wide = max(132.0, rect.width())
        middle = rect.center()
        place = QRectF(middle.x() - wide / 2, middle.y() - 15, wide, 30)
        inside = QRectF(view.viewport().rect())
        place.moveLeft(max(inside.left(), min(place.left(), inside.right() - wide)))
        place.moveTop(max(inside.top(), min(place.top(), inside.bottom() - place.height())))
        self.setGeometry(place.toRect())
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc end it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere keeps what was typed."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish(keep=True)

    def finish(self, keep: bool) -> None:
        """Rename (a refused name stays to be corrected while the editor has the focus) and close."""
        if self._done:
            return
        self._done = True
        if keep and not self._view.rename_to(self.layer, self.text()) and self.hasFocus():
            self._done = False
            return
        self._view.title_editor_closed()
        self.hide()
        self.deleteLater()


def paint_panel(widget: QWidget, device: QPaintDevice | None = None) -> QPainter:
    """A rounded panel over all of ``widget`` (on ``device``, by default itself); the painter goes on."""
    painter = QPainter(widget if device is None else device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colors.q("line"), 1))
    painter.setBrush(theme.colors.q("panel"))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
    return painter
