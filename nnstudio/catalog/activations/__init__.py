"""What neurons make of their weighted input, one file each."""

ORDER = ("linear", "relu", "tanh", "sigmoid", "softmax")
