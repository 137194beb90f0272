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

SIZES = (16, 18, 32, 36)  # of menus and buttons, on plain and on fine screens
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
    """The icon ``name`` in a named colour of the theme; in the colour ``on`` while checked, paler while disabled."""
    key = (name, f"{theme.name}:{color}", on)
    if key not in _icons:
        made = QIcon()
        for state, shade in ((QIcon.State.Off, color), (QIcon.State.On, on)):
            if shade:
                for size in SIZES:
                    made.addPixmap(pixmap(name, getattr(theme.colors, shade), size), QIcon.Mode.Normal, state)
        for size in SIZES[1::2]:
            made.addPixmap(pixmap(name, _paler(), size), QIcon.Mode.Disabled, QIcon.State.Off)
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


def _paler() -> QColor:
    """The colour of what cannot be used now: half way between faint and the surface."""
    faint, surface = theme.colors.q("faint"), theme.colors.q("panel")
    return QColor(
        (faint.red() + surface.red()) // 2, (faint.green() + surface.green()) // 2, (faint.blue() + surface.blue()) // 2
    )


def _source(name: str) -> str:
    if name not in _sources:
        _sources[name] = asset(f"icons/{name}.svg").read_text(encoding="utf-8")
    return _sources[name]


def _repaint(_name: str) -> None:
    for target, make in tuple(_followers):
        if shiboken6.isValid(target):
            target.setIcon(make())
