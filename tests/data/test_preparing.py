"""From tables to samples: roles guessed, split first, everything learned from the training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.data import (
    Table,
    apply,
    guess_recipe,
    kept_rows,
    open_source,
    prepare,
    read_table,
    readable,
    remarks,
    targets_of,
    task_of,
)
from nnstudio.data.split import split_rows
from nnstudio.data.table import TableColumn
from nnstudio.document import DataRecipe, Dataset, Preparation, Source, StudioError

Make = Callable[..., Path]


def guessed(path: Path, target: str | None = None) -> tuple[Table, DataRecipe]:
    source, table = open_source(path)
    return table, guess_recipe(table, source, target)


def prepared(path: Path, target: str | None = None, **fields: object) -> tuple[Table, Preparation, Dataset]:
    table, recipe = guessed(path, target)
    recipe, dataset = prepare(table, replace(recipe, **fields))  # type: ignore[arg-type]
    assert recipe.preparation is not None
    return table, recipe.preparation, dataset


def column(name: str, values: list[object]) -> TableColumn:
    if all(value is None or isinstance(value, (int, float)) for value in values):
        return TableColumn(name, "numeric", np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    return TableColumn(name, "categorical", np.array(values, dtype=object))


def table_of(**columns: list[object]) -> Table:
    found = tuple(column(name, values) for name, values in columns.items())
    return Table("made", found, np.arange(2, len(found[0].values) + 2))


FILE = Source("file", "/data/made.csv")


# -- guessing --------------------------------------------------------------------------------------------------------


def test_last_column_is_the_target(csv_file: Make) -> None:
    _, recipe = guessed(csv_file("a,b,kind\n" + "1,2,x\n2,3,y\n" * 10))
    assert [(c.name, c.kind, c.role) for c in recipe.columns] == [
        ("a", "numeric", "input"),
        ("b", "numeric", "input"),
        ("kind", "categorical", "target"),
    ]
    assert recipe.task == "classification"
    assert (recipe.scaling, recipe.validation, recipe.split_seed) == ("standard", 0.2, 0)
    assert len(recipe.source.fingerprint) == 64


def test_a_column_called_label_comes_first(csv_file: Make) -> None:
    _, recipe = guessed(csv_file("label,a,b\n" + "0,1.5,2\n1,2,3\n" * 10))
    assert [c.name for c in recipe.targets] == ["label"]


def test_chosen_target(csv_file: Make) -> None:
    path = csv_file("a,b,kind\n" + "1.5,2,x\n2.5,3,y\n3.5,4,x\n" * 10)
    _, recipe = guessed(path, "a")
    assert [c.name for c in recipe.targets] == ["a"]
    assert recipe.task == "regression"
    with pytest.raises(StudioError, match=r'table.csv has no column "size"; it has: a, b, kind'):
        guessed(path, "size")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1] * 10, "classification"),
        ([1, -1, 1, -1], "classification"),
        ([0, 1, 1, 0], "classification"),
        ([1, 2, 3] * 10, "classification"),
        (list(range(30)), "regression"),
        ([0.5, 1.5] * 10, "regression"),
        ([1, 2, 3, 4], "regression"),
        (["a", "b"] * 10, "classification"),
    ],
)
def test_task(values: list[object], task: str) -> None:
    assert task_of(column("y", values)) == task


def test_columns_that_tell_nothing_are_ignored_and_told(csv_file: Make) -> None:
    rows = "".join(f"{i},name {i},{i % 7}.5,{'ab'[i % 2]},same,7,,{i * 13 % 101},{'xyz'[i % 3]}\n" for i in range(40))
    table, recipe = guessed(csv_file("id,who,size,sort,word,number,empty,amount,kind\n" + rows))
    assert {c.name: c.role for c in recipe.columns} == {
        "id": "ignored",
        "who": "ignored",
        "size": "input",
        "sort": "input",
        "word": "ignored",
        "number": "ignored",
        "empty": "ignored",
        "amount": "input",
        "kind": "target",
    }
    assert [str(note) for note in remarks(table, recipe)] == [
        'Column "id" only counts the rows and is ignored.',
        'Column "who" has a different text in nearly every row and is ignored.',
        'Column "word" has the same value in every row and is ignored.',
        'Column "number" has the same value in every row and is ignored.',
        'Column "empty" has no values and is ignored.',
    ]


def test_too_many_categories_are_ignored() -> None:
    table = table_of(
        city=[f"city {i % 150}" for i in range(1500)],
        x=[i % 11 + 0.5 for i in range(1500)],
        y=[i % 2 for i in range(1500)],
    )
    recipe = guess_recipe(table, FILE)
    assert recipe.column("city").role == "ignored"
    assert "150 different texts" in str(remarks(table, recipe)[0])


def test_one_column_is_no_table(csv_file: Make) -> None:
    with pytest.raises(StudioError, match=r"table.csv has only one column; training needs inputs and a target"):
        guessed(csv_file("a\n1\n2\n"))


# -- splitting -------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=60),
    st.floats(0.0, 0.99),
    st.integers(0, 2**32),
)
@settings(deadline=None)
def test_split_is_whole_stratified_and_repeats(classes: list[int], share: float, seed: int) -> None:
    labels = np.array(classes)
    train, validation = split_rows(len(labels), share, seed, labels)
    again = split_rows(len(labels), share, seed, labels)
    assert np.array_equal(train, again[0])
    assert np.array_equal(validation, again[1])
    assert sorted([*train, *validation]) == list(range(len(labels)))
    assert set(labels[train]) == set(classes)
    for kind in set(classes):
        count = classes.count(kind)
        assert abs(int((labels[validation] == kind).sum()) - count * share) <= 1 + share
    assert abs(len(validation) - len(labels) * share) <= 0.5 + len(set(classes))


@given(st.integers(2, 200), st.floats(0.0, 0.99), st.integers(0, 2**32))
@settings(deadline=None)
def test_split_without_classes(count: int, share: float, seed: int) -> None:
    train, validation = split_rows(count, share, seed)
    assert sorted([*train, *validation]) == list(range(count))
    assert len(validation) == min(round(count * share), count - 1)


def test_another_seed_is_another_split() -> None:
    assert not np.array_equal(split_rows(100, 0.2, 0)[1], split_rows(100, 0.2, 1)[1])


# -- fitting ---------------------------------------------------------------------------------------------------------


def test_everything_is_learned_from_training_rows_only(csv_file: Make) -> None:
    rng = np.random.default_rng(0)
    rows = "".join(f"{rng.normal():.6f},{'abc'[rng.integers(3)]},{rng.normal():.6f}\n" for _ in range(100))
    table, recipe = guessed(csv_file("x,c,y\n" + rows))
    recipe, dataset = prepare(table, recipe)
    fitted = recipe.preparation
    assert fitted is not None
    train = table.column("x").values[dataset.train]
    assert fitted.inputs[0].center == pytest.approx(train.mean(), rel=1e-14)
    assert fitted.inputs[0].scale == pytest.approx(train.std(), rel=1e-14)
    assert dataset.inputs[dataset.train, 0].mean() == pytest.approx(0, abs=1e-12)
    assert dataset.inputs[dataset.train, 0].std() == pytest.approx(1, rel=1e-12)
    # Other values in the validation rows change nothing that was learned.
    moved = table.column("x").values.copy()
    moved[dataset.validation] += 100.0
    other = replace(table, columns=(TableColumn("x", "numeric", moved), *table.columns[1:]))
    assert prepare(other, replace(recipe, preparation=None))[0].preparation == fitted


def test_shapes_types_and_names(csv_file: Make) -> None:
    _, fitted, dataset = prepared(csv_file("x,c,y\n" + "1.5,b,yes\n2,a,no\n3,c,yes\n4,a,no\n5,b,no\n" * 4))
    assert dataset.inputs.dtype == np.float64
    assert dataset.inputs.flags.c_contiguous
    assert dataset.inputs.shape == (20, 4)
    assert dataset.input_names == ("x", "c=a", "c=b", "c=c")
    assert dataset.output_names == ("no", "yes")
    assert dataset.targets.dtype == np.int64
    assert dataset.inputs[0, 1:].tolist() == [0.0, 1.0, 0.0]
    assert dataset.target_rows[:2].tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert fitted.output_names == ("no", "yes")


def test_numeric_classes_are_in_the_order_of_their_values(csv_file: Make) -> None:
    _, _, dataset = prepared(csv_file("x,y\n" + "".join(f"{i}.5,{i % 11}\n" for i in range(110))))
    assert dataset.output_names == tuple(str(i) for i in range(11))


def test_range_and_no_scaling(csv_file: Make) -> None:
    path = csv_file("x,y\n" + "".join(f"{i},{i * 2.5}\n" for i in (3, 5, 4, 9, 7, 13)))
    _, fitted, dataset = prepared(path, scaling="range", validation=0.0)
    assert dataset.inputs.min() == 0.0
    assert dataset.inputs.max() == 1.0
    assert (fitted.inputs[0].center, fitted.inputs[0].scale) == (3.0, 10.0)
    _, _, plain = prepared(path, scaling="none")
    assert plain.inputs[:, 0].tolist() == [3, 5, 4, 9, 7, 13]
    assert plain.targets[:, 0].tolist() == [7.5, 12.5, 10, 22.5, 17.5, 32.5]


def test_regression_targets_are_scaled_and_read_back(csv_file: Make) -> None:
    table, fitted, dataset = prepared(csv_file("x,y\n" + "".join(f"{i % 7},{i * 1.5 - 4}\n" for i in range(50))))
    assert dataset.targets[dataset.train].std() == pytest.approx(1.0)
    back = readable(fitted, dataset.targets)
    assert list(back) == ["y"]
    np.testing.assert_allclose(back["y"], table.column("y").values, rtol=1e-13)
    assert dataset.output_names == ("y",)


@pytest.mark.parametrize(("rule", "fill"), [("mean", 4.0), ("median", 3.0), ("most_frequent", 1.0)])
def test_missing_numbers_are_filled(rule: str, fill: float) -> None:
    table = table_of(x=[1, 1, 3, 4, 11, None], y=[0, 1, 0, 1, 0, 1])
    recipe = guess_recipe(table, FILE).with_column("x", missing=rule)
    recipe, dataset = prepare(table, replace(recipe, validation=0.0, scaling="none"))
    assert recipe.preparation is not None
    assert recipe.preparation.inputs[0].fill == fill
    assert dataset.inputs[5, 0] == fill


def test_missing_rows_are_dropped() -> None:
    table = table_of(x=[1, None, 3, 4, 5.5, 6], c=["a", "b", None, "a", "b", "a"], y=["p", "q", "p", None, "q", "q"])
    recipe = guess_recipe(table, FILE).with_column("x", missing="drop_row")
    recipe, dataset = prepare(table, replace(recipe, validation=0.0))
    assert kept_rows(table, recipe).tolist() == [0, 2, 4, 5]
    assert dataset.inputs.shape == (4, 3)
    assert dataset.inputs[1, 1:].tolist() == [1.0, 0.0]  # a missing category becomes the most frequent one
    recipe = recipe.with_column("c", missing="drop_row")
    assert prepare(table, recipe)[1].inputs.shape[0] == 3


def test_category_seen_only_in_validation_gives_zeros() -> None:
    table = table_of(
        c=["a"] * 30 + ["b"] * 30 + ["rare"], x=[i % 5 + 0.5 for i in range(61)], y=[i * 0.37 for i in range(61)]
    )
    for seed in range(50):
        recipe, dataset = prepare(table, replace(guess_recipe(table, FILE), split_seed=seed))
        if 60 in dataset.validation:
            break
    assert recipe.preparation is not None
    assert recipe.preparation.inputs[0].categories == ("a", "b")
    assert dataset.inputs[60, :2].tolist() == [0.0, 0.0]


def test_constant_column_as_an_input_is_harmless() -> None:
    table = table_of(x=[0.1] * 10, z=[1, 2] * 5, y=["a", "b"] * 5)
    recipe = guess_recipe(table, FILE).with_column("x", role="input")
    fitted, dataset = prepare(table, recipe)
    assert fitted.preparation is not None
    assert fitted.preparation.inputs[0].scale == 1.0
    assert np.abs(dataset.inputs[:, 0]).max() < 1e-15


def test_two_targets_for_regression_but_not_for_classes() -> None:
    table = table_of(
        x=[i * 1.0 for i in range(9, -1, -1)], u=[i * 1.7 for i in range(10)], v=[i * i * 0.1 for i in range(10)]
    )
    recipe = guess_recipe(table, FILE).with_column("u", role="target")
    fitted, dataset = prepare(table, recipe)
    assert dataset.targets.shape == (10, 2)
    assert dataset.output_names == ("u", "v")
    assert fitted.preparation is not None
    np.testing.assert_allclose(readable(fitted.preparation, dataset.targets)["v"], table.column("v").values, atol=1e-14)
    with pytest.raises(StudioError, match='"u", "v" are all targets; keep one of them'):
        prepare(table, replace(recipe, task="classification"))


def test_same_recipe_same_samples(csv_file: Make) -> None:
    path = csv_file("x,c,y\n" + "".join(f"{i % 13},{'ab'[i % 2]},{'pqr'[i % 3]}\n" for i in range(60)))
    first, second = prepared(path), prepared(path)
    assert first[1] == second[1]
    assert first[2].inputs.tobytes() == second[2].inputs.tobytes()
    assert np.array_equal(first[2].validation, second[2].validation)


# -- what cannot be prepared -----------------------------------------------------------------------------------------


def refusal(table: Table, recipe: DataRecipe) -> str:
    with pytest.raises(StudioError) as caught:
        prepare(table, recipe)
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_target_absent() -> None:
    table = table_of(x=[1, 2, 3], y=["a", "b", "a"])
    recipe = guess_recipe(table, FILE).with_column("y", role="input")
    assert refusal(table, recipe) == "No column of made is the target; choose the one to predict."


def test_no_inputs() -> None:
    table = table_of(x=[1, 2, 3], y=["a", "b", "a"])
    recipe = guess_recipe(table, FILE).with_column("x", role="ignored")
    assert refusal(table, recipe) == "No column of made is an input; choose at least one."


def test_column_gone_from_the_file() -> None:
    recipe = guess_recipe(table_of(x=[1, 2, 3], y=["a", "b", "a"]), FILE)
    assert 'made has no column "x"; it has: z, y' in refusal(table_of(z=[1, 2, 3], y=["a", "b", "a"]), recipe)


def test_target_constant() -> None:
    table = table_of(x=[1, 2, 3], y=[5.5, 5.5, 5.5])
    assert 'The target "y" is 5.5 in every training row' in refusal(
        table, replace(guess_recipe(table, FILE, "y"), task="regression")
    )


def test_target_with_one_class() -> None:
    table = table_of(x=[1, 2, 3], y=["a", "a", None])
    assert 'The target "y" is "a" in every row, so there is nothing to tell apart' in refusal(
        table, guess_recipe(table, FILE, "y")
    )


def test_target_with_missing_cells_only(csv_file: Make) -> None:
    table, recipe = guessed(csv_file("x,z,y\n1,2,\n2,1,NA\n3,5,?\n"), "y")
    assert refusal(table, recipe) == 'The target "y" has no values; choose another column.'


def test_input_with_missing_cells_only(csv_file: Make) -> None:
    table, recipe = guessed(csv_file("x,z,y\n1,,a\n2,NA,b\n3,?,a\n"))
    assert recipe.column("z").role == "ignored"
    assert refusal(table, recipe.with_column("z", role="input")) == (
        'Column "z" of table.csv has no values; ignore it.'
    )


def test_one_row(csv_file: Make) -> None:
    table, recipe = guessed(csv_file("x,y\n1,a\n"))
    assert refusal(table, recipe) == "table.csv has only one row; training needs at least two."


def test_all_rows_dropped() -> None:
    table = table_of(x=[1, None, 3], z=[None, 2, None], y=["a", "b", "a"])
    recipe = (
        guess_recipe(table, FILE)
        .with_column("x", missing="drop_row")
        .with_column("z", missing="drop_row", role="input")
    )
    assert "Only 0 rows of made have all their values" in refusal(table, recipe)


def test_text_where_numbers_were_asked_for() -> None:
    table = table_of(x=["1", "2", "tall"], y=["a", "b", "a"])
    recipe = guess_recipe(table, FILE).with_column("x", kind="numeric", role="input")
    assert 'Column "x" of made holds "tall" in line 4, which is no number' in refusal(table, recipe)
    words = replace(guess_recipe(table, FILE), task="regression")
    assert 'Column "y" of made holds "a" in line 2, which is no number' in refusal(table, words)


def test_too_many_classes() -> None:
    table = table_of(x=[i * 0.5 for i in range(1500)], y=[f"name {i}" for i in range(1500)])
    assert 'The target "y" has 1500 classes' in refusal(table, guess_recipe(table, FILE, "y"))


def test_numbers_too_large_to_scale() -> None:
    table = table_of(x=[1.7e308, -1.7e308, 1.0, 2.0], y=["a", "b", "a", "b"])
    for scaling in ("standard", "range"):
        recipe = replace(guess_recipe(table, FILE), scaling=scaling, validation=0.0)
        assert 'The values of column "x" are too large to be scaled' in refusal(table, recipe)


def test_bad_share() -> None:
    table = table_of(x=[1, 2, 3], y=["a", "b", "a"])
    assert "must be 0 or more and less than 1" in refusal(table, replace(guess_recipe(table, FILE), validation=1.0))


# -- new rows --------------------------------------------------------------------------------------------------------


@pytest.fixture
def flowers(csv_file: Make) -> tuple[Path, Preparation]:
    path = csv_file("x,c,y\n" + "".join(f"{i % 13},{'ab'[i % 2]},{'pqr'[i % 3]}\n" for i in range(60)))
    return path, prepared(path)[1]


def test_apply_equals_prepare(csv_file: Make, flowers: tuple[Path, Preparation]) -> None:
    path, preparation = flowers
    table, _, dataset = prepared(path)
    assert np.array_equal(apply(preparation, table), dataset.inputs)
    assert np.array_equal(targets_of(preparation, table), dataset.targets)


def test_apply_takes_other_orders_and_extra_columns(csv_file: Make, flowers: tuple[Path, Preparation]) -> None:
    table = read_table(csv_file("extra;c;x\nz;b;1,5\nz;new;NA\n"))
    inputs = apply(flowers[1], table)
    center, scale = flowers[1].inputs[0].center, flowers[1].inputs[0].scale
    assert inputs[0].tolist() == [(1.5 - center) / scale, 0.0, 1.0]
    assert inputs[1].tolist() == pytest.approx([0.0, 0.0, 0.0])


def test_apply_names_a_missing_column(csv_file: Make, flowers: tuple[Path, Preparation]) -> None:
    with pytest.raises(StudioError, match=r'new.csv has no column "c", which the network needs; it has: x, d'):
        apply(flowers[1], read_table(csv_file("x,d\n1,a\n", name="new.csv")))


def test_apply_names_a_bad_cell(csv_file: Make, flowers: tuple[Path, Preparation]) -> None:
    few = csv_file("x,c\n1,a\n\nbig,b\n", name="few.csv")
    with pytest.raises(StudioError, match=r'Column "x" of few.csv holds "big" in line 4, which is no number'):
        apply(flowers[1], read_table(few))
    many = csv_file("x,c\n" + "1,a\n" * 30 + "inf,b\n", name="many.csv")
    with pytest.raises(StudioError, match=r'Line 32 of many.csv has "inf" in column "x", which is no finite number'):
        apply(flowers[1], read_table(many))


def test_apply_refuses_missing_cells_that_training_left_out() -> None:
    table = table_of(x=[1, 2, 3.5, 4], y=["a", "b", "a", "b"])
    recipe, _ = prepare(table, guess_recipe(table, FILE).with_column("x", missing="drop_row"))
    assert recipe.preparation is not None
    with pytest.raises(StudioError, match=r'Line 3 of made has no value in column "x"'):
        apply(recipe.preparation, table_of(x=[1, None]))


def test_readable_classes(flowers: tuple[Path, Preparation]) -> None:
    said = readable(flowers[1], np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]))
    assert list(said) == ["y", "y=p", "y=q", "y=r"]
    assert said["y"].tolist() == ["q", "p"]
    assert said["y=r"].tolist() == [0.2, 0.3]
    with pytest.raises(StudioError, match="The network has 2 outputs, but the data has 3"):
        readable(flowers[1], np.zeros((1, 2)))


def test_readable_with_one_output_for_two_classes() -> None:
    table = table_of(x=[1, 2, 3.5, 4], y=["no", "yes", "no", "yes"])
    recipe, _ = prepare(table, guess_recipe(table, FILE))
    assert recipe.preparation is not None
    said = readable(recipe.preparation, np.array([[0.9], [0.2]]))
    assert said["y"].tolist() == ["yes", "no"]
    np.testing.assert_allclose(said["y=no"], [0.1, 0.8])
