"""The window: the only room that knows Qt."""

from __future__ import annotations

from nnstudio.ui.overrides import make_errors_whole

make_errors_whole()
