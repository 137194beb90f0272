"""Readers of files, one for each kind of file."""
