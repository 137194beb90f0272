"""The window: the only room that knows Qt."""

from __future__ import annotations

from nnstudio.ui.overrides import watch_overrides

watch_overrides()
