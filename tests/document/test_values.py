"""Edits of values: single weights and biases, what is held, settings, and what Reset comes back to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog import initial
from nnstudio.document import (
    Column,
    DataRecipe,
    Dataset,
    Document,
    FittedColumn,
    Message,
    Part,
    Preparation,
    Progress,
    Source,
    StudioError,
    read_only,
)
from nnstudio.document.edits import (
    AddLayer,
    Edit,
    Paste,
    Redraw,
    Reset,
    SetActivation,
    SetBias,
    SetBiasRule,
    SetData,
    SetFrozen,
    SetFrozenBias,
    SetLabels,
    SetSynapses,
    SetTraining,
    SetWeight,
    SetWeights,
    Trained,
    copy_fragment,
)


def after(document: Document, *edits: Edit) -> Document:
    for edit in edits:
        document = initial.fill(edit.apply(document))
    return document


def trained(document: Document) -> Document:
    moved = document.parameters
    for key, weights in moved.weights.items():
        moved = moved.with_weights(key, weights + 1.0)
    return after(document, Trained(moved, Progress(epoch=3, updates=12)))


def recipe(task: str = "classification", inputs: int = 3, classes: tuple[str, ...] = ("a", "b", "c")) -> DataRecipe:
    names = [f"x{n}" for n in range(inputs)]
    columns = (*(Column(name, "numeric", "input") for name in names), Column("y", "categorical", "target"))
    target = FittedColumn("y", "categorical" if task == "classification" else "numeric", categories=classes)
    fitted = Preparation(task, tuple(FittedColumn(name, "numeric") for name in names), (target,))  # type: ignore[arg-type]
    return DataRecipe(Source("file", "t.csv"), "t", columns, task, preparation=fitted)  # type: ignore[arg-type]


def test_a_weight_set_before_training_is_what_reset_comes_back_to(chain: Document) -> None:
    document = after(chain, SetWeight(4, 1, 2, 0.25))
    assert document.parameters.weights[4][1, 2] == 0.25
    assert document.initial.weights[4][1, 2] == 0.25
    back = after(trained(document), Reset())
    assert back.parameters.equals(document.parameters)
    assert back.progress.updates == 0


def test_a_weight_set_after_training_is_not(chain: Document) -> None:
    document = after(trained(chain), SetWeight(4, 0, 0, 7.0), SetBias(2, 1, 3.0))
    assert document.parameters.weights[4][0, 0] == 7.0
    back = after(document, Reset())
    assert back.parameters.equals(chain.parameters)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_is_not_finite_is_refused(chain: Document, value: float) -> None:
    for edit in (SetWeight(4, 0, 0, value), SetBias(2, 0, value), SetWeights(4, np.full((2, 3), value))):
        with pytest.raises(StudioError, match="A weight or bias is a finite number, for example"):
            edit.apply(chain)


def test_what_is_not_there_cannot_be_set(chain: Document) -> None:
    bare = after(chain, SetBiasRule(2, False))
    for edit, words in (
        (SetWeight(9, 0, 0, 1.0), "There are no synapses number 9 in this network."),
        (SetWeight(4, 2, 0, 1.0), r'"Input" has no neuron number 3'),
        (SetWeight(4, 0, -1, 1.0), r'"Hidden 1" has no neuron number 0'),
        (SetFrozen(4, 0, 3, True), r'"Hidden 1" has no neuron number 4'),
        (SetBias(2, 0, 1.0), r'"Hidden 1" has no biases'),
        (SetFrozenBias(2, 0, True), r'"Hidden 1" has no biases'),
        (SetBias(3, 2, 1.0), r'"Output" has no neuron number 3'),
    ):
        with pytest.raises(StudioError, match=words):
            edit.apply(bare)


def test_all_weights_at_once_name_both_shapes(chain: Document) -> None:
    with pytest.raises(StudioError, match=r"\(2, 3\), not \(3, 2\)"):
        SetWeights(4, np.zeros((3, 2))).apply(chain)
    document = after(chain, SetWeights(4, np.arange(6.0).reshape(2, 3)))
    assert document.parameters.weights[4].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    with pytest.raises(ValueError, match="read-only"):
        document.parameters.weights[4][0, 0] = 1.0


def test_what_is_held_stays_held_through_training_and_reset(chain: Document) -> None:
    document = after(trained(after(chain, SetFrozen(4, 0, 1, True))), SetFrozenBias(2, 2, True))
    assert document.parameters.frozen[4][0, 1]
    back = after(document, Reset())
    assert back.parameters.frozen[4].sum() == 1
    assert back.parameters.frozen_biases[2].tolist() == [False, False, True]
    assert not after(back, SetFrozen(4, 0, 1, False)).parameters.frozen[4].any()


def test_a_new_draw_depends_on_the_seed_alone(chain: Document) -> None:
    one, two, again = (after(trained(chain), Redraw(seed)) for seed in (1, 2, 1))
    assert one.parameters.equals(again.parameters)
    assert not one.parameters.equals(two.parameters)
    assert one.progress == Progress()
    assert after(two, Redraw(5)).parameters.equals(chain.parameters)


def test_synapses_keep_their_weights_when_their_settings_change(chain: Document) -> None:
    document = after(chain, SetSynapses(4, (("initializer", Part("he_normal")), ("l2", 0.5), ("trainable", False))))
    assert document.network.synapses[4].l2 == 0.5
    assert document.parameters is chain.parameters
    assert not np.array_equal(after(document, Redraw(5)).parameters.weights[4], chain.parameters.weights[4])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("epochs", 0, "Epochs is 0; it must lie between 1 and 10000000."),
        ("batch_size", -1, "Batch size is -1; it must lie between 1 and 1000000."),
        ("seed", -1, "Seed is -1"),
    ],
)
def test_settings_out_of_range_are_refused(chain: Document, name: str, value: int, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        SetTraining(((name, value),)).apply(chain)


def test_settings_that_there_are_not_are_refused(chain: Document) -> None:
    with pytest.raises(StudioError, match="Numbers are float32 or float64, not float16"):
        SetTraining((("dtype", "float16"),)).apply(chain)
    with pytest.raises(StudioError, match='Training has no setting "warp"'):
        SetTraining((("warp", 1),)).apply(chain)


def test_data_fits_inputs_outputs_activation_and_loss_in_one_step(chain: Document) -> None:
    document = after(chain, SetData(recipe()))
    first, last = document.network.layers[1], document.network.layers[3]
    assert (first.size, first.labels) == (3, ("x0", "x1", "x2"))
    assert (last.size, last.labels, last.activation) == (3, ("a", "b", "c"), Part("softmax"))
    assert document.training.loss == Part("cross_entropy")
    assert np.array_equal(document.parameters.weights[4][:2], chain.parameters.weights[4])
    numbers = after(document, SetData(recipe("regression", classes=())))
    assert numbers.network.layers[3].activation == Part("linear")
    assert numbers.network.layers[3].labels == ("y",)
    assert numbers.training.loss == Part("mse")


def test_an_output_activation_that_was_chosen_stays_while_it_is_the_same_data(chain: Document) -> None:
    document = after(chain, SetData(recipe("regression", classes=())), SetActivation(3, Part("exponential")))
    fewer = after(document, SetData(recipe("regression", inputs=2, classes=())))
    assert fewer.network.layers[1].size == 2
    assert fewer.network.layers[3].activation == Part("exponential")
    assert after(fewer, SetData(recipe())).network.layers[3].activation == Part("softmax")
    other = replace(recipe("regression", classes=()), source=Source("file", "other.csv"))
    assert after(document, SetData(other)).network.layers[3].activation == Part("linear")


def test_other_data_starts_training_afresh(chain: Document) -> None:
    document = after(trained(after(chain, SetData(recipe()))), SetData(recipe(inputs=2)))
    assert document.progress == Progress()
    assert document.parameters.weights[4].shape == (2, 3)


def test_a_new_layer_takes_its_names_from_the_data() -> None:
    document = after(Document(), SetData(recipe()), AddLayer("input", (0.0, 0.0)), AddLayer("output", (9.0, 0.0)))
    assert document.network.layers[1].labels == ("x0", "x1", "x2")
    assert document.network.layers[2].activation == Part("softmax")
    assert str(SetData(None).describe(document)) == "Remove the data"


def test_a_pasted_copy_has_ids_names_and_places_of_its_own_and_the_same_values(chain: Document) -> None:
    document = after(chain, SetLabels(2, ("a", "b", "c")), SetFrozen(5, 0, 0, True), SetBias(2, 1, 0.5))
    fragment = copy_fragment(document, [2, 3])
    edit = Paste(fragment, (10.0, 20.0))
    assert str(edit.describe(document)) == "Paste 2 layers"
    pasted = after(document, edit)
    ids = edit.new_ids(document)
    assert ids == {2: 6, 3: 7, 5: 8}
    assert [pasted.network.layers[n].name for n in (6, 7)] == ["Hidden 2", "Output 2"]
    assert pasted.layout[6] == (274.0, 20.0)
    assert np.array_equal(pasted.parameters.weights[8], document.parameters.weights[5])
    assert np.array_equal(pasted.parameters.biases[6], document.parameters.biases[2])
    assert pasted.parameters.frozen[8][0, 0]
    assert pasted.network.layers[6].labels == ("a", "b", "c")
    assert pasted.parameters.weights[4] is document.parameters.weights[4]
    assert len(pasted.network.synapses) == 3  # the wire into the fragment from outside stays behind


def test_a_fragment_outlives_its_document(chain: Document) -> None:
    fragment = copy_fragment(chain, [2])
    assert not fragment.synapses
    pasted = after(Document(), Paste(fragment))
    assert [layer.name for layer in pasted.network.layers.values()] == ["Hidden 1"]
    assert pasted.layout[1] == (312.0, 48.0)
    twice = after(pasted, Paste(fragment))
    assert [layer.name for layer in twice.network.layers.values()] == ["Hidden 1", "Hidden 2"]


def test_one_hot_rows_of_a_dataset() -> None:
    rows = np.arange(3, dtype=np.int64)
    classes = Dataset("d", "classification", np.zeros((3, 1)), np.array([0, 2, 1]), rows, rows[:0])
    assert classes.outputs == 3
    assert classes.target_rows.tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    yes = Dataset("d", "classification", np.zeros((3, 1)), np.array([[0.0], [1.0], [1.0]]), rows, rows[:0])
    assert yes.outputs == 1
    assert yes.target_rows.tolist() == [[0.0], [1.0], [1.0]]


def test_a_message_keeps_its_template_for_translation() -> None:
    message = Message.of("Add {layer}", layer="Hidden {1}")
    assert str(message) == "Add Hidden {1}"
    assert message.filled("{layer} hinzufügen") == "Hidden {1} hinzufügen"
    assert str(Message.of("100 %")) == "100 %"
    assert read_only([1, 2]).dtype == np.float64
