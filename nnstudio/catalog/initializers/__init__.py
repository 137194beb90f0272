"""Where weights start, one file each."""

ORDER = (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "uniform", "normal", "constant", "zeros",
)
