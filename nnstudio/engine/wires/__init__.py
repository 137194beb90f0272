"""Kernels of the wirings that are no plain matrix product: one file each."""
