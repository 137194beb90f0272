"""How gradients move weights, one file each."""

ORDER = ("sgd", "adam")
