"""Notes and groups as the canvas draws them: where they are, what of them lies under a point, how they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from nnstudio.document import Document, Group, Note, Rect
from nnstudio.ui.canvas.group_card import FAR, chevron_of, name_rect, paint_chevron
from nnstudio.ui.canvas.layer_item import BUTTON, LayerItem, near
from nnstudio.ui.canvas.text import elided, font
from nnstudio.ui.text import tr
from nnstudio.ui.theme import Colors

AROUND = 22.0  # from a group's layers to its frame
TAB = 24.0  # the strip above the frame with the group's name
CORNER = 14.0  # of a note, to take hold of and drag
INSET = 11.0  # from a note's edge to its text
TEXT = 13.0
SIGN = 18.0  # room for the chevron before the name of a group
LEGIBLE, LARGEST = 0.85, 4.0  # names are at least so large on the screen, at most so many times larger
BORDER = 5.0  # on either side of a group's frame, view pixels

NoteSpot = Literal["note", "corner"]
GroupSpot = Literal["card", "title", "fold"]


@dataclass(frozen=True, slots=True)
class Annotations:
    """The notes and groups of a document."""

    notes: Mapping[int, Note]
    groups: Mapping[int, Group]

    @staticmethod
    def of(document: Document) -> Annotations:
        """Those of ``document``."""
        return Annotations(document.notes, document.groups)

    def note_at(self, point: QPointF) -> tuple[int, NoteSpot] | None:
        """The topmost note under a scene point, and whether it is its corner."""
        for note in reversed(list(self.notes.values())):
            rect = QRectF(*note.rect)
            if rect.contains(point):
                corner = QRectF(rect.right() - CORNER, rect.bottom() - CORNER, CORNER, CORNER)
                return note.id, "corner" if corner.contains(point) else "note"
        return None

    def card_at(
        self, point: QPointF, cards: Mapping[int, LayerItem], zoom: float = 1.0
    ) -> tuple[int, GroupSpot] | None:
        """The topmost collapsed group whose card holds a scene point, and what of it."""
        for group in reversed(self.collapsed):
            rect = frame_rect(group, cards)
            if rect.contains(point):
                if zoom * FAR >= LEGIBLE and near(point, chevron_of(rect), BUTTON + 2):
                    return group.id, "fold"
                return group.id, "title" if name_rect(rect).contains(point) else "card"
        return None

    def group_at(self, point: QPointF, cards: Mapping[int, LayerItem], zoom: float) -> tuple[int, GroupSpot] | None:
        """The open group whose name or frame lies under a scene point; the smallest where several do."""
        reach = BORDER / zoom
        found: list[tuple[float, int, GroupSpot]] = []
        for group in self.groups.values():
            if group.collapsed:
                continue
            rect = frame_rect(group, cards)
            inner = rect.adjusted(reach, reach, -reach, -reach)
            on_frame = rect.adjusted(-reach, -reach, reach, reach).contains(point) and not inner.contains(point)
            on_name = tab_rect(group, rect, zoom).contains(point)
            if on_name or on_frame:
                spot: GroupSpot = "title" if on_name else "card"
                if fold_rect(group, rect, zoom).contains(point):
                    spot = "fold"
                found.append((rect.width() * rect.height(), group.id, spot))
        return min(found)[1:] if found else None

    @property
    def collapsed(self) -> list[Group]:
        """The groups that are drawn as one card, those below first."""
        return [group for group in self.groups.values() if group.collapsed]

    def united(self, rect: QRectF, cards: Mapping[int, LayerItem]) -> QRectF:
        """``rect`` grown so that it holds everything of these too."""
        for note in self.notes.values():
            rect = rect.united(QRectF(*note.rect))
        for group in self.groups.values():
            rect = rect.united(frame_rect(group, cards).adjusted(0, 0 if group.collapsed else -TAB, 0, 0))
        return rect


def frame_rect(group: Group, cards: Mapping[int, LayerItem]) -> QRectF:
    """A rectangle around all layers of a group with the names of their neurons; its card where it is collapsed."""
    rect = QRectF()
    if group.collapsed:
        return next((cards[layer].rect for layer in group.layers if layer in cards), rect)
    for layer in group.layers:
        if layer in cards:
            rect = rect.united(cards[layer].bounds.united(cards[layer].rect))
    return rect.adjusted(-AROUND, -AROUND, AROUND, AROUND)


def larger(zoom: float) -> float:
    """How many times larger than up close names are drawn, so that they can be read from afar."""
    return min(LARGEST, max(1.0, LEGIBLE / zoom))


def tab_rect(group: Group, frame: QRectF, zoom: float) -> QRectF:
    """The strip above a group's frame in which its name stands, or on its card."""
    if group.collapsed:
        return name_rect(frame)
    scale = larger(zoom)
    wide = (QFontMetricsF(font(TEXT, strong=True)).horizontalAdvance(group.name) + SIGN + 24) * scale
    high = TAB * scale
    return QRectF(frame.left(), frame.top() - high, min(frame.width(), max(72.0 * scale, wide)), high)


