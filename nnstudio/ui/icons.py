"""Our own line icons, drawn in the colours of the theme in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from nnstudio.assets import asset
from nnstudio.ui.theme import theme

SIZES = (16, 20, 24, 32, 40, 48)
_sources: dict[str, str] = {}
_icons: dict[tuple[str, str, str], QIcon] = {}
_followers: list[tuple[Any, Callable[[], QIcon]]] = []


def pixmap(name: str, color: QColor | str, size: int, scale: float = 1.0) -> QPixmap:
    """The icon ``name`` in one colour, ``size`` logical pixels wide, for a screen of that ``scale``.

    FileNotFoundError where no such icon is shipped.
    """
    edge = round(size * scale)
    image = QImage(QSize(edge, edge), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    source = _source(name).replace("currentColor", QColor(color).name())
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    result = QPixmap.fromImage(image)
    result.setDevicePixelRatio(scale)
    return result


def icon(name: str, color: str = "text", on: str = "") -> QIcon:
    """The icon ``name`` in a named colour of the theme; faint while disabled, in the colour ``on`` while checked."""
    on = on or color
    key = (name, f"{theme.name}:{color}", on)
    if key not in _icons:
        made = QIcon()
        for mode, state, shade in (
            (QIcon.Mode.Normal, QIcon.State.Off, color),
            (QIcon.Mode.Normal, QIcon.State.On, on),
            (QIcon.Mode.Disabled, QIcon.State.Off, "faint"),
        ):
            value = getattr(theme.colors, shade)
            if mode is QIcon.Mode.Disabled:
                blend = QColor(value)
                blend.setAlphaF(0.55)
                value = blend
            for size in SIZES:
                made.addPixmap(_with_alpha(name, value, size), mode, state)
        _icons[key] = made
    return _icons[key]


def set_icon(target: Any, name: str, color: str = "text", on: str = "") -> None:
    """Give ``target`` (an action, a button) the icon ``name``, now and after every change of theme."""
    if not _followers:
        theme.changed.connect(_repaint)
    _followers[:] = [(t, make) for t, make in _followers if shiboken6.isValid(t) and t is not target]
    _followers.append((target, lambda: icon(name, color, on)))
    target.setIcon(icon(name, color, on))


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap("nnstudio", "black", size))
    return made


def _with_alpha(name: str, color: QColor | str, size: int) -> QPixmap:
    full = pixmap(name, color, size)
    alpha = QColor(color).alphaF()
    if alpha >= 1:
        return full
    faded = QPixmap(full.size())
    faded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(faded)
    painter.setOpacity(alpha)
    painter.drawPixmap(0, 0, full)
    painter.end()
    return faded


def _source(name: str) -> str:
    if name not in _sources:
        _sources[name] = asset(f"icons/{name}.svg").read_text(encoding="utf-8")
    return _sources[name]


def _repaint(_name: str) -> None:
    for target, make in tuple(_followers):
        if shiboken6.isValid(target):
            target.setIcon(make())
