"""A choice from the catalog: its key and the settings that differ from the entry's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One catalog entry as chosen in a document, for example ``Part.of("adam", learning_rate=0.01)``."""

    key: str
    settings: tuple[tuple[str, Any], ...] = ()

    @staticmethod
    def of(key: str, **settings: Any) -> Part:
        """The part ``key`` with ``settings``, kept in the order of their names so that equal choices compare equal."""
        return Part(key, tuple(sorted(settings.items())))

    def get(self, name: str, default: Any = None) -> Any:
        """The setting ``name``, or ``default`` where it was not set."""
        return dict(self.settings).get(name, default)

    def with_setting(self, name: str, value: Any) -> Part:
        """This part with one setting changed."""
        return Part.of(self.key, **{**dict(self.settings), name: value})
