"""The studio's own file format."""