def fold_rect(group: Group, frame: QRectF, zoom: float) -> QRectF:
    """Where an open group is collapsed: before its name."""
    tab = tab_rect(group, frame, zoom)
    return QRectF(tab.left(), tab.top(), SIGN * larger(zoom), tab.height())


def note_height(text: str, width: float) -> float:
    """How high a note of that width must be to show all of its text, scene units."""
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
    room = QRectF(0, 0, width - 2 * INSET, 1e6)
    return float(QFontMetricsF(font(TEXT)).boundingRect(room, int(flags), text).height()) + 2 * INSET


def grown(text: str, rect: Rect) -> Rect:
    """The note's place, higher where its text needs that."""
    left, top, width, height = rect
    return (left, top, width, max(height, round(note_height(text, width))))


def paint_groups(
    painter: QPainter,
    groups: Iterable[Group],
    cards: Mapping[int, LayerItem],
    selected: frozenset[int],
    hidden: int | None,
    colors: Colors,
    zoom: float,
) -> None:
    """Frames with names, behind the cards; ``hidden`` is the one whose name is being typed."""
    for group in groups:
        if group.collapsed:
            continue  # drawn as a card
        rect, chosen = frame_rect(group, cards), group.id in selected
        painter.setPen(
            QPen(colors.q("accent" if chosen else "dim", 1.0 if chosen else 0.7), (2.0 if chosen else 1.2) / zoom)
        )
        painter.setBrush(colors.q("accent" if chosen else "dim", 0.09 if chosen else 0.07))
        painter.drawRoundedRect(rect, 12, 12)
        tab, size = tab_rect(group, rect, zoom), round(TEXT * larger(zoom), 1)
        paint_chevron(painter, fold_rect(group, rect, zoom).center(), False, larger(zoom), colors)
        if group.id == hidden:
            continue
        painter.setPen(colors.q("text"))
        painter.setFont(font(size, strong=True))
        inset = SIGN * larger(zoom)
        words = elided(group.name, size, tab.width() - inset - 4, strong=True)
        painter.drawText(
            tab.adjusted(inset, 0, 0, -3), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words
        )


def paint_notes(
    painter: QPainter, notes: Iterable[Note], selected: frozenset[int], hidden: int | None, colors: Colors, zoom: float
) -> None:
    """Cards of text with a folded corner; ``hidden`` is the one that is being written."""
    for note in notes:
        rect, chosen = QRectF(*note.rect), note.id in selected
        cut = QPointF(rect.right() - CORNER, rect.bottom()), QPointF(rect.right(), rect.bottom() - CORNER)
        sheet = QPolygonF([rect.topLeft(), rect.topRight(), cut[1], cut[0], rect.bottomLeft()])
        painter.setPen(QPen(colors.q("accent" if chosen else "line"), (2.0 if chosen else 1.2) / zoom))
        painter.setBrush(colors.q("raised"))
        painter.drawPolygon(sheet)
        painter.drawPolygon(QPolygonF([cut[0], QPointF(cut[0].x(), cut[1].y()), cut[1]]))
        if note.id == hidden:
            continue
        painter.save()
        inner = rect.adjusted(INSET, INSET, -INSET, -INSET)
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        painter.setPen(colors.q("text"))
        painter.setFont(font(TEXT))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(inner, int(flags), note.text)
        painter.restore()


def words_of(kind: str, item: Note | Group) -> str:
    """What is said about a note or a group."""
    if isinstance(item, Note):
        return tr("Drag to resize the note") if kind == "corner" else tr("Note: double-click to write")
    if kind == "fold":
        return tr("Open the group (G)") if item.collapsed else tr("Collapse the group to one card (G)")
    words = tr("{group}: {count} layers", group=item.name, count=len(item.layers))
    if len(item.layers) == 1:
        words = tr("{group}: 1 layer", group=item.name)
    if item.collapsed and kind != "title":
        return words + "; " + tr("double-click to open")
    return words + "; " + tr("double-click to rename")
