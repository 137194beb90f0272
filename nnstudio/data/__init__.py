"""Real data in: files, bundled sets and generators become prepared samples."""

from nnstudio.data.bundled_sets import BundledSet, bundled
from nnstudio.data.guess import guess_recipe, remarks, task_of
from nnstudio.data.preparation import apply, kept_rows, prepare, readable, targets_of
from nnstudio.data.sources import open_source, read_source, read_table
from nnstudio.data.table import Statistics, Table, TableColumn

__all__ = [
    "BundledSet",
    "Statistics",
    "Table",
    "TableColumn",
    "apply",
    "bundled",
    "guess_recipe",
    "kept_rows",
    "open_source",
    "prepare",
    "read_source",
    "read_table",
    "readable",
    "remarks",
    "targets_of",
    "task_of",
]
