"""What exists: one file for each activation, loss, optimizer, initializer, wiring, metric and generator."""
