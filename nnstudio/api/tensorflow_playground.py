"""TensorFlow Playground's network and its way of training, for comparison with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnstudio.api.choices import optimizer_part
from nnstudio.api.network import Network
from nnstudio.api.parts import Full, Hidden, Input, Output
from nnstudio.document import Part, StudioError

BIAS = 0.1


def playground(
    sizes: Sequence[int] = (2, 4, 2, 1),
    activation: str = "tanh",
    output: str = "tanh",
    *,
    learning_rate: float = 0.03,
    batch_size: int = 10,
    regularization_rate: float = 0.0,
    seed: int = 0,
) -> tuple[Network, dict[str, Any]]:
    """The network that TensorFlow Playground starts with, and the settings of ``nn.train`` that give its numbers.

    ``net, settings = nn.playground((2, 4, 2, 1))``, then ``nn.train(net, X, Y, epochs=100, **settings)``: weights even
    between -0.5 and 0.5, biases 0.1, half of the squared error, plain gradient descent in the order of the rows, and
    what an epoch leaves over joins the next one's first batch (its nn.ts and playground.ts, version 02469bd).
    ``output``: "tanh" for its classification (Y is -1 or 1), "linear" for its regression. ``regularization_rate``: of
    its L2; its L1, whose links die at 0 for ever, is left out. Its test loss is ``run.history["val_loss"]`` with
    ``validation=(X, Y)``, its training loss ``run.network.loss(X, Y, "half_mse")``.
    """
    if len(sizes) < 2:
        raise StudioError("The sizes are {sizes}; give at least those of inputs and outputs.", sizes=repr(tuple(sizes)))
    net = Network(seed=seed)
    before = net.add(Input(sizes[0]))
    for place, size in enumerate(sizes[1:], 1):
        last = place == len(sizes) - 1
        layer = net.add(Output(size, output) if last else Hidden(size, activation))
        net.connect(before, layer, Full("playground", l2=regularization_rate))
        net.set_bias(layer, [BIAS] * size)
        before = layer
    return net, {
        "loss": Part("half_mse"),
        "optimizer": optimizer_part(Part.of("sgd", learning_rate=learning_rate)),
        "batch_size": batch_size,
        "shuffle": False,
        "carry_over": True,
        "dtype": "float64",
    }
