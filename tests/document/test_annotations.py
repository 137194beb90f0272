"""Notes and groups: whole edits, clear refusals, undone by the document that was, saved and read back."""

from __future__ import annotations

import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio import project
from nnstudio.catalog import initial
from nnstudio.document import Document, StudioError
from nnstudio.document.edits import (
    AddLayer,
    AddNote,
    GroupLayers,
    InsertLayer,
    Paste,
    PlaceNotes,
    Remove,
    RemoveNotes,
    RenameGroup,
    Ungroup,
    WriteNote,
    copy_fragment,
)
from nnstudio.project.reading import checked

RECT = (0.0, 24.0, 216.0, 96.0)


def noted(document: Document, text: str = "Look here", rect=RECT) -> Document:
    return AddNote(text, rect).apply(document)


def test_a_note_is_added_written_moved_and_deleted(chain) -> None:
    made = chain.network.next_id
    after = noted(chain, "  Look\nhere ")
    assert after.notes[made].text == "Look\nhere"
    assert after.network.next_id == made + 1
    assert after.network.layers is chain.network.layers
    assert after.parameters is chain.parameters
    assert str(AddNote("x", RECT).describe(chain)) == "Add a note"
    assert str(WriteNote(made, "y", RECT).describe(after)) == 'Change the note "Look"'
    written = WriteNote(made, "Or there", (0.0, 24.0, 216.0, 120.0)).apply(after)
    assert (written.notes[made].text, written.notes[made].rect[3]) == ("Or there", 120.0)
    moved = PlaceNotes({made: (48.0, 0.0, 216.0, 120.0)}).apply(written)
    assert moved.notes[made].rect == (48.0, 0.0, 216.0, 120.0)
    assert str(PlaceNotes({made: (1.0, 0.0, 216.0, 96.0)}).describe(after)) == 'Move the note "Look"'
    assert str(PlaceNotes({made: (0.0, 0.0, 300.0, 96.0)}).describe(after)) == 'Resize the note "Look"'
    assert not RemoveNotes(frozenset({made})).apply(moved).notes


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (AddNote("  \n ", RECT), "1 to 10000 characters"),
        (AddNote("x" * 10_001, RECT), "1 to 10000 characters"),
        (AddNote("x", (0.0, 0.0, 10.0, 100.0)), "at least 72 wide and 48 high"),
        (AddNote("x", (float("nan"), 0.0, 100.0, 100.0)), "at least 72 wide"),
        (WriteNote(99, "x", RECT), "no note number 99"),
        (PlaceNotes({99: RECT}), "no note number 99"),
        (RemoveNotes(frozenset({99})), "no note number 99"),
        (GroupLayers(frozenset()), "Select the layers"),
        (GroupLayers(frozenset({99})), "no layer number 99"),
        (GroupLayers(frozenset({1}), "a\nb"), "1 to 80 printable characters"),
        (RenameGroup(99, "x"), "no group number 99"),
        (Ungroup(frozenset({99})), "no group number 99"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(chain, edit, words) -> None:
    with pytest.raises(StudioError, match=words):
        edit.apply(chain)


def test_layers_are_grouped_renamed_and_ungrouped(chain) -> None:
    made = chain.network.next_id
    grouped = GroupLayers(frozenset({1, 2})).apply(chain)
    assert (grouped.groups[made].name, grouped.groups[made].layers) == ("Group 1", {1, 2})
    assert str(GroupLayers(frozenset({1, 2})).describe(chain)) == 'Group 2 layers as "Group 1"'
    named = RenameGroup(made, " Eyes ").apply(grouped)
    assert named.groups[made].name == "Eyes"
    assert str(Ungroup(frozenset({made})).describe(named)) == 'Ungroup "Eyes"'
    bare = Ungroup(frozenset({made})).apply(named)
    assert not bare.groups
    assert bare.network.layers is chain.network.layers


def test_a_layer_is_in_one_group_and_empty_groups_vanish(chain) -> None:
    first = chain.network.next_id
    document = GroupLayers(frozenset({1, 2})).apply(chain)
    document = GroupLayers(frozenset({2, 3})).apply(document)
    assert document.groups[first].layers == {1}
    assert document.groups[first + 1].name == "Group 2"
    document = Remove(frozenset({1})).apply(document)
    assert first not in document.groups
    document = Remove(frozenset({2})).apply(document)
    assert document.groups[first + 1].layers == {3}
    assert not Remove(frozenset({3})).apply(document).groups


def test_a_layer_that_is_put_into_a_wire_of_a_group_joins_it(chain) -> None:
    document = GroupLayers(frozenset({1, 2})).apply(chain)
    (group,) = document.groups
    made = document.network.next_id
    assert InsertLayer(4, (0.0, 0.0)).apply(document).groups[group].layers == {1, 2, made}
    assert InsertLayer(5, (0.0, 0.0)).apply(document).groups[group].layers == {1, 2}


def test_copies_bring_whole_groups_and_notes_along(chain) -> None:
    document = noted(GroupLayers(frozenset({1, 2}), "Eyes").apply(chain))
    note = next(iter(document.notes))
    part = Paste(copy_fragment(document, {1}, {note})).apply(document)
    assert len(part.groups) == 1  # half a group is no group
    assert len(part.notes) == 2
    whole = Paste(copy_fragment(document, {1, 2}, {note}), (24.0, 48.0)).apply(document)
    ids = [*whole.network.layers, *whole.network.synapses, *whole.notes, *whole.groups]
    assert len(ids) == len(set(ids))
    assert max(ids) < whole.network.next_id
    copy = next(group for i, group in whole.groups.items() if i not in document.groups)
    assert copy.name == "Eyes"
    assert copy.layers == whole.network.layers.keys() - document.network.layers.keys()
    pasted = next(item for i, item in whole.notes.items() if i not in document.notes)
    assert pasted.rect == (24.0, 72.0, 216.0, 96.0)


def test_notes_and_groups_are_saved_and_old_files_stay_alike(chain, tmp_path) -> None:
    plain = tmp_path / "plain.nns"
    project.save(chain, plain)
    content = next(name for name in zipfile.ZipFile(plain).namelist() if name.endswith(".json"))
    assert not {"notes", "groups"} & json.loads(zipfile.ZipFile(plain).read(content)).keys()
    document = noted(GroupLayers(frozenset({1, 3}), "Ends").apply(chain), "Zwei\nZeilen")
    project.save(document, tmp_path / "p.nns")
    loaded = project.load(tmp_path / "p.nns")
    assert loaded.notes == document.notes
    assert loaded.groups == document.groups
    assert loaded.network.next_id == document.network.next_id
    project.save(loaded, tmp_path / "q.nns")
    assert (tmp_path / "p.nns").read_bytes() == (tmp_path / "q.nns").read_bytes()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"groups": [{"id": 9, "name": "x", "layers": [77]}]}, 'its group "x" has layer 77, which is missing'),
        ({"groups": [{"id": 1, "name": "x", "layers": [1]}]}, "it uses the number 1 twice"),
        ({"groups": [{"id": n, "name": "x", "layers": [1]} for n in (9, 10)]}, 'its layer "Input" is in two groups'),
        ({"groups": [{"id": 9, "name": "x", "layers": []}]}, "damaged at groups"),
        ({"notes": [{"id": 9, "text": "x", "rect": [0.0, 0.0, -1.0, 5.0]}]}, "damaged at notes"),
    ],
)
def test_a_file_that_says_something_wrong_about_them_is_refused(chain, tmp_path, change, words) -> None:
    from nnstudio.project.reading import annotated
    from nnstudio.project.writing import content_of

    content = content_of(chain, tmp_path, [], []) | change
    with pytest.raises(StudioError, match=words):
        annotated(chain, checked(content))


