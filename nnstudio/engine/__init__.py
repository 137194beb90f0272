"""Runs networks: forward, backward and whole epochs of training."""

from nnstudio.engine.forward import Activity, forward, predict

__all__ = ["Activity", "forward", "predict"]
