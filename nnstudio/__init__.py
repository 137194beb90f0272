"""nnstudio: design neural networks by hand, train them on your own data, and see every number move."""

__version__ = "0.1.0"
