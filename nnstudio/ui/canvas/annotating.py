"""What can be done with notes, groups and the places of layers: write, group, tidy, move, copy, delete."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPointF, QRectF, Qt

from nnstudio.document import Message, Position, Rect
from nnstudio.document.edits import (
    AddNote,
    CollapseGroups,
    Edit,
    GroupLayers,
    MoveLayers,
    PlaceNotes,
    Remove,
    RemoveNotes,
    RenameGroup,
    Several,
    Ungroup,
    WriteNote,
)
from nnstudio.document.tidy import Extent, tidy
from nnstudio.document.tidy_groups import tidy_groups
from nnstudio.ui.canvas.annotations import AROUND, TAB, frame_rect, grown, tab_rect
from nnstudio.ui.canvas.arrange import followed
from nnstudio.ui.canvas.finer_editing import FinerEditing
from nnstudio.ui.canvas.glide import Glide
from nnstudio.ui.canvas.group_card import way_in, way_out
from nnstudio.ui.canvas.layer_item import GROUPED, LayerItem
from nnstudio.ui.canvas.note_editor import NoteEditor
from nnstudio.ui.canvas.overlays import TitleEditor
from nnstudio.ui.canvas.scene import Hit, Scene
from nnstudio.ui.layer_drag import GRID, snapped
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.session import Change
    from nnstudio.ui.canvas.view import CanvasView

NEW_NOTE = (216.0, 96.0)
FEW, FARTHEST = 60, 24  # cards in sight among which room is looked for, and how many grid steps away


class Annotating(FinerEditing):
    """Every operation is one named step of the session's history."""

    def __init__(self, *args: Any) -> None:
        self.note_editor: NoteEditor | None = None
        super().__init__(*args)
        self.glide = Glide(self, args[2])  # the clock
        self._disconnects.append(self.selection.writing_wanted.connect(self.write_note))

    # -- what is there --------------------------------------------------------------------------------------------

    def annotation_hit(self, point: QPointF, found: Hit | None) -> Hit | None:
        """``found`` under a scene point, or the note or group that lies over it there."""
        if found is not None and found.kind not in ("bundle", "synapse"):
            return found
        annotations, cards = self.scene.annotations, self.scene.at(self.nearness.far)
        card = annotations.card_at(point, cards, self.camera.zoom)
        if card is not None:
            return Hit("group", *card)
        note = annotations.note_at(point)
        if note is not None:
            return Hit("note", note[0], "corner" if note[1] == "corner" else "card")
        if found is not None and found.kind == "synapse":
            return found
        group = annotations.group_at(point, cards, self.camera.zoom)
        return found if group is None else Hit("group", *group)

    def make_visible(self, layer: int) -> None:
        """Pan no further than needed to see all of a layer's card, of a note or of a group."""
        document = self.session.document
        if layer in document.notes:
            self.show_rect(QRectF(*document.notes[layer].rect))
        elif layer in document.groups:
            self.show_rect(frame_rect(document.groups[layer], self.scene.layers))
        else:
            super().make_visible(layer)

    @property
    def moving_layers(self) -> frozenset[int]:
        """The selected layers, and those of the selected groups."""
        groups = self.session.document.groups
        members = (groups[i].layers for i in self.selection.groups if i in groups)
        return self.selection.layers.union(*members)

    @property
    def movable(self) -> bool:
        """Whether anything is selected that can be moved and copied."""
        return bool(self.moving_layers or self.selection.notes)

    def _describe(self) -> None:
        super()._describe()
        document, selection = self.session.document, self.selection
        names = [document.groups[i].name for i in sorted(selection.groups) if i in document.groups]
        names += [document.notes[i].text for i in sorted(selection.notes) if i in document.notes]
        if names and not selection.layers:
            self.setAccessibleDescription(tr("{names} selected", names=", ".join(names)))

    # -- moving ---------------------------------------------------------------------------------------------------

    def move_by(self, dx: float, dy: float) -> Edit:
        """The edit that moves all that is selected."""
        places: dict[int, Position] = {}
        for i in self.moving_layers:
            x, y = self.scene.places[i]
            places[i] = (x + dx, y + dy)
        rects: dict[int, Rect] = {}
        for i in self.selection.notes:
            left, top, width, height = self.session.document.notes[i].rect
            rects[i] = (left + dx, top + dy, width, height)
        return moving(places, rects, self._group_name())

    def _group_name(self) -> str:
        """The name of the one group that is selected, and nothing else; else empty."""
        selection, groups = self.selection, self.session.document.groups
        alone = len(selection.groups) == 1 and not selection.layers and not selection.notes
        return groups[next(iter(selection.groups))].name if alone else ""

    def nudge(self, dx: float, dy: float) -> None:
        """Move what is selected by keyboard; consecutive steps are one undo."""
        self.do(self.move_by(dx, dy), merge=("nudge", self.moving_layers, self.selection.notes))

    def tidy(self) -> None:
        """Put the selected layers (all, where fewer than two are) into columns with few crossings, as one step."""
        chosen = frozenset(i for i in self.moving_layers if not self.scene.layers[i].inside)
        chosen = chosen if len(chosen) > 1 else frozenset(self.scene.layers)
        if not chosen:
            return
        extents: dict[int, Extent] = {}
        for i, shown in self.scene.layers.items():
            item = LayerItem(shown.layer, shown.x, shown.y) if shown.inside else shown
            bounds = item.bounds.united(item.rect)
            extents[i] = Extent(item.x - bounds.left(), bounds.right() - item.x, bounds.height())
        before = dict(self.scene.places)
        network, groups = self.session.document.network, self.session.document.groups
        card = Extent(GROUPED[0] / 2, GROUPED[0] / 2, GROUPED[1])
        if len(chosen) == len(extents):
            places = tidy_groups(network, extents, groups.values(), before, AROUND, TAB, card)
        else:
            places = tidy(network, extents, chosen, before)
        if all(before[i] == place for i, place in places.items()):
            self.tell(tr("The layout is tidy already."))
            return
        edits: list[Edit] = [MoveLayers(places)]
        name, whole = Message.of("Tidy the layout"), len(chosen) == len(self.scene.layers)
        if not whole:
            name = Message.of("Tidy {count} layers", count=len(chosen))
        elif self.session.document.notes:
            edits.append(PlaceNotes(self._followed(edits[0])))
        here = self.glide.places()
        if self.do(Several(name, tuple(edits))):
            if whole:
                self.fit()
            self.glide.begin(here)

    def _followed(self, moving: Edit) -> dict[int, Rect]:
        """Where the notes lie once the layers have moved: they go along, and cover neither layers nor frames."""
        after = self.scene.preview()
        after.update(moving.apply(self.session.document), self.selection.neuron, self.folding)
        notes = {i: note.rect for i, note in self.scene.annotations.notes.items()}
        return followed(notes, self._covered_places(self.scene), self._covered_places(after))

    def _covered_places(self, scene: Scene) -> dict[int, QRectF]:
        """What cards, with the names of their neurons, and frames of groups take."""
        cards = {i: item.bounds.united(item.rect) for i, item in scene.layers.items() if not item.inside}
        groups = scene.annotations.groups.values()
        return cards | {group.id: frame_rect(group, scene.layers) for group in groups}

    def start_connect(self, source: int | None = None) -> None:
        """Begin a wire; out of the one selected group at the layer that feeds no other of it."""
        groups = self.selection.groups
        if source is None and len(groups) == 1 and not self.selection.layers:
            group = self.session.document.groups[next(iter(groups))]
            source = way_out(self.session.document, group)
            if source is None:
                self.tell(tr('Open the group "{name}" to choose one of its layers.', name=group.name))
                return
        super().start_connect(source)

    # -- groups ---------------------------------------------------------------------------------------------------

    @property
    def can_group(self) -> bool:
        """Whether layers are selected that are not just one group."""
        layers = self.moving_layers
        return bool(layers) and all(group.layers != layers for group in self.session.document.groups.values())

    def group(self) -> None:
        """Put the selected layers into a group, which is selected; one that was selected with them grows."""
        layers, groups = self.moving_layers, self.selection.groups
        if not layers:
            return
        made = self.session.document.network.next_id
        name = self.session.document.groups[next(iter(groups))].name if len(groups) == 1 else None
        if self.do(GroupLayers(layers, name)):
            self.selection.select_annotations(groups={made})

    def collapse(self, groups: Collection[int] | None = None) -> None:
        """Draw groups (by default those at hand) as one card each; where all of them are cards, open them."""
        present = self.session.document.groups
        wanted = frozenset(self.groups_at_hand if groups is None else groups) & present.keys()
        if wanted:
            shut = not all(present[group].collapsed for group in wanted)
            if self.do(CollapseGroups(wanted, shut)):
                self.selection.select_annotations(groups=wanted)

    def gate(self, point: QPointF) -> tuple[str, int | None] | None:
        """The collapsed group at a view point: its name, and the one layer at which a wire arrives, if it is one."""
        card = self.scene.annotations.card_at(self.camera.to_scene(point), self.scene.at(self.nearness.far))
        if card is None:
            return None
        group = self.session.document.groups[card[0]]
        return group.name, way_in(self.session.document, group)

    @property
    def groups_at_hand(self) -> frozenset[int]:
        """The selected groups, and those that selected layers are in."""
        groups = self.session.document.groups.values()
        return self.selection.groups | {group.id for group in groups if group.layers & self.selection.layers}

    def ungroup(self) -> None:
        """Take the selected groups away; their layers stay, and are selected."""
        groups, document = self.groups_at_hand, self.session.document
        layers = frozenset[int]().union(*(document.groups[i].layers for i in groups))
        if groups and self.do(Ungroup(groups)):
            self.selection.select(layers)

    def rename_selected(self) -> None:
        """Type another name for the one selected layer or group, or the text of the one selected note."""
        selection = self.selection
        if len(selection.groups) == 1 and not selection.layers and not selection.notes:
            self.rename_group(next(iter(selection.groups)))
        elif len(selection.notes) == 1 and not selection.layers and not selection.groups:
            self.write_note(next(iter(selection.notes)))
        else:
            super().rename_selected()

    @property
    def can_rename(self) -> bool:
        """Whether just one layer, group or note is selected."""
        selection = self.selection
        return len(selection.layers) + len(selection.groups) + len(selection.notes) == 1

    def rename_group(self, group: int) -> None:
        """Type another name for a group, on its frame."""
        found = self.session.document.groups[group]
        frame = frame_rect(found, self.scene.at(self.nearness.far))
        rect = self.camera.rect_to_view(tab_rect(found, frame, self.camera.zoom))
        self.editing = group
        self.title_editor = TitleEditor(cast("CanvasView", self), group, found.name, rect)
        self.title_editor.setAccessibleName(tr("Name of the group"))
        self.viewport().update()

    def rename_to(self, layer: int, name: str) -> bool:
        """Give a layer or group a name; False where it is refused."""
        group = self.session.document.groups.get(layer)
        if group is None:
            return super().rename_to(layer, name)
        return group.name == name.strip() or self.do(RenameGroup(layer, name))

    # -- notes ----------------------------------------------------------------------------------------------------

    def add_note(self, at: QPointF | None = None) -> None:
        """Write a new note at a view point (by default under the pointer, else in the middle)."""
        middle = self.camera.to_scene(at or self.pointer_or_middle())
        width, height = NEW_NOTE
        seen = self.camera.seen(self._view_size().toSizeF())
        x = min(max(middle.x() - width / 2, seen.left() + GRID / 2), seen.right() - width - GRID / 2)
        y = min(max(middle.y() - height / 2, seen.top() + GRID / 2), seen.bottom() - height - GRID / 2)
        left, top = self._uncovered(*snapped(x, y), seen)
        rect = (left, top, width, height)

        def accept(text: str) -> bool:
            made = self.session.document.network.next_id
            if not text.strip():
                return True
            done = self.do(AddNote(text, grown(text.strip(), rect)))
            if done:
                self.selection.select_annotations(notes={made})
            return done

        self._edit_note(None, "", rect, accept)

    def _uncovered(self, left: float, top: float, seen: QRectF) -> Position:
        """The place nearest to this one that a new note takes without covering a card; this one where none is seen."""
        cards = [item.rect for item in self.scene.layers.values() if item.rect.intersects(seen)]
        width, height = NEW_NOTE
        reach = range(-FARTHEST, FARTHEST + 1)
        steps = [(i * GRID, j * GRID) for i in reach for j in reach] if len(cards) < FEW else []
        for dx, dy in sorted(steps, key=lambda step: math.hypot(*step)):
            rect = QRectF(left + dx, top + dy, width, height)
            if seen.contains(rect) and not any(card.intersects(rect) for card in cards):
                return (left + dx, top + dy)
        return (left, top)

    def write_note(self, note: int) -> None:
        """Write another text on a note; without any text it is deleted."""
        found = self.session.document.notes[note]

        def accept(text: str) -> bool:
            present = self.session.document.notes.get(note)
            if present is None or text.strip() == present.text:
                return True
            if not text.strip():
                return self.do(RemoveNotes(frozenset({note})))
            return self.do(WriteNote(note, text, grown(text.strip(), present.rect)))

        self._edit_note(note, found.text, found.rect, accept)

    def _edit_note(self, note: int | None, text: str, rect: Rect, accept: Callable[[str], bool]) -> None:
        if self.note_editor is not None:
            self.note_editor.finish(keep=True)
        self.editing = note
        self.note_editor = NoteEditor(cast("CanvasView", self), text, self.camera.rect_to_view(QRectF(*rect)), accept)
        self.viewport().update()

    def _document_changed(self, change: Change) -> None:
        super()._document_changed(change)
        editor, gone = self.note_editor, self.editing is not None and self.editing not in change.after.notes
        if editor is not None and (gone or len(self.session.history.entries) == 1):
            editor.finish(keep=False)  # its note is no more, or another project was opened

    def note_editor_closed(self) -> None:
        """The note is no longer being written."""
        editor, self.note_editor, self.editing = self.note_editor, None, None
        if editor is not None and editor.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    # -- deletion -------------------------------------------------------------------------------------------------

    def delete_selected(self) -> None:
        """Delete what is selected; an open group goes without its layers, a collapsed one with them."""
        selection, groups = self.selection, self.session.document.groups
        shut = {i for i in selection.groups if i in groups and groups[i].collapsed}
        if shut:  # the card stands for its layers
            layers = selection.layers.union(*(groups[i].layers for i in shut))
            edit = self._removal(layers, selection.synapses, selection.groups - shut)
            if selection.groups == shut and len(shut) == 1 and not (selection.layers | selection.notes):
                name = groups[next(iter(shut))].name
                edit = Several(Message.of('Delete the group "{name}" with its layers', name=name), (edit,))
            self.do(edit)
        elif selection.notes or selection.groups:
            self.do(self._removal(selection.layers, selection.synapses, selection.groups))
        else:
            super().delete_selected()

    def _removal(self, layers: frozenset[int], synapses: frozenset[int], groups: frozenset[int]) -> Edit:
        """The edit that deletes these, and the selected notes."""
        notes = self.selection.notes
        edits: list[Edit] = []
        if groups:
            edits.append(Ungroup(groups))
        if notes:
            edits.append(RemoveNotes(notes))
        if layers or synapses:
            edits.append(Remove(layers, synapses))
        if len(edits) == 1:
            return edits[0]
        count = len(layers) + len(synapses) + len(groups) + len(notes)
        return Several(Message.of("Delete {count} objects", count=count), tuple(edits))

    def select_all(self) -> None:
        """Select every layer, bundle and note."""
        document = self.session.document
        self.selection.select_annotations(document.notes, (), document.network.layers, document.network.synapses)


def moving(places: Mapping[int, Position], rects: Mapping[int, Rect], group: str = "") -> Edit:
    """The edit that moves layers and notes to new places; ``group`` is the name of what is moved."""
    if group:
        return Several(Message.of('Move the group "{name}"', name=group), (MoveLayers(places),))
    if not rects:
        return MoveLayers(places)
    if not places:
        return PlaceNotes(rects)
    name = Message.of("Move {count} objects", count=len(places) + len(rects))
    return Several(name, (MoveLayers(places), PlaceNotes(rects)))
