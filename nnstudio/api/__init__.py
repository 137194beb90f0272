"""The Python front: networks by hand, training and files from a script."""
