"""Runs networks: forward, backward and whole epochs of training."""
