"""Where the canvas looks: zoom and shift between scene units and the view's logical pixels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

SMALLEST, LARGEST = 0.1, 4.0


class Camera:
    """view = scene * zoom + shift, with ``shift`` kept on whole pixels so that lines stay crisp."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.x = 0.0
        self.y = 0.0

    def copy(self) -> Camera:
        """Another one that looks the same way."""
        other = Camera()
        other.zoom, other.x, other.y = self.key
        return other

    @property
    def key(self) -> tuple[float, float, float]:
        """What a drawing depends on."""
        return (self.zoom, self.x, self.y)

    def to_view(self, point: QPointF) -> QPointF:
        """A scene point in view pixels."""
        return QPointF(point.x() * self.zoom + self.x, point.y() * self.zoom + self.y)

    def to_scene(self, point: QPointF) -> QPointF:
        """A view pixel in scene units."""
        return QPointF((point.x() - self.x) / self.zoom, (point.y() - self.y) / self.zoom)

    def rect_to_view(self, rect: QRectF) -> QRectF:
        """A scene rectangle in view pixels."""
        return QRectF(self.to_view(rect.topLeft()), rect.size() * self.zoom)

    def seen(self, size: QSizeF) -> QRectF:
        """The part of the scene that a view of ``size`` shows."""
        return QRectF(self.to_scene(QPointF(0, 0)), size / self.zoom)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by view pixels."""
        self.x, self.y = float(round(self.x + dx)), float(round(self.y + dy))

    def zoom_at(self, point: QPointF, zoom: float) -> None:
        """Zoom to ``zoom`` so that what lies under the view pixel ``point`` stays there."""
        held = self.to_scene(point)
        self.zoom = min(LARGEST, max(SMALLEST, zoom))
        self.x = float(round(point.x() - held.x() * self.zoom))
        self.y = float(round(point.y() - held.y() * self.zoom))

    def center(self, point: QPointF, size: QSizeF) -> None:
        """Put a scene point into the middle of a view of ``size``."""
        self.x = float(round(size.width() / 2 - point.x() * self.zoom))
        self.y = float(round(size.height() / 2 - point.y() * self.zoom))

    def fit(self, rect: QRectF, size: QSizeF, margin: float = 36.0, most: float = 1.0) -> None:
        """Show all of ``rect``, never larger than ``most``."""
        wide = max(1.0, size.width() - 2 * margin) / max(1.0, rect.width())
        high = max(1.0, size.height() - 2 * margin) / max(1.0, rect.height())
        self.zoom = min(most, LARGEST, max(SMALLEST, min(wide, high)))
        self.center(rect.center(), size)
