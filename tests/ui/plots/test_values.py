"""The numbers that weights, activations, boundary and confusion show, against those computed here."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.document import Part, Source
from nnstudio.document.edits import Reset, SetActivation
from nnstudio.ui.plots.activations import ActivationsPlot
from nnstudio.ui.plots.boundary import BoundaryPlot
from nnstudio.ui.plots.columns import axes_of, telling_pair
from nnstudio.ui.plots.confusion import ConfusionPlot
from nnstudio.ui.plots.histograms import BINS, MOST, Histogram, Moments, bandwidth, density
from nnstudio.ui.plots.weights import WeightsPlot
from nnstudio.ui.selection import NeuronRef
from nnstudio.ui.theme import theme
from tests.ui.plots.conftest import build, train


def mlp(session, inputs):
    """The network 4-8-6-3 by hand: tanh, ReLU, softmax. Returns every layer's activations."""
    document = session.document
    values, answers = inputs.astype(np.float64), []
    for layer_id in document.network.order[1:]:
        layer = document.network.layers[layer_id]
        weights = document.parameters.weights[document.network.incoming[layer_id][0].id]
        z = values @ weights + document.parameters.biases[layer_id]
        if layer.activation.key == "tanh":
            values = np.tanh(z)
        elif layer.activation.key == "relu":
            values = np.maximum(z, 0)
        elif layer.activation.key == "softmax":
            values = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        else:
            values = z
        answers.append(values)
    return answers


# ---- weights


def test_weights_in_words_are_those_of_the_layer(iris):
    plot = iris.show(WeightsPlot)
    network = iris.session.document.network
    for layer in network.layers.values():
        if layer.kind == "input":
            continue
        iris.selection.select([layer.id])
        iris.settle()
        weights = iris.session.document.parameters.weights[network.incoming[layer.id][0].id]
        words = plot.accessibleDescription().replace("−", "-")
        assert f"{weights.size} weights into {layer.name}" in words
        assert f"mean {weights.mean():.3f}" in words
        assert f"deviation {weights.std():.3f}" in words
        assert f"from {weights.min():.3f} to {weights.max():.3f}" in words


def test_matrix_tells_every_weight(iris):
    plot = iris.show(WeightsPlot, (440, 300))
    QTest.mouseClick(plot.matrix, Qt.MouseButton.LeftButton)
    iris.settle()
    plot.surface.grab()
    network = iris.session.document.network
    hidden = network.of_kind("hidden")[0]
    weights = iris.session.document.parameters.weights[network.incoming[hidden.id][0].id]
    area, (rows, columns) = plot._cells_panel.area, weights.shape
    at = QPointF(area.left() + 2.5 * area.width() / columns, area.top() + 1.5 * area.height() / rows)
    _, lines = plot.note(at)
    assert lines[0] == f"{network.of_kind('input')[0].label(1)} → {hidden.label(2)}"
    assert float(lines[1].split("=")[1].replace("−", "-")) == pytest.approx(weights[1, 2], rel=1e-4)
    header, table = plot.table()
    assert np.array([row[1:] for row in table], dtype=float) == pytest.approx(weights)
    assert header[1:] == [hidden.label(j) for j in range(columns)]
    assert plot._limit >= np.abs(weights).max()


def test_history_begins_with_the_initial_weights_and_follows_reset_and_undo(iris):
    plot = iris.show(WeightsPlot)
    done = iris.session.document.progress.epoch
    assert [epoch for epoch, _ in plot._ridges] == [0, done]
    train(iris.session)
    iris.settle()
    assert [epoch for epoch, _ in plot._ridges] == [0, done, 2 * done]
    iris.session.undo()
    iris.settle()
    assert [epoch for epoch, _ in plot._ridges] == [0, done]
    iris.session.do(Reset())
    iris.settle()
    assert [epoch for epoch, _ in plot._ridges] == [0]


def test_histogram_counts_every_weight():
    weights = np.random.default_rng(0).normal(0, 0.7, (60, 50))
    histogram = Histogram.of(weights)
    counts, _ = np.histogram(weights, BINS, (-histogram.reach, histogram.reach))
    assert histogram.counts == pytest.approx(counts)
    wide = histogram.reaching(histogram.reach * 4)
    counts, _ = np.histogram(weights, BINS, (-wide.reach, wide.reach))
    assert wide.counts == pytest.approx(counts)
    assert Histogram.of(np.array([np.nan, 1.0])).broken
    assert Histogram.of(np.zeros(5)).counts.sum() == 5


