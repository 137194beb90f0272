"""All text of the window goes through here, so that Qt can translate it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from nnstudio.document import Message

CONTEXT = "nnstudio"
GROUPED = 1000  # counts from here on are written in groups of three figures


def tr(text: str, **values: Any) -> str:
    """``text`` in the present language, then its ``{named}`` gaps filled. ``text`` must be a plain literal."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def message_text(message: Message) -> str:
    """A message from below the window, in the present language."""
    values = tuple((name, _value(value)) for name, value in message.values)
    return Message(message.template, values).filled(QCoreApplication.translate(CONTEXT, message.template))


def _value(value: object) -> object:
    """A value as it stands in a sentence: other messages in the present language, large counts in groups of three."""
    if isinstance(value, Message):
        return message_text(value)
    large = isinstance(value, int) and abs(value) >= GROUPED
    return f"{value:,}".replace(",", "\u2009") if large else value
