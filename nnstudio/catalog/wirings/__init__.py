"""Ways to join two layers, one file each."""

ORDER = ("full", "sparse", "one_to_one", "convolution", "pooling")
