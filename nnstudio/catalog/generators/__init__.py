"""Made-up samples in the geometry of TensorFlow Playground, one file each."""

ORDER = ("circle", "xor", "gaussians", "spiral", "plane")
