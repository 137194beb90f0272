"""Ways to join two layers, one file each."""

ORDER = ("full",)
