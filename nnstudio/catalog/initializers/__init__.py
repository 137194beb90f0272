"""Where weights start, one file each."""

ORDER = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "pytorch_linear",
    "playground",
    "uniform",
    "normal",
    "truncated_normal",
    "constant",
    "zeros",
    "ones",
)
