"""Normalization and dropout typed in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnstudio import cli
from nnstudio.document import Document, Part
from nnstudio.session import Session


def opened(path: Path) -> Document:
    session = Session()
    session.open(path)
    session.close()
    return session.document


def test_a_new_project_with_normalized_layers_that_drop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "p.nns"
    words = ["new", "--data", "iris", "--hidden", "8,6", "--normalization", "batch", "--dropout", "0.2"]
    words += ["--set", "layer.Hidden 2.normalization=layer", "--set", "layer.Hidden 2.normalization.epsilon=0.001"]
    words += ["--set", "layer.Hidden 2.dropout=0", "--set", "layer.*.activation=prelu", "--set", "layer.*.bias=no"]
    words += ["--set", "layer.Input.dropout=0.1", "--set", "layer.Hidden 1.activation.slope=0.5"]
    assert cli.main([*words, "-o", str(out)]) == 0
    layers = opened(out).network
    first, second = layers.of_kind("hidden")
    assert (first.normalization, first.dropout, first.bias) == (Part("batch"), 0.2, False)
    assert (second.normalization, second.dropout) == (Part.of("layer", epsilon=0.001), 0.0)
    assert (first.activation, second.activation) == (Part.of("prelu", slope=0.5), Part("prelu"))
    assert layers.of_kind("input")[0].dropout == 0.1
    assert opened(out).parameters.own[first.id, "slope"] == 0.5
    capsys.readouterr()
    assert cli.main(["info", str(out), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [layer["normalization"] for layer in facts["layers"]] == [None, "batch", "layer", None]
    assert [layer["dropout"] for layer in facts["layers"]] == [0.1, 0.2, 0.0, 0.0]
    weights = 4 * 8 + 8 * 6 + 6 * 3
    assert facts["parameters"] == weights + 3 + 2 * 8 + 2 * 6 + 2
    assert cli.main(["info", str(out)]) == 0
    assert "Hidden 1: 8 prelu, batch norm, dropout 0.2" in capsys.readouterr().out
    assert cli.main(["train", str(out), "--set", "layer.Hidden 2.normalization=none"]) == 0
    assert opened(out).network.of_kind("hidden")[1].normalization is None
    capsys.readouterr()
    assert cli.main(["check", str(out)]) == 0
    assert "gradients: right" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("layer.Hidden 1.dropout=1", 'The dropout of "Hidden 1" is 1.0; it must be 0 or more, and less than 1.'),
        ("layer.Hidden 1.dropout=much", "layer.Hidden 1.dropout is much; it must be a number."),
        ("layer.Output.dropout=0.5", '"Output" is an output'),
        ("layer.Input.normalization=batch", '"Input" is an input'),
        ("layer.Hidden 1.normalization=group", 'There is no normalization "group"; there are: batch, layer.'),
        ("layer.Hidden 1.normalization.momentum=0.5", '"Hidden 1" has no normalization yet'),
        ("layer.Hidden 7.dropout=0.5", 'There is no layer "Hidden 7"'),
        ("layer.Hidden 1.colour=red", "is no setting; write layer.LAYER.NAME=VALUE"),
        ("layer.Hidden 1.dropout.much=1", '"layer.Hidden 1.dropout.much" is no setting.'),
    ],
)
def test_what_cannot_be_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, sentence: str
) -> None:
    words = ["new", "--data", "iris", "--hidden", "8", "--set", setting, "-o", str(tmp_path / "p.nns")]
    assert cli.main(words) == 1
    assert sentence in capsys.readouterr().err
