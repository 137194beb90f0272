"""How weighted inputs are brought to a common measure before the activation, one file each."""

ORDER = ("batch", "layer")
