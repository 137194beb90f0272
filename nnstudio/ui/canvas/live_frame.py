"""The picture under the cards without waiting for it: what takes long is drawn on another thread, into another image.

Until it is there the last picture is shown where the camera has it now, scaled while the view is zoomed.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from time import thread_time

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter

from nnstudio.ui.canvas.camera import Camera
from nnstudio.ui.canvas.frame import REST, Frame, Layer, Rasterizer
from nnstudio.ui.theme import Colors, theme

AT_ONCE = 0.002  # seconds: a picture that takes less is drawn without a detour
IDLE = 0.2  # seconds without a picture after which the thread ends
Job = tuple[Callable[[Frame], object], Camera]


class LiveFrame:
    """Three frames: one is shown, one is finished and waits to be, one is drawn meanwhile.

    All methods belong to the window's thread. No picture is waited for; the newest request wins, is begun without delay
    where one ends, and ``collect`` brings what is finished.
    """

    def __init__(self) -> None:
        self._front = Frame()
        self._spare = [Frame(), Frame()]  # neither shown nor drawn into
        self._seen = Camera()  # where the front picture was looked at from
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._begun: queue.SimpleQueue[tuple[Job, Frame]] = queue.SimpleQueue()
        self._living = False  # whether there is a thread
        self._wanted: Job | None = None
        self._drawing: Job | None = None
        self._done: tuple[Frame, Camera] | None = None
        self._outrun = False  # a newer picture than the one that is drawn was drawn at once
        self._failed: Exception | None = None
        self.drawn, self.seconds = 0, 0.0  # pictures until now, and processor time on the other thread

    @property
    def rasterizer(self) -> Rasterizer | None:
        """Compiled code that draws curves; without it QPainter does, at once."""
        return self._front.rasterizer

    @rasterizer.setter
    def rasterizer(self, rasterizer: Rasterizer | None) -> None:
        self.wait()
        for frame in (self._front, *self._spare):
            frame.rasterizer = rasterizer

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

    @property
    def full(self) -> bool:
        """Whether another picture is wanted after the one that is being drawn."""
        return self._wanted is not None

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
                self._wanted, self._outrun = None, self._drawing is not None
                if self._done is not None:
                    self._spare.append(self._done[0])
                    self._done = None
            return
        with self._lock:
            self._wanted = (lambda frame: frame.draw(size, ratio, place, colors, layers, seconds), place)
        self._go_on()

    def collect(self) -> bool:
        """Show what was finished; True where there was anything. An exception of the drawing is raised here."""
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed
        with self._lock:
            if self._done is None:
                return False
            self._spare.append(self._front)
            (self._front, self._seen), self._done = self._done, None
            for frame in self._spare:
                frame.keep_pace_with(self._front)
        self.drawn += 1
        self._go_on()
        return True

    def wait(self) -> None:
        """Stay until all that was asked for is drawn and shown."""
        while self.busy:
            with self._ended:
                self._ended.wait_for(lambda: self._drawing is None)
            self.collect()

    def place(self, camera: Camera) -> QRectF:
        """Where the picture belongs in a view that looks through ``camera``, in view pixels."""
        grown = camera.zoom / self._seen.zoom
        corner = QPointF(camera.x - self._seen.x * grown, camera.y - self._seen.y * grown)
        return QRectF(corner, QSizeF(self.image.deviceIndependentSize()) * grown)

    def _go_on(self) -> None:
        """Begin the picture that is wanted, where none is drawn."""
        with self._lock:
            if self._wanted is None or self._drawing is not None or self._failed is not None:
                return
            self._drawing, self._wanted = self._wanted, None
            self._begun.put((self._drawing, self._spare.pop()))
            living, self._living = self._living, True
        if not living:
            threading.Thread(target=self._serve, name="nnstudio picture", daemon=True).start()

    def _serve(self) -> None:
        """Draw what is begun until nothing was for a while: the window would wait for every thread that is started."""
        while True:
            try:
                work = self._begun.get(timeout=IDLE)
            except queue.Empty:
                with self._lock:
                    if not self._begun.empty():
                        continue
                    self._living = False
                    return
            self._work(*work)

    def _work(self, job: Job, frame: Frame) -> None:
        """Draw one picture, and the next as long as one is wanted."""
        following: Job | None = job
        while following is not None:
            begin, (draw, place) = thread_time(), following
            try:
                draw(frame)
            except Exception as error:  # noqa: BLE001 (raised again in the window's thread)
                with self._lock:
                    self._failed, self._drawing = error, None
                    self._spare.append(frame)
                    self._ended.notify_all()
                return
            with self._lock:
                self.seconds += thread_time() - begin
                if self._outrun:
                    self._spare.append(frame)
                else:
                    if self._done is not None:  # nobody has looked yet
                        self._spare.append(self._done[0])
                    self._done = (frame, place)
                self._outrun = False
                following = self._drawing = self._wanted
                if following is None:
                    self._ended.notify_all()
                else:
                    drawn, frame, self._wanted = frame, self._spare.pop(), None
                    frame.keep_pace_with(drawn)


def paint_frame(painter: QPainter, frame: LiveFrame, camera: Camera, view: QRectF) -> None:
    """Copy the newest picture into a view; where it is an older one, to where its content belongs now."""
    place = frame.place(camera)
    if not place.contains(view):
        painter.fillRect(view, theme.colors.q("background"))
    if place.size() == frame.image.deviceIndependentSize():
        painter.drawImage(place.topLeft(), frame.image)
    else:
        painter.drawImage(place, frame.image)
