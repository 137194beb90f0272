"""Real data in: files, bundled sets and generators become prepared samples."""