EDITS = st.lists(
    st.one_of(
        st.builds(lambda: AddLayer("hidden", (0.0, 0.0))),
        st.builds(lambda n: AddNote(f"note {n}", RECT), st.integers(0, 99)),
        st.builds(lambda ids: GroupLayers(frozenset(ids)), st.sets(st.integers(1, 14), min_size=1)),
        st.builds(lambda ids: Ungroup(frozenset(ids)), st.sets(st.integers(1, 14), min_size=1, max_size=2)),
        st.builds(lambda ids: RemoveNotes(frozenset(ids)), st.sets(st.integers(1, 14), min_size=1, max_size=2)),
        st.builds(lambda ids: Remove(frozenset(ids)), st.sets(st.integers(1, 14), min_size=1, max_size=2)),
    ),
    max_size=20,
)


@settings(max_examples=120, deadline=None)
@given(EDITS)
def test_after_any_edits_every_group_holds_layers_that_are_there_and_each_layer_has_one_group_at_most(edits) -> None:
    document = Document()
    for edit in edits:
        try:
            edit.describe(document)
            document = initial.fill(edit.apply(document))
        except StudioError:
            continue
        members = [layer for group in document.groups.values() for layer in group.layers]
        assert len(members) == len(set(members))
        assert set(members) <= document.network.layers.keys()
        assert all(group.layers for group in document.groups.values())
        ids = [*document.network.layers, *document.network.synapses, *document.notes, *document.groups]
        assert len(ids) == len(set(ids))
        assert all(i < document.network.next_id for i in ids)
