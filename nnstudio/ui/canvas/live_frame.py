"""The picture under the cards without waiting for it: what takes long is drawn on another thread, into a second image.

Until it is there the last picture is shown where the camera has it now, scaled while the view is zoomed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import thread_time

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.frame import REST, Frame, Layer, Rasterizer
from nnstudio.ui.theme import Colors, theme

AT_ONCE = 0.002  # seconds: a picture that takes less is drawn without a detour


class LiveFrame:
    """Two frames: the front one is shown, the other one is drawn meanwhile. All methods belong to the window's thread.

    No picture is waited for; the newest request wins, and ``collect`` brings what is finished.
    """

    def __init__(self) -> None:
        self._front, self._back = Frame(), Frame()
        self._seen = Camera()  # where the front picture was looked at from
        self._lock = threading.Lock()
        self._wanted: tuple[Callable[[], object], Camera] | None = None
        self._drawing: tuple[Callable[[], object], Camera] | None = None
        self._done: Camera | None = None
        self._outrun = False  # a newer picture was drawn at once
        self._failed: Exception | None = None
        self._thread: threading.Thread | None = None
        self.drawn, self.seconds = 0, 0.0  # pictures until now, and processor time on the other thread

    @property
    def rasterizer(self) -> Rasterizer | None:
        """Compiled code that draws curves; without it QPainter does, at once."""
        return self._front.rasterizer

    @rasterizer.setter
    def rasterizer(self, rasterizer: Rasterizer | None) -> None:
        self.wait()
        self._front.rasterizer = self._back.rasterizer = rasterizer

    @property
    def image(self) -> QImage:
        """The newest finished picture."""
        return self._front.image

    @property
    def left_out(self) -> int:
        """How many of the weakest curves that picture does without."""
        return self._front.left_out

    @property
    def busy(self) -> bool:
        """Whether a picture is being drawn, or how it ended was not collected yet."""
        return any(one is not None for one in (self._drawing, self._done, self._failed))

    @property
    def waiting(self) -> bool:
        """Whether a picture is being drawn and there is no newer one to show yet."""
        return self._drawing is not None and self._done is None and self._failed is None

    def draw(
        self, size: QSize, ratio: float, camera: Camera, colors: Colors, layers: Sequence[Layer], seconds: float = REST
    ) -> None:
        """Draw that picture, at once where it takes little, else soon."""
        self.collect()
        front, place = self._front, camera.copy()
        if front.image.isNull() or front.seconds_for(size, ratio, camera, colors, layers) <= AT_ONCE:
            front.draw(size, ratio, camera, colors, layers, seconds)
            self._seen = place
            self.drawn += 1
            with self._lock:
                self._wanted, self._outrun = None, self.busy
            return
        with self._lock:
            self._wanted = (lambda: self._back.draw(size, ratio, place, colors, layers, seconds), place)
        self._go_on()

    def collect(self) -> bool:
        """Show what was finished; True where there was anything. An exception of the drawing is raised here."""
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed
        if self._done is None:
            return False
        with self._lock:
            if not self._outrun:
                self._front, self._back, self._seen = self._back, self._front, self._done
                self._back.keep_pace_with(self._front)
                self.drawn += 1
            self._done, self._outrun = None, False
        self._go_on()
        return True

    def wait(self) -> None:
        """Stay until all that was asked for is drawn and shown."""
        while self.busy:
            thread = self._thread
            if thread is not None:
                thread.join()
            self.collect()

    def place(self, camera: Camera) -> QRectF:
        """Where the picture belongs in a view that looks through ``camera``, in view pixels."""
        grown = camera.zoom / self._seen.zoom
        corner = QPointF(camera.x - self._seen.x * grown, camera.y - self._seen.y * grown)
        return QRectF(corner, QSizeF(self.image.deviceIndependentSize()) * grown)

    def _go_on(self) -> None:
        """Begin the picture that is wanted, where the back frame is free."""
        if self._wanted is None or self.busy:
            return
        self._drawing, self._wanted = self._wanted, None
        self._thread = threading.Thread(target=self._work, args=self._drawing, name="nnstudio picture", daemon=True)
        self._thread.start()

    def _work(self, draw: Callable[[], object], place: Camera) -> None:
        begin = thread_time()
        try:
            draw()
        except Exception as error:  # noqa: BLE001 (raised again in the window's thread)
            self._failed = error
            with self._lock:
                self._drawing = None
            return
        with self._lock:
            self.seconds += thread_time() - begin
            self._done, self._drawing = place, None


def paint_frame(painter: QPainter, frame: LiveFrame, camera: Camera, view: QRectF) -> None:
    """Copy the newest picture into a view; where it is an older one, to where its content belongs now."""
    place = frame.place(camera)
    if not place.contains(view):
        painter.fillRect(view, theme.colors.q("background"))
    if place.size() == frame.image.deviceIndependentSize():
        painter.drawImage(place.topLeft(), frame.image)
    else:
        painter.drawImage(place, frame.image)
