"""The Data workspace: where samples come from, what each column is for, and how it is prepared."""

from nnstudio.ui.data.workspace import DataWorkspace

__all__ = ["DataWorkspace"]
