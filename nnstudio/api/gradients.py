"""Holds the gradients that training uses against central differences of the loss."""

from __future__ import annotations

from numpy.typing import ArrayLike

from nnstudio.api.network import Network
from nnstudio.document import Part, StudioError
from nnstudio.session import gradients
from nnstudio.session.gradients import GradientReport


def check_gradients(net: Network, X: ArrayLike, Y: ArrayLike, loss: str | Part = "mse") -> GradientReport:
    """Compare the gradients with central differences in float64; print the report to read it.

    X (samples, *input shape), Y as in ``nn.train``. StudioError where they do not fit the network.
    """
    if not isinstance(net, Network):
        raise StudioError("What is to be checked is an nn.Network, not {given}.", given=type(net).__name__)
    rows, wanted, part = net.pairs(X, Y, loss)
    return gradients.check_gradients(net.document, rows, wanted, part)
