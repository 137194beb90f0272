"""What the window remembers from one start to the next: one INI file in the user's own settings folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings


def settings_folder() -> Path:
    """The folder of the settings file (it follows XDG_CONFIG_HOME)."""
    from platformdirs import user_config_path

    return user_config_path("nnstudio", appauthor=False)


def log_folder() -> Path:
    """The folder of the log and of crash reports (it follows XDG_STATE_HOME); made where it does not exist."""
    from platformdirs import user_log_path

    folder = user_log_path("nnstudio", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_settings(path: Path | None = None) -> QSettings:
    """The remembered settings, from ``path`` or from the user's settings folder."""
    return QSettings(str(path or settings_folder() / "window.ini"), QSettings.Format.IniFormat)


def texts(settings: QSettings, key: str) -> list[str]:
    """A remembered list of texts (an INI file gives back one text where the list had one)."""
    value = settings.value(key, [])
    if isinstance(value, str):
        return [value] if value else []
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


def text(settings: QSettings, key: str, default: str = "") -> str:
    """A remembered text."""
    return str(settings.value(key, default))
