"""Pages of every kind of layer and synapses: words, a formula, and rows that can all be read and worked out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nnstudio.catalog.initial import fill
from nnstudio.document import Dataset, Document, Layer, Network, Part, Progress, Synapses, Training
from nnstudio.document.edits import Mute
from nnstudio.engine import Walk
from nnstudio.session import Walking
from nnstudio.ui.trace.pages import Page, operation_name, place_text
from nnstudio.ui.trace.sample_pages import sample_page
from nnstudio.ui.trace.update_pages import end_page

part = Part.of
IMAGE = (4, 4, 2)
NETWORKS = {
    "images": ([IMAGE, (4, 4, 3), (2, 2, 3), 2], [part("convolution"), part("pooling"), part("full")], {}),
    "averages": ([IMAGE, (2, 2, 2), 2], [part("pooling", kind="average"), part("full")], {}),
    "pairs": ([6, 6, 5, 2], [part("one_to_one"), part("sparse", density=0.4, seed=1), part("full")], {}),
    "few": ([30, 20, 2], [part("sparse", density=0.1, seed=1), part("full")], {}),
    "softmax inside": ([3, 4, 2], [part("full"), part("full")], {"activation": Part("softmax")}),
    "prelu": ([3, 4, 2], [part("full"), part("full")], {"activation": Part("prelu")}),
    "dropped": ([3, 4, 2], [part("full"), part("full")], {"dropout": 0.5}),
    "normalized": ([3, 4, 2], [part("full"), part("full")], {"normalization": Part("batch")}),
    "bypassed": ([3, 4, 2], [part("full"), part("full")], {"bypassed": True}),
    "without biases": ([3, 4, 2], [part("full"), part("full")], {"bias": False}),
}
CHOICES = [("linear", "mse", "sgd"), ("softmax", "cross_entropy", "adam"), ("sigmoid", "half_mse", "lbfgs")]


def walked(name: str, output: str, loss: str, optimizer: str) -> tuple[Walk, Document]:
    shapes, wirings, hidden = NETWORKS[name]
    network = Network()
    for place, shape in enumerate(shapes):
        kind = "input" if place == 0 else "output" if place == len(shapes) - 1 else "hidden"
        key = {"input": "linear", "hidden": "tanh", "output": output}[kind]
        layer = Layer(place + 1, kind, f"L{place}", shape if isinstance(shape, tuple) else (shape,), Part(key))
        network = network.with_layer(layer)
        if kind == "hidden":
            network = network.changed_layer(layer.id, **hidden)
    for place, wiring in enumerate(wirings):
        network = network.with_synapses(Synapses(network.next_id, place + 1, place + 2, wiring))
    document = Mute(2, (0,)).apply(fill(Document(network)))
    rng = np.random.default_rng(0)
    inputs = sum(layer.size for layer in network.of_kind("input"))
    rows = np.arange(7)
    targets = rng.integers(0, 2, 7) if loss == "cross_entropy" else rng.random((7, 2))
    task = "classification" if loss == "cross_entropy" else "regression"
    data = Dataset("d", task, rng.normal(size=(7, inputs)), targets, rows, rows[:0], (), ("no", "yes"))
    training = Training(Part(loss), Part(optimizer), 4, 5, accumulate=2)
    return Walk(document.network, document.parameters, training, data, Progress()), document


def read(page: Page) -> None:
    assert page.title
    assert page.words
    assert page.formula
    assert page.rows
    assert page.head
    for row in range(page.rows):
        assert page.label(row)
        assert page.worked(row)
        page.ref(row)
        for column in range(len(page.columns)):
            assert page.cell(row, column)
    assert 0 <= page.first < page.rows


@pytest.mark.parametrize(("output", "loss", "optimizer"), CHOICES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_page_can_be_read(name: str, output: str, loss: str, optimizer: str) -> None:
    walk, document = walked(name, output, loss, optimizer)
    length = len(walk.of_sample)
    places = [*range(length), *range(len(walk) - len(walk.at_the_end) - 1 - length, len(walk) - 1)]
    for place in places:
        walking = Walking(walk, place, document)
        assert operation_name(walking.operation, walk.network)
        assert place_text(walking).count("\n") == 1
        read(sample_page(walking) if walking.operation.of_sample else end_page(walking))


def test_the_sums_written_out_are_those_of_the_engine() -> None:
    walk, document = walked("images", "linear", "mse", "sgd")
    written = 0
    for place, operation in enumerate(walk.of_sample):
        if operation.kind != "sum":
            continue
        page = sample_page(Walking(walk, place, document))
        for row, z in enumerate(page.columns[-1][1]):
            terms, equals, result = page.worked(row).removeprefix("z = ").rpartition(" = ")
            if " · " not in terms:  # a pooling
                continue
            terms = re.sub(r" \(of \d+ more\)", "", terms)
            assert float(result.replace("\u2212", "-")) == pytest.approx(z, rel=1e-3)
            total = eval(terms.replace("\u2212", "-").replace("·", "*"))  # noqa: S307 (our own sum, written out)
            assert total == pytest.approx(z, abs=5e-3)
            written += equals == " = "
    assert written > 2
