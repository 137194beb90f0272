"""Scores that people read, one file each."""

ORDER = ("accuracy", "r2", "mae", "rmse")
