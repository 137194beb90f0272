"""What a network knows about its ways, and what of it an edit leaves as it was."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from nnstudio.catalog import initial
from nnstudio.document import Layer, Network, Synapses
from nnstudio.document.edits import RenameLayer, ResizeLayer, SetWeight


def random_network(seed: int, cycle: bool = False) -> Network:
    rng = np.random.default_rng(seed)
    layers = {i: Layer(i, "hidden", f"Layer {i}", (2,)) for i in range(1, 13)}
    pairs = [(a, b) for a, b in product(layers, layers) if a < b and rng.random() < 0.2]
    if cycle:
        pairs += [(1, 2), (2, 3), (3, 1)]
    wires = {100 + k: Synapses(100 + k, a, b) for k, (a, b) in enumerate(pairs)}
    return Network(layers, wires, 100 + len(wires))


def walked(network: Network, start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for wire in network.synapses.values():
            if wire.source == here and wire.target not in seen:
                seen.add(wire.target)
                waiting.append(wire.target)
    return seen


@pytest.mark.parametrize("cycle", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_what_a_layer_reaches_is_what_a_walk_finds(seed, cycle):
    network = random_network(seed, cycle)
    for start in network.layers:
        there = walked(network, start)
        assert {goal for goal in network.layers if network.reaches(start, goal)} == there


def test_a_renamed_layer_keeps_what_is_known_about_the_wires():
    network = random_network(1)
    known = (network.incoming, network.outgoing, network.order, network._ahead)
    other = network.changed_layer(3, name="Other")
    assert other.layers[3].name == "Other"
    assert all(a is b for a, b in zip(known, (other.incoming, other.outgoing, other.order, other._ahead), strict=True))


def test_a_new_layer_and_a_new_wire_are_known_about():
    network = random_network(2)
    assert network.incoming[12] is not None
    more = network.with_layer(Layer(50, "hidden", "New", (1,)))
    assert more.incoming[50] == ()
    assert 50 in more.order
    wired = more.with_synapses(Synapses(400, 12, 50))
    assert wired.reaches(12, 50)
    assert not more.reaches(12, 50)


@pytest.mark.parametrize(
    ("edit", "looked_at"),
    [(RenameLayer(2, "Other"), 0), (SetWeight(4, 0, 0, 2.0), 0), (ResizeLayer(2, 5), 1)],
    ids=["a name", "a weight", "a size"],
)
def test_parameters_are_looked_through_only_where_a_size_changed(chain, monkeypatch, edit, looked_at):
    calls = []
    whole = initial._filled
    monkeypatch.setattr(initial, "_filled", lambda *more: calls.append(more) or whole(*more))
    after = edit.apply(chain)
    filled = initial.fill(after, chain)
    assert len(calls) == looked_at
    assert filled.parameters.equals(initial.fill(after).parameters)
