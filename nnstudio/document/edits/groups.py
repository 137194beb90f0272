"""Edits of the groups that layers belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnstudio.document.annotations import Group, groups_within
from nnstudio.document.document import Document
from nnstudio.document.message import Message, StudioError


def group_of(document: Document, group: int) -> Group:
    """The group with that id; StudioError where there is none."""
    if group not in document.groups:
        raise StudioError("There is no group number {id} on this canvas.", id=group)
    return document.groups[group]


def free_group_name(document: Document) -> str:
    """``Group 1``, ``Group 2``, ...: the first that is not taken."""
    taken = {group.name for group in document.groups.values()}
    return next(name for count in range(1, len(taken) + 2) if (name := f"Group {count}") not in taken)


@dataclass(frozen=True)
class GroupLayers:
    """Put layers into a new group."""

    layers: frozenset[int]
    name: str | None = None

    def describe(self, document: Document) -> Message:
        """The group's name, and the one layer or how many."""
        name = self.name or free_group_name(document)
        if len(self.layers) == 1:
            layer = document.network.layer(next(iter(self.layers)))
            return Message.of('Group {layer} as "{name}"', layer=layer.name, name=name)
        return Message.of('Group {count} layers as "{name}"', count=len(self.layers), name=name)

    def apply(self, document: Document) -> Document:
        """They leave the groups that they were in; groups left empty vanish. StudioError where there is no layer."""
        if not self.layers:
            raise StudioError("Select the layers that are to be a group.")
        for layer in self.layers:
            document.network.layer(layer)
        number = document.network.next_id
        group = Group(number, _name(self.name or free_group_name(document)), self.layers)
        others = groups_within(document.groups, document.network.layers.keys() - self.layers)
        network = replace(document.network, next_id=number + 1)
        return document.having(network=network, groups={**others, number: group})


@dataclass(frozen=True)
class RenameGroup:
    """Give a group another name."""

    group: int
    name: str

    def describe(self, document: Document) -> Message:
        """Old and new name."""
        old = group_of(document, self.group).name
        return Message.of('Rename the group "{old}" to "{new}"', old=old, new=self.name.strip())

    def apply(self, document: Document) -> Document:
        """StudioError where the name is empty or too long."""
        before = group_of(document, self.group)
        after = replace(before, name=_name(self.name))
        return document if after == before else document.having(groups={**document.groups, before.id: after})


@dataclass(frozen=True)
class CollapseGroups:
    """Draw groups as one card each, or open them again."""

    groups: frozenset[int]
    collapsed: bool

    def describe(self, document: Document) -> Message:
        """The name of the one group, or how many."""
        if len(self.groups) == 1:
            name = group_of(document, next(iter(self.groups))).name
            if self.collapsed:
                return Message.of('Collapse the group "{name}"', name=name)
            return Message.of('Open the group "{name}"', name=name)
        if self.collapsed:
            return Message.of("Collapse {count} groups", count=len(self.groups))
        return Message.of("Open {count} groups", count=len(self.groups))

    def apply(self, document: Document) -> Document:
        """Layers stay where they stand; the same document where nothing changes."""
        found = [group_of(document, group) for group in sorted(self.groups)]
        changed = {group.id: replace(group, collapsed=self.collapsed) for group in found}
        if all(changed[group.id] == group for group in found):
            return document
        return document.having(groups={**document.groups, **changed})


@dataclass(frozen=True)
class Ungroup:
    """Take groups away; their layers stay."""

    groups: frozenset[int]

    def describe(self, document: Document) -> Message:
        """The name of the one group, or how many."""
        if len(self.groups) == 1:
            return Message.of('Ungroup "{name}"', name=group_of(document, next(iter(self.groups))).name)
        return Message.of("Ungroup {count} groups", count=len(self.groups))

    def apply(self, document: Document) -> Document:
        """Only the groups change."""
        for group in self.groups:
            group_of(document, group)
        return document.having(groups={i: group for i, group in document.groups.items() if i not in self.groups})


def _name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise StudioError("A group's name has 1 to 80 printable characters.")
    return name
