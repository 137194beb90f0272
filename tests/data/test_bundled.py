"""The shipped sets hold what was published."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from nnstudio.assets import asset
from nnstudio.data import bundled, guess_recipe, kept_rows, prepare, read_source, readable, remarks
from nnstudio.document import Source, StudioError

# rows, inputs, sum of all input cells, how many rows of each class (or the target's mean), as scikit-learn has them
PUBLISHED = {
    "iris": (150, 4, 2078.7, {"setosa": 50, "versicolor": 50, "virginica": 50}),
    "wine": (178, 13, 159973.6, {"cultivar 1": 59, "cultivar 2": 71, "cultivar 3": 48}),
    "breast_cancer": (569, 30, 1056488.0, {"malignant": 212, "benign": 357}),
    "digits": (
        1797,
        64,
        561718.0,
        dict(zip("0123456789", (178, 182, 177, 183, 181, 182, 181, 179, 174, 180), strict=True)),
    ),
    "diabetes": (442, 10, None, 152.13348416289594),
}


@pytest.mark.parametrize("key", bundled)
def test_values_are_the_published_ones(key: str) -> None:
    rows, inputs, total, answers = PUBLISHED[key]
    known = bundled[key]
    table = read_source(known.origin)
    assert (table.rows, len(table.columns) - 1) == (rows, inputs)
    assert known.rows == rows
    assert table.columns[-1].name == known.target
    assert not table.notes
    if total is not None:
        assert sum(column.values.sum() for column in table.columns[:-1]) == pytest.approx(total, rel=1e-4)
    target = table.column(known.target)
    if isinstance(answers, dict):
        assert {name: int((target.texts == name).sum()) for name in target.categories} == answers
    else:
        assert target.statistics.mean == pytest.approx(answers, rel=1e-12)


@pytest.mark.parametrize("key", bundled)
def test_every_cell_survives_reading(key: str) -> None:
    with asset(f"datasets/{key}.csv").open(newline="") as file:
        header, *cells = list(csv.reader(file))
    table = read_source(bundled[key].origin)
    assert tuple(header) == tuple(column.name for column in table.columns)
    for place, column in enumerate(table.columns):
        if column.kind == "numeric":
            assert column.values.tolist() == [float(row[place]) for row in cells]
        else:
            assert column.values.tolist() == [row[place] for row in cells]
    assert table.lines.tolist() == list(range(2, len(cells) + 2))


@pytest.mark.parametrize("key", bundled)
def test_prepares_at_once_with_all_columns(key: str) -> None:
    known = bundled[key]
    table = read_source(known.origin)
    recipe, dataset = prepare(table, guess_recipe(table, known.origin))
    assert recipe.task == known.task
    assert [c.name for c in recipe.targets] == [known.target]
    assert dataset.inputs.shape == (known.rows, len(table.columns) - 1)
    assert len(dataset.train) + len(dataset.validation) == known.rows
    assert not remarks(table, recipe)
    assert recipe.preparation is not None
    said = readable(recipe.preparation, dataset.target_rows)[known.target]
    column = table.column(known.target)
    rows = kept_rows(table, recipe)
    if known.task == "classification":
        assert (said == column.texts[rows]).all()
    else:
        np.testing.assert_allclose(said.astype(float), column.values[rows], rtol=1e-13)


def test_iris_has_the_names_people_know() -> None:
    table = read_source(Source("bundled", "iris"))
    assert [c.name for c in table.columns] == ["sepal length", "sepal width", "petal length", "petal width", "species"]
    assert table.columns[-1].categories == ("setosa", "versicolor", "virginica")
    assert [c.values[0] for c in table.columns] == [5.1, 3.5, 1.4, 0.2, "setosa"]


def test_readme_states_source_and_licence_of_each() -> None:
    text = asset("datasets/README.md").read_text()
    for known in bundled.values():
        assert f"`{known.key}.csv`" in text
        assert asset(f"datasets/{known.key}.csv").is_file()
        assert known.licence
        assert known.source
    assert text.count("Licence: CC BY 4.0") == 4


def test_unknown_set_names_those_that_exist() -> None:
    with pytest.raises(StudioError, match='no bundled data set "mnist"; there are: iris, wine'):
        read_source(Source("bundled", "mnist"))
