"""Colours and spaces of the window: one light and one dark theme, the same meaning for each colour everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from nnstudio.events import Event

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Colors:
    """Named colours as #rrggbb. ``positive`` is always blue, ``negative`` always orange."""

    background: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    positive: str
    negative: str
    good: str
    warning: str
    error: str
    grid: str
    classes: tuple[str, ...]

    def q(self, name: str, alpha: float = 1.0) -> QColor:
        """One colour as a QColor with an opacity of ``alpha`` (0 to 1)."""
        color = QColor(getattr(self, name))
        color.setAlphaF(alpha)
        return color

    def class_color(self, index: int) -> QColor:
        """The colour of class ``index``; they repeat after the last."""
        return QColor(self.classes[index % len(self.classes)])


DARK = Colors(
    background="#0e1116",
    panel="#151a21",
    raised="#1c222b",
    line="#2a323d",
    text="#e6eaf0",
    dim="#93a0b1",
    faint="#7f8da1",
    accent="#7c9cff",
    on_accent="#0e1116",
    positive="#4aa3ff",
    negative="#ff9d3c",
    good="#3ecf8e",
    warning="#f2c14e",
    error="#ff6b6b",
    grid="#1c232c",
    classes=(
        "#4aa3ff",
        "#3ecf8e",
        "#ff9d3c",
        "#c792ea",
        "#f2c14e",
        "#ff6b9d",
        "#5bd1d7",
        "#a3be8c",
        "#d08770",
        "#8fa1b3",
    ),
)
LIGHT = Colors(
    background="#f4f6f9",
    panel="#ffffff",
    raised="#f0f3f7",
    line="#d9dfe7",
    text="#1b2430",
    dim="#505d6d",
    faint="#606d80",
    accent="#3f63e0",
    on_accent="#ffffff",
    positive="#125cb0",
    negative="#ad5700",
    good="#107c52",
    warning="#8a6000",
    error="#c62f3b",
    grid="#e3e8ee",
    classes=(
        "#1f7fe0",
        "#12895a",
        "#d9730d",
        "#8a4fc7",
        "#9a7400",
        "#c93a72",
        "#0f8b93",
        "#5d7f3a",
        "#a4563b",
        "#566b80",
    ),
)


class Theme:
    """The theme in force. Widgets read ``theme.colors`` when they paint and connect to ``theme.changed``."""

    def __init__(self) -> None:
        self.name: ThemeName = "dark"
        self.colors = DARK
        self.changed: Event[ThemeName] = Event()

    def use(self, name: ThemeName) -> None:
        """Switch to the light or the dark theme and tell everyone."""
        if name != self.name:
            self.name = name
            self.colors = DARK if name == "dark" else LIGHT
            self.changed.emit(name)

    def diverging(self, values: NDArray[np.float64], limit: float = 1.0) -> NDArray[np.uint8]:
        """RGBA bytes (*values.shape, 4): orange below zero, blue above, the background at zero, full at +-``limit``.

        Values that are not finite become the error colour.
        """
        background = _rgb(self.colors.background)
        share = np.clip(np.asarray(values, dtype=np.float64) / (limit or 1.0), -1.0, 1.0)
        finite = np.isfinite(share)
        amount = np.abs(np.where(finite, share, 0.0))[..., None]
        ends = np.where((share >= 0)[..., None], _rgb(self.colors.positive), _rgb(self.colors.negative))
        rgb = np.where(finite[..., None], background + (ends - background) * amount, _rgb(self.colors.error))
        rgba = np.full((*share.shape, 4), 255, dtype=np.uint8)
        rgba[..., :3] = np.rint(rgb).astype(np.uint8)
        return rgba


def _rgb(color: str) -> NDArray[np.float64]:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


theme = Theme()
