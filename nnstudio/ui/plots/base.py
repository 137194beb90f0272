"""What every plot is: a caption, a surface it draws on when the clock says so, words for its numbers, and export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QContextMenuEvent, QFont, QFontMetricsF, QImage, QPainter, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QToolTip, QVBoxLayout, QWidget

from nnstudio.document import Message, StudioError
from nnstudio.events import Event
from nnstudio.ui.dialogs import Dialogs, FileWish, RealDialogs
from nnstudio.ui.frames import FrameClock, Ticket
from nnstudio.ui.plots.export import Table, write_picture, write_table
from nnstudio.ui.plots.panel import Panel
from nnstudio.ui.plots.parts import Caption, draw_note, small_font
from nnstudio.ui.plots.surface import Surface
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme

if TYPE_CHECKING:
    from nnstudio.session import Session

CAPTION_HEIGHT = 26.0
WORDS_SECONDS = 1.0  # while training, a screen reader is told new numbers at most this often


class Plot(QWidget):
    """One plot. ``draw`` is called by the clock only; events just mark the plot for drawing.

    A plot says what it shows in ``subtitle`` (short, beside the title) and in its accessible description (in words);
    ``subtitle_changed`` tells of the former. Where it has nothing to show, ``empty`` is one sentence that says why.
    Subclasses give ``label``, ``refresh`` (take the newest values), ``arrange`` (put them into pyqtgraph's items),
    ``restyle`` (give the items the theme's colours), ``table`` and may give the rest.
    """

    label: ClassVar[Message]
    interval_ms: ClassVar[int] = 33
    dialogs: Dialogs = RealDialogs()
    zooms: ClassVar[bool] = False  # whether the wheel and dragging change what is shown

    def __init__(
        self, session: Session, selection: Selection, clock: FrameClock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session, self.selection, self.clock = session, selection, clock
        self.subtitle_changed: Event[str] = Event()
        self.subtitle = ""
        self.empty = ""
        self.pointer: QPointF | None = None
        self.draws = 0
        self.panels: list[Panel] = []
        self.setObjectName(type(self).__name__)
        self.setAccessibleName(self.title)
        self.caption = Caption(self)
        self.surface = Surface(self)
        self.surface.setAccessibleName(self.title)
        self.controls = QHBoxLayout()
        self.controls.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.caption, 1)
        head.addLayout(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.surface, 1)
        self._styled = ("", 0.0)  # the theme and the screen that the items have their colours and pens for
        self._small = small_font(self)
        self._line = QFontMetricsF(self._small).height()
        self._taken = False  # whether there are values yet
        self._exporting = False
        self._words = ""
        self._words_at = float("-inf")
        self._words_about: object = None
        self._links: list[Callable[[], None]] = []
        self._ticket: Ticket | None = None
        links = self._links
        self.destroyed.connect(lambda: _run_all(links))
        self.attach()

    # ---- what a plot gives

    @property
    def title(self) -> str:
        """The plot's name in the present language."""
        return message_text(self.label)

    def refresh(self) -> None:
        """Take the newest values; set ``empty`` where there is nothing to show."""

    def arrange(self, rect: QRectF) -> None:
        """Put what ``refresh`` took into the items, for a surface with the pixels ``rect``."""

    def restyle(self) -> None:
        """Give the items the theme's colours."""

    def paint_text(self, painter: QPainter, rect: QRectF) -> None:
        """Write and draw on top of the items (pixels of the surface), with the small font already set."""

    def short(self) -> str:
        """The numbers for beside the title, for example "train 0.083 · validation 0.107"."""
        return ""

    def words(self) -> str:
        """The numbers in full sentences."""
        return ""

    def words_about(self) -> object:
        """What the words depend on: they are not put together anew while it is the same object (None: always)."""
        return None

    def table(self) -> Table:
        """The numbers: column names, and rows."""
        return (), ()

    def note(self, at: QPointF) -> tuple[QPointF, list[str]] | None:  # noqa: ARG002 (plots answer it)
        """What is under the pointer: the place it belongs to, and lines of text."""
        return None

    def pointer_step(self) -> tuple[float, float]:
        """How far an arrow key moves the pointer, in pixels right and down."""
        return 8.0, 8.0

    def clicked(self, at: QPointF) -> None:
        """The left button was pressed and released at one place."""

    def zoomed_out(self) -> None:
        """A double click: show everything."""

    def place_overlays(self, rect: QRectF) -> None:
        """Put switches that lie on the surface into their places."""

    def extra_actions(self) -> list[QAction]:
        """Actions of this plot for its context menu."""
        return []

    def settle(self) -> None:
        """Have the newest values before this returns (for export)."""
        self.take()

    # ---- life

    def attach(self) -> None:
        """Listen and take part in the clock (again)."""
        if self._ticket is not None:
            return
        self._ticket = self.clock.register(self.draw, self, self.interval_ms)
        self._links += [
            self._ticket.close,
            self.session.changed.connect(self.mark),
            self.session.live_changed.connect(self.mark),
            self.session.state_changed.connect(self.mark),
            self.selection.changed.connect(self.mark),
            theme.changed.connect(self._restyle),
        ]
        self.mark()

    def release(self) -> None:
        """Stop listening and leave the clock."""
        _run_all(self._links)
        self._ticket = None

    @property
    def released(self) -> bool:
        """Whether the plot has stopped listening."""
        return self._ticket is None

    def mark(self, *_: object) -> None:
        """Ask to be drawn in the next frame."""
        if self._ticket is not None:
            self._ticket.mark()

    def draw(self) -> None:
        """Take the newest values and ask for the surface to be painted with them."""
        self.draws += 1
        self.take()
        self.lay_out(QRectF(self.surface.rect()))
        self.tell()

    def take(self) -> None:
        """Take the newest values."""
        self.refresh()
        self._taken = True

    def lay_out(self, rect: QRectF, ratio: float = 0.0) -> None:
        """Put the values into the items, in their places and colours; ``ratio`` is that of another device."""
        ratio = ratio or self.surface.devicePixelRatioF()
        if self._styled != (theme.name, ratio):
            self._styled = (theme.name, ratio)
            self._small = small_font(self)
            self._line = QFontMetricsF(self._small).height()
            for panel in self.panels:
                panel.restyle(self.small, ratio)
            self.restyle()
        for panel in self.panels:
            panel.setVisible(not self.empty)
        if not self.empty:
            self.arrange(rect)
        self.surface.refresh()

    @property
    def exporting(self) -> bool:
        """Whether a picture is being painted, without the switches."""
        return self._exporting

    @property
    def small(self) -> QFont:
        """The font of labels."""
        return self._small

    @property
    def line(self) -> float:
        """The height of a line of labels in pixels."""
        return self._line

    def resized(self) -> None:
        """The surface has another size."""
        self.place_overlays(QRectF(self.surface.rect()))
        if self._taken:
            self.lay_out(QRectF(self.surface.rect()))

    def freshen(self) -> None:
        """Before the surface is painted: where the theme or the screen has changed since, draw anew."""
        if self._taken and self._styled != (theme.name, self.surface.devicePixelRatioF()):
            self.take()
            self.lay_out(QRectF(self.surface.rect()))
            self.tell()

    def changeEvent(self, event: QEvent) -> None:
        """Another font is taken at the next drawing."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._taken:
            self._styled = ("", 0.0)
            self.mark()

    def tell(self) -> None:
        """Bring the subtitle and the accessible description up to date."""
        subtitle = "" if self.empty else self.short()
        self.caption.say(self.title, subtitle)
        if subtitle != self.subtitle:
            self.subtitle = subtitle
            self.subtitle_changed.emit(subtitle)
        now = monotonic()
        if self.session.state == "running" and now - self._words_at < WORDS_SECONDS:
            return
        about = self.words_about()
        if about is not None and about is self._words_about and not self.empty:
            return
        words = self.empty or self.words()
        self._words_about = about
        if words != self._words:
            self._words, self._words_at = words, now
            self.setAccessibleDescription(words)
            self.surface.setAccessibleDescription(words)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop listening."""
        self.release()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Listen again where the plot was closed, and be drawn soon."""
        super().showEvent(event)
        self.attach()
        self.clock.wake()

    def painted(self, seconds: float) -> None:
        """The surface was painted; the clock counts it to what the plot costs."""
        if self._ticket is not None:
            self._ticket.painted(seconds)

    def _restyle(self, *_: object) -> None:
        self.update()
        self.mark()

    # ---- painting

    def picture(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the whole surface into ``rect`` of another device, laid out for its size."""
        if not self._taken:
            self.take()
        self._exporting = True
        painter.fillRect(rect, theme.colors.q("panel"))
        painter.save()
        try:
            self.lay_out(QRectF(0, 0, rect.width(), rect.height()), painter.device().devicePixelRatio())
            if not self.empty:
                self.surface.paint_into(painter, rect)
            painter.translate(rect.topLeft())
            self.paint_over(painter, QRectF(0, 0, rect.width(), rect.height()))
        finally:
            painter.restore()
            self._exporting = False
            self.lay_out(QRectF(self.surface.rect()))

    def paint_over(self, painter: QPainter, rect: QRectF) -> None:
        """What lies on top of the items: text, the sentence of an empty plot, and what is under the pointer."""
        if self.empty:
            painter.setPen(theme.colors.q("dim"))
            painter.setFont(small_font(self, 0.92))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(rect.adjusted(24, 8, -24, -24), flags, self.empty)
            return
        if not self._taken:
            return
        painter.setFont(self.small)
        painter.save()
        self.paint_text(painter, rect)
        painter.restore()
        if self.pointer is not None and (found := self.note(self.pointer)) is not None:
            draw_note(painter, rect, *found)

    def point_at(self, at: QPointF | None) -> None:
        """Show what is under ``at``, or nothing."""
        if at != self.pointer:
            self.pointer = at
            if self._taken and not self.empty:
                self.pointed()
            self.surface.viewport().update()

    def pointed(self) -> None:
        """The pointer is elsewhere: move the items that follow it."""

    def pointer_moved(self, right: int, down: int) -> None:
        """Move the pointer by so many steps, from the middle where there is none."""
        area = QRectF(self.surface.rect())
        at = self.pointer or area.center()
        x, y = self.pointer_step()
        at = QPointF(
            min(max(at.x() + right * x, area.left()), area.right()),
            min(max(at.y() + down * y, area.top()), area.bottom()),
        )
        self.point_at(at)
        found = None if self.empty else self.note(at)
        if found is not None:
            self.surface.setAccessibleDescription(", ".join(found[1]))

    # ---- export

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The plot's own actions, and export."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """The context menu: the plot's own actions, and export."""
        menu = QMenu(self)
        for action in self.extra_actions():
            action.setParent(menu)
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(tr("Copy picture"), self.copy_picture)
        choices = {"png": tr("Export as PNG…"), "svg": tr("Export as SVG…"), "csv": tr("Export as CSV…")}
        for ending, text in choices.items():
            action = menu.addAction(text)
            action.setEnabled(not self.empty)
            action.triggered.connect(lambda _=False, e=ending: self._ask_and_export(e))
        return menu

    def export(self, path: str | Path) -> None:
        """Write the plot to ``path``: a picture for .png and .svg, its numbers for .csv.

        StudioError where there is nothing to show, the ending is another, or the file cannot be written.
        """
        path = Path(path)
        self.settle()
        self.lay_out(QRectF(self.surface.rect()))  # what was taken is what is painted next
        if self.empty:
            raise StudioError("There is nothing to export yet: {reason}", reason=self.empty)
        self.tell()
        if path.suffix.lower() == ".csv":
            write_table(path, self.table())
        else:
            write_picture(path, self._whole, self._picture_size(), self.title)

    def copy_picture(self) -> None:
        """Put the plot as a picture on the clipboard."""
        self.settle()
        self.tell()
        size = self._picture_size()
        image = QImage(size * 2, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2)
        with QPainter(image) as painter:
            self._whole(painter, QRectF(0, 0, size.width(), size.height()))
        QApplication.clipboard().setImage(image)

    def _picture_size(self) -> QSize:
        shown = self.surface.size() if self.isVisible() else QSize(0, 0)
        return QSize(max(480, shown.width()), max(320, shown.height()) + round(CAPTION_HEIGHT))

    def _whole(self, painter: QPainter, rect: QRectF) -> None:
        pointer = self.pointer
        self.point_at(None)
        painter.fillRect(rect, theme.colors.q("panel"))
        self.caption.paint(painter, QRectF(rect.left() + 12, rect.top() + 2, rect.width() - 24, CAPTION_HEIGHT - 2))
        self.picture(painter, rect.adjusted(0, CAPTION_HEIGHT, 0, 0))
        self.point_at(pointer)

    def _ask_and_export(self, ending: str) -> None:
        name = f"{self.title.lower().replace(' ', '-')}.{ending}"
        wish = FileWish(tr("Export {title}", title=self.title), True, (f"*.{ending}",), Path.home() / name, ending)
        self.dialogs.ask_path(self, wish, self._export_to)

    def _export_to(self, path: Path) -> None:
        try:
            self.export(path)
        except StudioError as error:
            here = self.surface.mapToGlobal(self.surface.rect().center())
            QToolTip.showText(here, message_text(error.message), self.surface)


def _run_all(links: list[Callable[[], None]]) -> None:
    while links:
        links.pop()()
