"""How far outputs are from targets, one file each."""

ORDER = (
    "cross_entropy",
    "binary_cross_entropy",
    "mse",
    "half_mse",
    "mae",
    "huber",
    "log_cosh",
    "hinge",
    "kl_divergence",
    "poisson",
    "log_likelihood",
)
