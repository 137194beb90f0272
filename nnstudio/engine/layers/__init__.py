"""What a layer does beside its sum and its activation: dropout, and values of its own."""
