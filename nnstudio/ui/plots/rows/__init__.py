"""The rows of the registry, one file a plot: light, so that the window knows its plots before it loads them."""
