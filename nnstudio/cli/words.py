"""Values typed in words: switches, numbers, settings of a part of the catalog."""

from __future__ import annotations

from typing import Any

from nnstudio import catalog
from nnstudio.document import Part, StudioError


def read_value(name: str, text: str, kind: type) -> Any:
    """``text`` as a bool, int, float or str; StudioError says what ``name`` must be."""
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    try:
        if kind is bool:
            return words[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}[kind]
        raise StudioError("{name} is {text}; it must be {wanted}.", name=name, text=text, wanted=wanted) from None


def with_setting(entry: catalog.Entry, part: Part, name: str, text: str) -> Part:
    """``part`` with the setting ``name``; StudioError where ``entry`` has none of that name, or not that value."""
    kinds = {setting.name: type(setting.default) for setting in entry.settings}
    if name not in kinds:
        raise StudioError(
            '{label} has no setting "{name}"; it has: {known}.',
            label=entry.label,
            name=name,
            known=", ".join(kinds) or "none",
        )
    changed = part.with_setting(name, read_value(name, text, kinds[name]))
    entry.values(changed)
    return changed