def test_density_has_area_one_and_rule_of_thumb_width():
    values = np.random.default_rng(1).normal(0, 1.0, 4000)
    histogram = Histogram.of(values)
    width = bandwidth(histogram)
    assert width == pytest.approx(0.9 * values.std() * 4000**-0.2, rel=0.1)
    x, y = density(histogram, width)
    assert np.trapezoid(y, x) == pytest.approx(1.0, abs=0.01)


def test_history_is_bounded_and_keeps_both_ends(iris):
    moments = Moments()
    parameters = iris.session.document.parameters
    for epoch in range(0, 5000, 7):
        moments.add(epoch, parameters)
    assert len(moments.epochs) <= MOST + 1
    assert moments.epochs[0] == 0
    assert moments.epochs[-1] == 4998
    assert (np.diff(moments.epochs) > 0).all()
    key = next(iter(parameters.weights))
    assert len(moments.of((key,), 11)) == 11
    assert moments.of((key,), 11)[-1][0] == 4998
    assert moments.of((10**6,), 11) == []


# ---- activations


def test_activations_are_those_of_the_network(iris):
    plot = iris.show(ActivationsPlot)
    dataset = iris.session.dataset
    network = iris.session.document.network
    first, second, output = network.order[1:]
    for place, layer in enumerate((first, second, output)):
        iris.selection.select([layer])
        iris.settle()
        shown = plot.result
        assert shown.layer.id == layer
        assert shown.values == pytest.approx(mlp(iris.session, dataset.inputs[shown.rows])[place].T, abs=1e-9)
        assert (np.diff(shown.classes) >= 0).all()
        words = plot.accessibleDescription().replace("−", "-")
        assert f"mean {shown.values.mean():.3f}" in words


