"""All text of the window goes through here, so that Qt can translate it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from nnstudio.document import Message

CONTEXT = "nnstudio"


def tr(text: str, **values: Any) -> str:
    """``text`` in the present language, then its ``{named}`` gaps filled. ``text`` must be a plain literal."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def message_text(message: Message) -> str:
    """A message from below the window, in the present language."""
    values = tuple((name, message_text(v) if isinstance(v, Message) else v) for name, v in message.values)
    return Message(message.template, values).filled(QCoreApplication.translate(CONTEXT, message.template))
