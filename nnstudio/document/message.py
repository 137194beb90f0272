"""A sentence for a person: an English template and its values, so that the window can translate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """``template`` in English with ``{named}`` gaps, and the values that fill them.

    ``str(message)`` is the English sentence. The window looks the template up in the present language first, so a
    template must be a plain literal.
    """

    template: str
    values: tuple[tuple[str, Any], ...] = ()

    @staticmethod
    def of(template: str, **values: Any) -> Message:
        """The message of ``template`` with ``values``."""
        return Message(template, tuple(values.items()))

    def filled(self, template: str) -> str:
        """A (translated) ``template`` with this message's values in its gaps."""
        return template.format(**dict(self.values)) if self.values else template

    def __str__(self) -> str:
        return self.filled(self.template)


class StudioError(ValueError):
    """Something a person can mend: one sentence that names the object and says what would be right."""

    def __init__(self, template: str, **values: Any) -> None:
        self.message = Message.of(template, **values)
        super().__init__(str(self.message))
