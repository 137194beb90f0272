"""Other wirings on the canvas: what is joined is drawn, what is absent is not, and each is wired with real events."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog.joints import arriving
from nnstudio.document import Part
from nnstudio.document.edits import AddLayer, Connect, ReshapeLayer, SetSynapses, SetWeight
from nnstudio.ui.canvas.bundle_item import value_of
from nnstudio.ui.layer_drag import synapses_data
from nnstudio.ui.selection import SynapseRef


@pytest.fixture
def images(session, view):
    """6 x 6 x 1 - convolution - 6 x 6 x 2 - pooling - 3 x 3 x 2 - 3 on the canvas; gives the ids of its layers."""
    for place, (kind, shape) in enumerate(
        (
            ("input", (6, 6, 1)),
            ("hidden", (6, 6, 2)),
            ("hidden", (3, 3, 2)),
            ("output", (3,)),
        )
    ):
        session.do(AddLayer(kind, (264.0 * place, 0.0)))
        session.do(ReshapeLayer(place + 1, shape))
    session.do(Connect(1, 2, Part("convolution")))
    session.do(Connect(2, 3, Part("pooling")))
    session.do(Connect(3, 4))
    view.fit()
    return [1, 2, 3, 4]


def test_only_synapses_that_exist_are_drawn(view, session, network):
    key = next(iter(session.document.network.synapses))
    session.do(SetSynapses(key, (("wiring", Part.of("sparse", density=0.25)),)))
    mask = session.document.parameters.masks[key]
    assert mask.sum() == 8
    item = view.scene.bundles[key]
    assert set(zip(item.sources.tolist(), item.targets.tolist(), strict=True)) == set(zip(*mask.nonzero(), strict=True))
    assert item.total == 8
    weights = session.document.parameters.weights[key]
    np.testing.assert_array_equal(item.values(weights), weights[item.sources, item.targets])
    absent = tuple(int(place[0]) for place in (~mask).nonzero())
    assert value_of(item, weights, *absent) is None
    view.grab()
    session.undo()
    assert len(view.scene.bundles[key].sources) == 32


def test_a_convolution_is_drawn_edited_and_frozen(view, session, images):
    document = session.document
    assert not [problem for problem in session.problems if problem.where.kind == "synapses"]
    bundles = list(document.network.synapses)
    assert len(view.scene.bundles[bundles[0]].sources) == 0  # maps are joined by threads ...
    view.selection.unroll(bundles[0], True)  # ... until their synapses are asked for
    (item,) = view.images.unrolled()
    joined, _ = arriving(document.network, document.parameters, document.network.synapses[bundles[0]], item.neuron)
    assert sorted(item.sources.tolist()) == sorted(joined.tolist())
    source, target = int(item.sources[0]), int(item.targets[0])
    ref = SynapseRef(bundles[0], source, target)
    view.selection.select_synapse(ref)
    view.grab()
    view.freeze(ref, True)
    assert view.is_frozen(ref)
    assert session.document.parameters.frozen[bundles[0]].sum() == 1
    for zoom in (0.2, 1.0, 3.0):
        view.camera.zoom = zoom
        view.grab()


def test_a_card_dropped_on_a_layer_begins_such_a_wire(view, session, network, hand):
    session.do(AddLayer("hidden", (0, 400), size=8))
    added = max(session.document.network.layers)
    view.fit()
    hand.drop(synapses_data("one_to_one"), view.layer_point(network[1]))
    hand.click(view.neuron_point(added, 0))
    new = session.document.network.synapses[max(session.document.network.synapses)]
    assert (new.source, new.target, new.wiring) == (network[1], added, Part("one_to_one"))
    assert session.document.parameters.weights[new.id].shape == (8,)


def test_layers_that_do_not_fit_bring_a_problem_with_its_fix(session, network):
    session.do(ReshapeLayer(network[0], (6, 6, 1)))
    key = next(iter(session.document.network.synapses))
    session.do(SetSynapses(key, (("wiring", Part("convolution")),)))
    problem = next(p for p in session.problems if p.where.kind == "synapses")
    assert "has the shape 8; a convolution" in problem.text
    session.do(problem.fix.edit)
    assert session.document.network.layers[network[1]].shape == (6, 6, 8)
    assert not [p for p in session.problems if p.where.kind == "synapses"]


def test_an_absent_synapse_has_no_weight_to_set(session, network):
    key = next(iter(session.document.network.synapses))
    session.do(SetSynapses(key, (("wiring", Part.of("sparse", density=0.25)),)))
    absent = tuple(int(place[0]) for place in (~session.document.parameters.masks[key]).nonzero())
    with pytest.raises(ValueError, match="there is no such synapse"):
        session.do(SetWeight(key, *absent, 1.0))
