"""The studio's own file format."""

from nnstudio.project.files import load, save

__all__ = ["load", "save"]
