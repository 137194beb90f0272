"""What is saved comes back, bit for bit, and the same document gives the same file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnstudio import project
from nnstudio.catalog import initial
from nnstudio.document import (
    Column,
    DataRecipe,
    Document,
    FittedColumn,
    Layer,
    Network,
    Parameters,
    Part,
    Preparation,
    Progress,
    Source,
    Stop,
    Synapses,
    Training,
    read_only,
)

Same = Callable[[Document, Document], None]
GOLDEN = Path(__file__).parent / "golden" / "v1.nns"


def test_everything_comes_back(document: Document, tmp_path: Path, assert_same: Same) -> None:
    path = tmp_path / "a.nns"
    project.save(document, path)
    assert_same(document, project.load(path))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.nns"]


def test_empty_document(tmp_path: Path, assert_same: Same) -> None:
    project.save(Document(), tmp_path / "a.nns")
    assert_same(Document(), project.load(tmp_path / "a.nns"))


def test_same_document_same_bytes(document: Document, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("1.nns", "2.nns", "3.nns"))
    project.save(document, one)
    project.save(project.load(one), two)
    shuffled = replace(
        document,
        layout=dict(reversed(document.layout.items())),
        parameters=replace(document.parameters, weights=dict(reversed(document.parameters.weights.items()))),
    )
    project.save(shuffled, three)
    assert one.read_bytes() == two.read_bytes() == three.read_bytes()


def test_equal_initial_weights_are_kept_once(tmp_path: Path, example: Callable[..., Document]) -> None:
    document = example()
    fresh = document.having(parameters=document.initial, progress=Progress())
    big = initial.fill(
        Document(
            network=Network(
                {1: Layer(1, "input", "x", (300,)), 2: Layer(2, "output", "y", (300,))},
                {3: Synapses(3, 1, 2)},
                4,
            )
        )
    )
    project.save(big, tmp_path / "big.nns")
    assert (tmp_path / "big.nns").stat().st_size < 300 * 300 * 8 * 1.1
    loaded = project.load(tmp_path / "big.nns")
    assert loaded.parameters.weights[3] is loaded.initial.weights[3]
    project.save(fresh, tmp_path / "fresh.nns")
    with zipfile.ZipFile(tmp_path / "fresh.nns") as archive:
        content = json.loads(archive.read("project.json"))
    assert content["same"] == ["biases/3", "weights/4", "weights/5", "weights/6"]
    assert not [name for name in content["arrays"] if name.startswith("initial/")]


def test_an_untrained_network_has_one_set_of_parameters_after_opening_too(tmp_path: Path) -> None:
    network = Network({1: Layer(1, "input", "x", (2,)), 2: Layer(2, "output", "y", (3,))}, {3: Synapses(3, 1, 2)}, 4)
    document = initial.fill(Document(network=network))
    trained = document.having(parameters=document.parameters.with_weights(3, np.ones((2, 3))))
    for name, made in (("untrained", document), ("trained", trained)):
        project.save(made, tmp_path / name)
        opened = project.load(tmp_path / name)
        assert (opened.initial is opened.parameters) == (name == "untrained")


def test_minus_zero_is_not_zero(tmp_path: Path, document: Document, assert_same: Same) -> None:
    document = document.having(
        parameters=document.parameters.with_bias(3, np.array([-0.0, 0.0])),
        initial=document.initial.with_bias(3, np.array([0.0, -0.0])),
    )
    project.save(document, tmp_path / "a.nns")
    assert_same(document, project.load(tmp_path / "a.nns"))


def test_file_is_a_zip_of_json_and_safetensors(document: Document, tmp_path: Path) -> None:
    project.save(document, tmp_path / "a.nns")
    with zipfile.ZipFile(tmp_path / "a.nns") as archive:
        assert archive.namelist() == ["project.json", "arrays.safetensors"]
        content = json.loads(archive.read("project.json"))
    assert content["version"] == 1
    assert content["training"]["optimizer"] == {"key": "adam", "settings": [["learning_rate", 0.02]]}


def test_golden_file_of_version_1(tmp_path: Path, example: Callable[..., Document], assert_same: Same) -> None:
    assert_same(example(), project.load(GOLDEN))
    project.save(example(), tmp_path / "again.nns")
    assert (tmp_path / "again.nns").read_bytes() == GOLDEN.read_bytes()


# -- paths of data ---------------------------------------------------------------------------------------------------


def saved_source(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        source: dict[str, Any] = json.loads(archive.read("project.json"))["data"]["source"]
    return source


def test_data_beside_the_project_moves_with_it(tmp_path: Path, example: Callable[..., Document]) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "tables").mkdir(parents=True)
    data = old / "tables" / "a.csv"
    data.write_text("a,b\n1,2\n")
    project.save(example(Source("file", str(data), (), "f" * 64)), old / "p.nns")
    assert saved_source(old / "p.nns")["relative"] == "tables/a.csv"
    assert saved_source(old / "p.nns")["key"] == str(data)
    old.rename(new)
    loaded = project.load(new / "p.nns").data
    assert loaded is not None
    assert loaded.source == Source("file", str(new / "tables" / "a.csv"), (), "f" * 64)


def test_project_moved_away_from_its_data(tmp_path: Path, example: Callable[..., Document]) -> None:
    home, away = tmp_path / "home", tmp_path / "far" / "away"
    home.mkdir()
    away.mkdir(parents=True)
    data = home / "a.csv"
    data.write_text("a,b\n1,2\n")
    project.save(example(Source("file", str(data))), home / "p.nns")
    (home / "p.nns").rename(away / "p.nns")
    loaded = project.load(away / "p.nns").data
    assert loaded is not None
    assert loaded.source.key == str(data)


def test_data_above_and_far_away_and_gone(tmp_path: Path, example: Callable[..., Document], assert_same: Same) -> None:
    (tmp_path / "p").mkdir()
    near = example(Source("file", str(tmp_path / "data" / "a.csv")))
    project.save(near, tmp_path / "p" / "p.nns")
    assert saved_source(tmp_path / "p" / "p.nns")["relative"] == "../data/a.csv"
    assert_same(near, project.load(tmp_path / "p" / "p.nns"))  # the file is nowhere: its name is kept
    deep = tmp_path / "1" / "2" / "3" / "4"
    deep.mkdir(parents=True)
    project.save(near, deep / "p.nns")
    assert saved_source(deep / "p.nns")["relative"] is None
    assert_same(near, project.load(deep / "p.nns"))


# -- random documents ------------------------------------------------------------------------------------------------

words = st.text(max_size=8)
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def stops(draw: st.DrawFn) -> Stop:
    maybe = st.none() | st.floats(0.0, 1e6)
    return Stop(
        draw(st.sampled_from(["auto", "loss", "val_accuracy"])),
        draw(maybe),
        draw(st.integers(0, 99)),
        draw(st.floats(0.0, 1.0)),
        draw(st.booleans()),
        draw(maybe),
    )


NORMALIZATIONS = [None, Part("batch"), Part.of("batch", momentum=0.5), Part.of("layer", epsilon=1e-3)]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    count = draw(st.integers(0, 6))
    layers: dict[int, Layer] = {}
    for number in range(1, count + 1):
        kind = draw(st.sampled_from(["input", "hidden", "output"]))
        layers[number] = Layer(
            number,
            kind,
            draw(words),
            (draw(st.integers(1, 5)),),
            Part(draw(st.sampled_from(["linear", "relu", "tanh", "sigmoid", "softmax", "prelu"]))),
            draw(st.booleans()),
            tuple(draw(st.lists(words, max_size=3))),
            normalization=None if kind == "input" else draw(st.sampled_from(NORMALIZATIONS)),
            dropout=0.0 if kind == "output" else draw(st.floats(0.0, 0.99)),
        )
    network = Network(layers, {}, count + 1)
    synapses: dict[int, Synapses] = {}
    for a in range(1, count + 1):
        for b in range(a + 1, count + 1):
            if draw(st.booleans()) and network.refusal(a, b) is None:
                number = count + 1 + len(synapses)
                synapses[number] = Synapses(number, a, b, l1=draw(finite), trainable=draw(st.booleans()))
    network = Network(layers, synapses, count + len(synapses) + 1 + draw(st.integers(0, 3)))
    document = initial.fill(Document(network=network, seed=draw(st.integers(0, 2**63 - 1))))
    shapes = {n: (layers[s.source].size, layers[s.target].size) for n, s in synapses.items()}

    def parameters() -> Parameters:
        held = document.parameters
        return Parameters(
            {
                n: read_only(draw(arrays(np.float64, shape, elements=finite)))
                if draw(st.booleans())
                else held.weights[n]
                for n, shape in shapes.items()
            },
            {n: read_only(draw(arrays(np.float64, b.shape, elements=finite))) for n, b in held.biases.items()},
            {
                n: read_only(draw(arrays(np.bool_, shape)), np.bool_)
                for n, shape in shapes.items()
                if draw(st.booleans())
            },
            {
                n: read_only(draw(arrays(np.bool_, b.shape)), np.bool_)
                for n, b in held.biases.items()
                if draw(st.booleans())
            },
            own={
                key: read_only(draw(arrays(np.float64, a.shape, elements=st.floats(0.0, 1e9))))
                for key, a in held.own.items()
            },
            frozen_own={
                key: read_only(draw(arrays(np.bool_, a.shape)), np.bool_)
                for key, a in held.own.items()
                if draw(st.booleans())
            },
        )

    return document.having(
        parameters=parameters(),
        initial=document.initial if draw(st.booleans()) else parameters(),
        data=draw(st.none() | recipes()),
        training=Training(
            batch_size=draw(st.integers(1, 1000)),
            epochs=draw(st.integers(0, 10**6)),
            shuffle=draw(st.booleans()),
            seed=draw(st.integers(0, 2**63 - 1)),
            dtype=draw(st.sampled_from(["float32", "float64"])),
            optimizer=Part.of("sgd", learning_rate=draw(st.floats(1e-6, 0.9))),
            accumulate=draw(st.integers(1, 99)),
            carry_over=draw(st.booleans()),
            clip_norm=draw(st.none() | st.floats(1e-6, 1e6)),
            schedule=draw(st.none() | st.just(Part.of("cosine", end=0.1, unit="update"))),
            clip_value=draw(st.none() | st.floats(1e-6, 1e6)),
            stop=draw(stops()),
            class_weight=draw(st.sampled_from([None, "balanced", ((0, 2.0), (3, 0.5))])),
        ),
        progress=Progress(
            draw(st.integers(0, 99)),
            draw(st.integers(0, 9)),
            draw(st.integers(0, 999)),
            draw(st.floats(0, 1e9)),
            draw(st.dictionaries(words, arrays(np.float64, st.integers(0, 4)).map(read_only), max_size=3)),
            draw(st.dictionaries(words, states(), max_size=3)),
        ),
        layout={n: (draw(finite), draw(finite)) for n in layers if draw(st.booleans())},
    )


def states() -> st.SearchStrategy[np.ndarray]:
    kinds = st.sampled_from([np.float64, np.float32, np.int64, np.uint64, np.bool_])
    shapes = st.sampled_from([(), (0,), (3,), (2, 2)])
    return kinds.flatmap(lambda kind: shapes.flatmap(lambda shape: arrays(kind, shape))).map(
        lambda values: read_only(values, values.dtype.type)
    )


@st.composite
def recipes(draw: st.DrawFn) -> DataRecipe:
    names = draw(st.lists(words, unique=True, max_size=4))
    kinds = st.sampled_from(["numeric", "categorical"])
    columns = tuple(
        Column(
            name,
            draw(kinds),
            draw(st.sampled_from(["input", "target", "ignored"])),
            draw(st.sampled_from(["mean", "median", "most_frequent", "drop_row"])),
        )
        for name in names
    )

    def fitted(name: str) -> FittedColumn:
        if draw(st.booleans()):
            return FittedColumn(name, "numeric", draw(finite), draw(finite.filter(bool)), draw(st.none() | finite))
        return FittedColumn(
            name, "categorical", fill=draw(st.none() | words), categories=tuple(draw(st.lists(words, max_size=3)))
        )

    task = draw(st.sampled_from(["classification", "regression"]))
    preparation = Preparation(task, tuple(map(fitted, names)), (fitted("y"),)) if draw(st.booleans()) else None
    source = draw(
        st.sampled_from(
            [
                Source("bundled", "iris"),
                Source("generator", "xor", (("noise", 0.25), ("seed", 9))),
                Source("file", "/nowhere/at all/ü.csv", (("note", ("a", 1, None, (True, float("inf")))),), "ab" * 32),
            ]
        )
    )
    return DataRecipe(
        source,
        draw(words),
        columns,
        task,
        draw(st.sampled_from(["standard", "range", "none"])),
        draw(st.floats(0, 0.99)),
        draw(st.integers(0, 2**63 - 1)),
        preparation,
    )


@given(documents())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_document_comes_back(tmp_path: Path, assert_same: Same, made: Document) -> None:
    path, again = tmp_path / "a.nns", tmp_path / "b.nns"
    project.save(made, path)
    loaded = project.load(path)
    assert_same(made, loaded)
    project.save(loaded, again)
    assert path.read_bytes() == again.read_bytes()
    assert initial.fill(loaded) is loaded


def test_a_million_weights_are_kept_as_they_are(tmp_path: Path) -> None:
    width = 1000
    document = initial.fill(
        Document(
            network=Network(
                {1: Layer(1, "input", "x", (width,)), 2: Layer(2, "output", "y", (width,))},
                {3: Synapses(3, 1, 2)},
                4,
            )
        )
    )
    path = tmp_path / "a.nns"
    project.save(document, path)
    loaded = project.load(path)
    assert loaded.parameters.equals(document.parameters)
    assert path.stat().st_size < (width + 1) * width * 8 + 5000