def test_activation_under_the_pointer_and_click_chooses_the_sample(iris):
    plot = iris.show(ActivationsPlot, (440, 300))
    plot.surface.grab()
    shown, area = plot.result, plot._panel.area
    neurons, samples = shown.values.shape
    at = QPointF(area.left() + 30.5 * area.width() / samples, area.top() + 3.5 * area.height() / neurons)
    _, lines = plot.note(at)
    assert lines[0] == "Hidden 1, neuron 4"
    assert lines[1].startswith(f"sample {shown.rows[30] + 1} · ")
    assert float(lines[2].split("=")[1].replace("−", "-")) == pytest.approx(shown.values[3, 30], abs=1e-4)
    QTest.mouseClick(plot.surface.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert iris.selection.sample == shown.rows[plot._cell_at(at.toPoint().toPointF())[1]]


def test_dead_neurons_are_told(iris):
    network = iris.session.document.network
    hidden = network.of_kind("hidden")[1]
    from nnstudio.document.edits import SetBias

    iris.session.do(SetBias(hidden.id, 2, -1000.0))
    plot = iris.show(ActivationsPlot)
    iris.selection.select_neuron(NeuronRef(hidden.id, 2))
    iris.settle()
    silent = int((plot.result.values == 0).all(axis=1).sum())
    assert silent >= 1
    assert f"{silent} neurons answer 0 to every sample." in plot.accessibleDescription()


# ---- boundary


def test_plane_answers_like_the_network_in_own_units(iris, tmp_path):
    plot = iris.show(BoundaryPlot)
    plot.choose("sepal length", "petal width")
    iris.settle()
    assert plot.subtitle == "sepal length × petal width"
    plot.export(tmp_path / "plane.csv")
    with (tmp_path / "plane.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:2] == ["sepal length", "petal width"]
    points = np.array(rows[1:], dtype=float)[::97]
    session = iris.session
    columns = {column.name: column for column in session.document.data.preparation.inputs}
    names = list(session.dataset.input_names)
    inputs = np.repeat(session.dataset.inputs[session.dataset.train].mean(axis=0)[None], len(points), axis=0)
    for place, name in enumerate(("sepal length", "petal width")):
        inputs[:, names.index(name)] = (points[:, place] - columns[name].center) / columns[name].scale
    assert points[:, 2:] == pytest.approx(mlp(session, inputs)[-1], abs=2e-5)
    lengths = session.table.columns[0].values
    assert np.array(rows[1:], dtype=float)[:, 0].min() < lengths.min()
    assert np.array(rows[1:], dtype=float)[:, 0].max() > lengths.max()


def test_shares_of_the_plane_are_told(iris):
    plot = iris.show(BoundaryPlot)
    classes = plot.result.outputs.argmax(axis=2)
    words = plot.accessibleDescription()
    for klass, name in enumerate(iris.session.dataset.output_names):
        share = 100 * (classes == klass).mean()
        if share > 0:
            assert f"{name} {share:.0f} %" in words


def test_the_most_telling_columns_are_shown_first(iris):
    dataset, preparation = iris.session.dataset, iris.session.document.data.preparation
    axes = axes_of(dataset, preparation)
    assert [axes[i].name for i in telling_pair(dataset, axes)] == ["petal length", "petal width"]
    plot = iris.show(BoundaryPlot)
    assert plot.across.currentText() == "petal length"


def test_other_inputs_at_the_chosen_sample(iris):
    plot = iris.show(BoundaryPlot)
    at_mean = plot.result.outputs
    plot.hold_sample(True)
    iris.selection.show_sample(140)
    iris.settle()
    shown = plot.result
    dataset = iris.session.dataset
    inputs = np.repeat(dataset.inputs[140][None], 1, axis=0).copy()
    inputs[0, shown.axes[0].neuron], inputs[0, shown.axes[1].neuron] = shown.x[5], shown.y[7]
    assert shown.outputs[7, 5] == pytest.approx(mlp(iris.session, inputs)[-1][0], abs=2e-5)
    assert at_mean.shape != shown.outputs.shape or not np.allclose(at_mean, shown.outputs)


def test_click_on_a_dot_chooses_that_sample(iris):
    plot = iris.show(BoundaryPlot, (440, 300))
    plot.surface.grab()
    panel = plot._panel
    axes, dataset = plot.result.axes, iris.session.dataset

    def place(row):
        values = dataset.inputs[row]
        across, up = (float(axis.own(values[axis.neuron])) for axis in axes)
        return QPointF(panel.pixel_x(across), panel.pixel_y(up))

    at = place(119)
    QTest.mouseClick(plot.surface.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert iris.selection.sample != 0
    assert (place(iris.selection.sample) - at).manhattanLength() < 12


def test_one_input_is_explained(bench):
    from nnstudio.document.data import DataRecipe

    build(bench.session, Source("bundled", "iris"))
    recipe: DataRecipe = bench.session.document.data
    for name in ("sepal length", "sepal width", "petal width"):
        recipe = recipe.with_column(name, role="ignored")
    bench.session.change_recipe(recipe)
    plot = bench.show(BoundaryPlot)
    assert plot.empty == "A plane needs two inputs; these data have one."
    assert not plot.across.isVisible()


def test_same_column_twice_is_explained(iris):
    plot = iris.show(BoundaryPlot)
    plot.up.setCurrentIndex(plot.across.currentIndex())
    iris.settle()
    assert plot.empty == "Choose two different columns."
    plot.up.setCurrentIndex((plot.across.currentIndex() + 1) % 4)
    iris.settle()
    assert plot.empty == ""


def test_regression_surface_in_the_targets_units(diabetes):
    plot = diabetes.show(BoundaryPlot)
    shown = plot.result
    column = diabetes.session.document.data.preparation.targets[0]
    own = shown.outputs[..., 0] * column.scale + column.center
    assert plot.accessibleDescription().endswith(f"The answer lies between {own.min():.4g} and {own.max():.4g}.")


# ---- confusion


def test_counts_are_those_of_the_validation_samples(iris):
    plot = iris.show(ConfusionPlot)
    dataset = iris.session.dataset
    answered = mlp(iris.session, dataset.inputs[dataset.validation])[-1].argmax(axis=1)
    counts = np.zeros((3, 3), dtype=int)
    for true, predicted in zip(dataset.targets[dataset.validation], answered, strict=True):
        counts[true, predicted] += 1
    assert (plot.result.counts == counts).all()
    count = len(dataset.validation)
    assert plot.subtitle == f"validation, {count} samples"
    words = plot.accessibleDescription()
    assert f"{np.trace(counts)} of {count} are predicted correctly" in words
    for true, name in enumerate(dataset.output_names):
        for predicted, other in enumerate(dataset.output_names):
            assert (f"{counts[true, predicted]} as {other}" in words) or not counts[true, predicted], name
    plot.surface.grab()
    area = plot._counts.area
    _, lines = plot.note(QPointF(area.left() + area.width() / 2, area.top() + area.height() / 2))
    assert lines[1] == f"{counts[1, 1]} of {counts[1].sum()}"
    _, rows = plot.table()
    assert (np.array([row[1:] for row in rows]) == counts).all()


def test_predicted_against_true_in_own_units(diabetes):
    plot = diabetes.show(ConfusionPlot)
    assert plot.title == "Predicted and true"
    session = diabetes.session
    dataset, column = session.dataset, session.document.data.preparation.targets[0]
    rows = dataset.validation
    predicted = mlp(session, dataset.inputs[rows])[-1][:, 0] * column.scale + column.center
    true = np.asarray(session.table.columns[[c.name for c in session.table.columns].index(column.name)].values)[rows]
    assert plot.result.true[:, 0] == pytest.approx(true.astype(float), rel=1e-9)
    assert plot.result.predicted[:, 0] == pytest.approx(predicted, rel=1e-6)
    r2 = 1 - ((true - predicted) ** 2).sum() / ((true - true.mean()) ** 2).sum()
    rmse = np.sqrt(((true - predicted) ** 2).mean())
    assert plot.subtitle == f"R² {r2:.3f} · error {rmse:.3f}".replace("-", "−")
    plot.surface.grab()
    panel = plot._scatter
    _, lines = plot.note(QPointF(float(panel.pixel_x(true[0])), float(panel.pixel_y(predicted[0]))))
    assert lines[0].startswith("sample ")


def test_binary_output_neuron_counts_at_one_half(bench):
    build(bench.session, Source("generator", "circle"), hidden=(6,))
    output = bench.session.document.network.of_kind("output")[0]
    if output.size == 2:
        train(bench.session)
    plot = bench.show(ConfusionPlot)
    assert plot.empty == ""
    assert plot.result.counts.sum() == len(bench.session.dataset.validation)


def test_outputs_that_do_not_fit_are_explained(iris):
    from nnstudio.document.edits import ResizeLayer

    plot = iris.show(ConfusionPlot)
    output = iris.session.document.network.of_kind("output")[0]
    iris.session.do(ResizeLayer(output.id, 5))
    iris.settle()
    assert plot.empty == "The network has 5 outputs, the data 3 classes."


def test_values_that_are_no_numbers_are_told(iris):
    from nnstudio.document.edits import SetBias

    output = iris.session.document.network.of_kind("output")[0]
    hidden = iris.session.document.network.of_kind("hidden")[0]
    iris.session.do(SetActivation(hidden.id, Part("linear")))
    iris.session.do(SetBias(output.id, 0, 1e308))
    plot = iris.show(ConfusionPlot)
    assert plot.accessibleDescription()


def test_the_plane_takes_the_theme_with_its_first_painting(iris):
    plot = iris.show(BoundaryPlot)
    dark, outputs = plot._pixels, plot.result.outputs
    theme.use("light")
    plot.grab()  # painted before a new answer could come
    assert plot.result.outputs is outputs
    assert plot._pixels is not dark
    assert plot._pixels[..., :3].mean() > dark[..., :3].mean() + 80


def test_a_painting_that_comes_before_the_plot_has_heard_of_another_network(iris):
    plot = iris.show(WeightsPlot)
    plot.matrix.setChecked(True)
    iris.settle()
    plot.point_at(plot._cells_panel.area.center())
    wanted = plot.note(plot.pointer)
    assert wanted is not None
    iris.session.new()  # the clock has not ticked since
    assert plot.note(plot.pointer) == wanted
    plot.surface.grab()


def test_weights_that_are_laid_out_anew_before_they_were_taken_as_a_matrix(iris, qtbot):
    """The switch is pressed, and a panel is resized before the clock's next tick."""
    plot = iris.show(WeightsPlot)
    with qtbot.captureExceptions() as faults:
        plot.matrix.setChecked(True)
        plot.resize(plot.width() - 40, plot.height() - 20)
        plot.surface.grab()
    assert not faults
    assert plot.table()[0] == ["epoch", "from", "to", "weights"]
    iris.settle()
    assert plot.table()[0][0] == "source"


def test_an_answer_that_arrives_between_two_drawings_is_painted_with_the_next(iris):
    """What is under the pointer is looked for in what is laid out: here the new answer has fewer samples."""
    plot = iris.show(BoundaryPlot)
    plot.point_at(plot._panel.area.center())
    shown, wanted = plot.result, plot.note(plot.pointer)
    data = shown.dataset
    few = np.arange(10)
    data = replace(data, inputs=data.inputs[few], targets=data.targets[few], train=few[:8], validation=few[8:])
    plot.delivered(plot._generation, replace(shown, dataset=data))
    assert plot.note(plot.pointer) == wanted
    plot.draw()
    assert plot.result.dataset is data
    assert plot.note(plot.pointer)[1][:3] == wanted[1][:3]


def test_a_fault_while_painting_is_told_and_does_not_end_the_process(iris, qtbot, monkeypatch):
    plot = iris.show(BoundaryPlot)

    def broken(*_):
        raise LookupError("while painting")

    monkeypatch.setattr(plot, "paint_over", broken)
    with qtbot.captureExceptions() as faults:
        plot.surface.grab()
    assert [kind for kind, _, _ in faults] == [LookupError]
    monkeypatch.undo()
