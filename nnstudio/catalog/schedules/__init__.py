"""How the learning rate moves, one file each."""

ORDER = (
    "constant",
    "step",
    "exponential",
    "polynomial",
    "cosine",
    "warm_restarts",
    "one_cycle",
    "linear_warm_up",
    "reduce_on_plateau",
)
