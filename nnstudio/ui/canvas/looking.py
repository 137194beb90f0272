"""Where the canvas looks: pan, zoom, fit, and what is brought into sight."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtWidgets import QAbstractScrollArea

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.overlays import Minimap, ZoomBox
from nnstudio.ui.canvas.scene import Scene

STEP = 1.25  # one zoom step


class Looking(QAbstractScrollArea):
    """Moves the camera over the scene; whoever draws hears of it in ``_camera_moved``."""

    zoom_box: ZoomBox
    minimap: Minimap

    def __init__(self) -> None:
        super().__init__()
        self.camera = Camera()
        self.scene = Scene()

    def _camera_moved(self) -> None:
        """The camera looks elsewhere."""

    def _view_size(self) -> QSize:
        return self.viewport().size()

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by view pixels."""
        self.camera.pan(dx, dy)
        self._camera_moved()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that the view point ``at`` (the middle by default) stays where it is."""
        self.camera.zoom_at(at or QRectF(self.viewport().rect()).center(), zoom)
        self._camera_moved()

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom_to(self.camera.zoom * STEP)

    def zoom_out(self) -> None:
        """One step back."""
        self.zoom_to(self.camera.zoom / STEP)

    def zoom_reset(self) -> None:
        """To 100 %."""
        self.zoom_to(1.0)

    def fit(self) -> None:
        """Show the whole network."""
        if self.scene.bounds.isEmpty():
            return
        size = self._view_size().toSizeF()
        self.camera.fit(self.scene.bounds, size)
        if self._covered():
            # Leave the boxes their strip below, or beside, whichever shows the network larger.
            below = QSizeF(size.width(), size.height() - self.minimap.height())
            beside = QSizeF(size.width() - self.minimap.width(), size.height())
            cameras = []
            for room in (below, beside):
                self.camera.fit(self.scene.bounds, room)
                cameras.append((-self._covered(), self.camera.zoom, self.camera.key))
            self.camera.zoom, self.camera.x, self.camera.y = max(cameras)[2]
        self._camera_moved()

    def _covered(self) -> bool:
        """Whether a box that floats over the canvas hides a layer or the names of its neurons."""
        boxes = [QRectF(box.geometry()) for box in (self.minimap, self.zoom_box)]
        rects = [self.camera.rect_to_view(item.bounds) for item in self.scene.layers.values()]
        return any(rect.intersects(box) for rect in rects for box in boxes)

    def center_on(self, point: QPointF) -> None:
        """Put a scene point into the middle."""
        self.camera.center(point, self._view_size().toSizeF())
        self._camera_moved()

    def make_visible(self, layer: int) -> None:
        """Pan no further than needed to see all of a layer's card; nothing where it has just gone."""
        if layer in self.scene.layers:
            self.show_rect(self.scene.layers[layer].rect)

    def show_rect(self, place: QRectF) -> None:
        """Pan no further than needed to see all of a rectangle in scene units."""
        rect = self.camera.rect_to_view(place).adjusted(-24, -24, 24, 24)
        inside = QRectF(self.viewport().rect())
        if not inside.contains(rect):
            dx = max(0.0, inside.left() - rect.left()) or min(0.0, inside.right() - rect.right())
            dy = max(0.0, inside.top() - rect.top()) or min(0.0, inside.bottom() - rect.bottom())
            self.pan(dx, dy)
