"""Networks with normalization, dropout and PReLU for the engine's tests."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.initial import fill
from nnstudio.document import Document, Layer, Network, Part, Synapses


def document(
    normalization: str | None = "batch",
    activation: str = "tanh",
    dropout: float = 0.0,
    *,
    image: bool = False,
    output: str = "linear",
    first: float = 0.0,
) -> Document:
    """Two hidden layers, the first one an image if asked, with all values away from where they start.

    ``first``: the dropout of the input.
    """
    part = None if normalization is None else Part(normalization)
    shapes: list[tuple[int, ...]] = [(4, 3, 2), (4, 3, 5), (6,), (3,)] if image else [(3,), (8,), (6,), (3,)]
    network = Network().with_layer(Layer(1, "input", "x", shapes[0], dropout=first))
    for key, shape in ((2, shapes[1]), (3, shapes[2])):
        hidden = Layer(key, "hidden", f"h {key}", shape, Part(activation), normalization=part, dropout=dropout)
        network = network.with_layer(hidden)
    network = network.with_layer(Layer(4, "output", "y", shapes[3], Part(output)))
    for source, wiring in ((1, "convolution" if image else "full"), (2, "full"), (3, "full")):
        network = network.with_synapses(Synapses(10 + source, source, source + 1, Part(wiring)))
    filled = fill(Document(network))
    rng, parameters = np.random.default_rng(1), filled.parameters
    for layer, biases in tuple(parameters.biases.items()):
        parameters = parameters.with_bias(layer, rng.normal(0.0, 0.3, biases.shape))
    for (layer, name), values in tuple(parameters.own.items()):
        parameters = parameters.with_own(layer, name, values + rng.uniform(0.0, 0.3, values.shape))
    return filled.having(parameters=parameters, initial=parameters)
