"""The tidy layout: columns from left to right, no overlaps, no more crossings than before."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.document import Group, Layer, LayerKind, Network, Synapses
from nnstudio.document import tidy as tidying
from nnstudio.document import tidy_groups as tidying_groups
from nnstudio.document.tidy import GRID, Extent, crossings, tidy
from nnstudio.document.tidy_groups import tidy_groups


def network_of(count: int, wires: list[tuple[int, int]], kinds: dict[int, LayerKind] | None = None) -> Network:
    layers = {i: Layer(i, (kinds or {}).get(i, "hidden"), f"h{i}", (4,)) for i in range(1, count + 1)}
    bundles = {count + 1 + k: Synapses(count + 1 + k, a, b) for k, (a, b) in enumerate(wires)}
    return Network(layers, bundles, count + len(wires) + 1)


@st.composite
def drawn_networks(draw):
    """A random acyclic network with cards of any size at random places."""
    count = draw(st.integers(1, 14))
    order = draw(st.permutations(range(1, count + 1)))
    pairs = list(combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=24)) if pairs else []
    network = network_of(count, [(order[a], order[b]) for a, b in chosen])
    lengths = st.floats(20, 300)
    extents = {i: Extent(draw(lengths), draw(lengths), draw(st.floats(40, 900))) for i in network.layers}
    places = st.tuples(st.integers(-40, 40), st.integers(-40, 40))
    before = {i: (GRID * x, GRID * y) for i in network.layers for x, y in [draw(places)]}
    return network, extents, before


def boxes_overlap(places, extents) -> bool:
    for a, b in combinations(places, 2):
        (ax, ay), (bx, by) = places[a], places[b]
        beside = ax + extents[a].right <= bx - extents[b].left or bx + extents[b].right <= ax - extents[a].left
        if not beside and abs(ay - by) < (extents[a].height + extents[b].height) / 2:
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(drawn_networks())
def test_any_network_is_laid_out_from_left_to_right_without_overlaps_on_the_grid(drawn) -> None:
    network, extents, before = drawn
    places = tidy(network, extents, before=before)
    assert places.keys() == network.layers.keys()
    for synapses in network.synapses.values():
        a, b = synapses.source, synapses.target
        assert places[a][0] + extents[a].right < places[b][0] - extents[b].left
    assert not boxes_overlap(places, extents)
    assert all(x % GRID == 0 and y % (GRID / 2) == 0 for x, y in places.values())
    assert tidy(network, extents, before=before) == places


@settings(max_examples=150, deadline=None)
@given(drawn_networks())
def test_in_columns_there_are_no_more_crossings_than_in_the_order_in_which_the_layers_stood(drawn) -> None:
    network, extents, before = drawn
    graph = tidying._graph(network, list(network.order), extents)
    stood = tidying._standing(graph, graph.ranks, before)
    assert _crossed(graph, tidying._ordered(graph, before)) <= _crossed(graph, stood)


def _crossed(graph, columns) -> int:
    """Counted one by one."""
    place = {node: row for column in columns for row, node in enumerate(column)}
    return sum(
        (place[a] - place[c]) * (place[b] - place[d]) < 0
        for wires in graph.wires
        for (a, b), (c, d) in combinations(wires.T.tolist(), 2)
    )


@pytest.mark.parametrize("seed", range(12))
def test_random_networks_have_fewer_crossings_than_where_they_lay(seed) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(8, 40))
    order = rng.permutation(np.arange(1, count + 1)).tolist()
    pairs = {tuple(sorted(rng.choice(count, 2, replace=False).tolist())) for _ in range(2 * count)}
    network = network_of(count, [(order[a], order[b]) for a, b in sorted(pairs)])
    extents = {i: Extent(54, 54, 140) for i in network.layers}
    places = rng.uniform(-900, 900, (count, 2)).tolist()
    before = {i: (x, y) for i, (x, y) in zip(network.layers, places, strict=True)}
    assert crossings(network, tidy(network, extents, before=before)) < crossings(network, before)


def test_two_crossed_wires_are_uncrossed() -> None:
    network = network_of(4, [(1, 4), (2, 3)])
    extents = {i: Extent(54, 54, 100) for i in network.layers}
    before = {1: (0.0, 0.0), 2: (0.0, 200.0), 3: (300.0, 0.0), 4: (300.0, 200.0)}
    assert crossings(network, before) == 1
    assert crossings(network, tidy(network, extents, before=before)) == 0


def test_a_wire_that_skips_a_layer_passes_beside_its_card() -> None:
    network = network_of(3, [(1, 2), (2, 3), (1, 3)])
    extents = {i: Extent(54, 54, 320) for i in network.layers}
    places = tidy(network, extents)
    (ax, ay), (mx, my), (bx, by) = places[1], places[2], places[3]
    height = ay + (by - ay) * (mx - ax) / (bx - ax)
    assert abs(height - my) > extents[2].height / 2


def test_inputs_stand_first_outputs_last_and_a_start_beside_what_it_feeds() -> None:
    network = network_of(6, [(1, 2), (2, 3), (3, 4), (5, 4)], {1: "input", 4: "output", 6: "output"})
    places = tidy(network, {i: Extent(54, 54, 100) for i in network.layers})
    x = {i: place[0] for i, place in places.items()}
    assert x[1] < x[2] < x[3] < x[4]
    assert x[5] == x[3]
    assert x[6] == x[4]


def test_of_selected_layers_only_those_move_and_their_middle_stays() -> None:
    network = network_of(5, [(1, 2), (2, 3), (3, 4), (4, 5)])
    extents = {i: Extent(54, 54, 100) for i in network.layers}
    before = {i: (24.0 * i, 48.0 * i) for i in network.layers}
    places = tidy(network, extents, {2, 3, 4}, before)
    assert places.keys() == {2, 3, 4}
    assert places[2][0] < places[3][0] < places[4][0]
    xs, ys = zip(*places.values(), strict=True)
    assert ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2) == pytest.approx((72.0, 144.0), abs=GRID / 2)


def test_layers_joined_by_others_keep_their_direction() -> None:
    network = network_of(3, [(3, 2), (2, 1)])
    places = tidy(network, {i: Extent(54, 54, 100) for i in network.layers}, {1, 3})
    assert places[3][0] < places[1][0]


def test_nothing_is_laid_out_of_nothing() -> None:
    assert tidy(Network(), {}) == {}


@settings(max_examples=120, deadline=None)
@given(drawn_networks(), st.data())
def test_groups_are_kept_together_and_no_other_layer_lies_in_their_frames(drawn, data) -> None:
    network, extents, before = drawn
    chosen = data.draw(st.lists(st.integers(0, 3), min_size=len(network.layers), max_size=len(network.layers)))
    members = {
        number: frozenset(i for i, own in zip(network.layers, chosen, strict=True) if own == number)
        for number in (1, 2, 3)
    }
    groups = [Group(1000 + number, f"g{number}", layers) for number, layers in members.items() if layers]
    places = tidy_groups(network, extents, groups, before, 22.0, 24.0)
    assert places.keys() == network.layers.keys()
    assert not boxes_overlap(places, extents)
    for synapses in network.synapses.values():
        a, b = synapses.source, synapses.target
        assert places[a][0] + extents[a].right < places[b][0] - extents[b].left
    for group in tidying_groups._closed(network, groups):
        left = min(places[i][0] - extents[i].left for i in group.layers) - 22
        right = max(places[i][0] + extents[i].right for i in group.layers) + 22
        top = min(places[i][1] - extents[i].height / 2 for i in group.layers) - 46
        bottom = max(places[i][1] + extents[i].height / 2 for i in group.layers) + 22
        for i in network.layers.keys() - group.layers:
            x, y = places[i]
            beside = x + extents[i].right <= left or right <= x - extents[i].left
            assert beside or y + extents[i].height / 2 <= top or bottom <= y - extents[i].height / 2


def test_a_group_that_signals_leave_and_come_back_to_is_laid_out_layer_by_layer() -> None:
    network = network_of(3, [(1, 2), (2, 3)])
    extents = {i: Extent(54, 54, 100) for i in network.layers}
    group = Group(99, "ends", frozenset({1, 3}))
    assert tidy_groups(network, extents, [group], {}, 22.0, 24.0) == tidy(network, extents)
