"""Every command: what it writes where, and what it returns."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio import cli
from nnstudio.document import Part, Stop
from nnstudio.session import Session

ROWS = [(n % 7, (n * 5) % 11, "red" if n % 3 else "blue", n % 7 * 10.0 + (n * 5) % 11) for n in range(60)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("a,b,colour,price\n" + "".join(f"{a},{b},{c},{p}\n" for a, b, c, p in ROWS))
    return path


@pytest.fixture
def iris(tmp_path: Path) -> Path:
    path = tmp_path / "iris.nns"
    assert cli.main(["new", "--data", "iris", "--hidden", "6", "--set", "training.epochs=40", "-o", str(path)]) == 0
    return path


def opened(path: Path) -> Session:
    session = Session()
    session.open(path)
    session.close()
    return session


def told(capsys: pytest.CaptureFixture[str], words: list[str], code: int = 0) -> str:
    capsys.readouterr()
    assert cli.main(words) == code
    return capsys.readouterr().out


def failed(capsys: pytest.CaptureFixture[str], words: list[str], code: int = 1) -> str:
    capsys.readouterr()
    assert cli.main(words) == code
    out, err = capsys.readouterr()
    assert not out
    assert "Traceback" not in err
    return err


def test_new_builds_a_network_that_fits_the_data(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.nns"
    words = ["new", "--data", str(table), "--target", "colour", "--hidden", "16,8", "--activation", "sigmoid"]
    assert cli.main([*words, "-o", str(out)]) == 0
    session = opened(out)
    layers = list(session.document.network.layers.values())
    assert [(layer.kind, layer.size) for layer in layers] == [
        ("input", 3),
        ("hidden", 16),
        ("hidden", 8),
        ("output", 2),
    ]
    assert layers[0].labels == ("a", "b", "price")
    assert layers[3].labels == ("blue", "red")
    assert [layer.activation.key for layer in layers[1:]] == ["sigmoid", "sigmoid", "softmax"]
    assert session.document.training.loss == Part("cross_entropy")
    assert [session.document.layout[layer.id] for layer in layers] == [(264.0 * n, 0.0) for n in range(4)]
    assert session.problems == ()


def test_new_for_numbers_has_a_linear_output_and_a_squared_loss(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.nns"
    assert cli.main(["new", "--data", str(table), "--target", "price", "--hidden", "0", "-o", str(out)]) == 0
    session = opened(out)
    assert [layer.activation.key for layer in session.document.network.of_kind("output")] == ["linear"]
    assert not session.document.network.of_kind("hidden")
    assert session.document.training.loss == Part("mse")


def test_new_takes_bundled_sets_generators_seeds_and_settings(tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "p.nns"
    words = ["new", "--data", "spiral", "--seed", "7", "--set", "training.learning_rate=0.5", "--json", "-o", str(out)]
    said = json.loads(told(capsys, words))
    assert said == {"project": str(out), "data": "Spiral", "layers": [2, 16, 2], "parameters": 2 * 16 + 16 + 32 + 2}
    document = opened(out).document
    assert (document.seed, document.training.seed) == (7, 7)
    assert document.training.optimizer == Part.of("adam", learning_rate=0.5)
    assert cli.main(["new", "--data", "digits", "-o", str(out)]) == 0
    assert opened(out).document.network.layers[1].size == 64


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--data", "nope"], 'There is no file "nope"; the data sets at hand are iris'),
        (["--data", "irs"], 'Did you mean "iris"?'),
        (["--data", "iris", "--target", "colour"], '"colour"'),
        (["--data", "iris", "--hidden", "a"], "--hidden is a; write whole numbers"),
        (["--data", "iris", "--hidden", "4,-1"], "cannot have -1 neurons"),
        (["--data", "iris", "--activation", "warp"], 'There is no activation "warp"'),
        (["--data", "iris", "--set", "training.speed=1"], 'Training has no setting "speed"; it has: loss'),
        (["--data", "iris", "--set", "speed"], '"speed" is no setting; write training.NAME=VALUE'),
        (["--data", "iris", "--set", "training.loss.delta=1"], 'Cross-entropy has no setting "delta"; it has: label_s'),
        (["--data", "iris", "--set", "training.epochs=many"], "training.epochs is many; it must be a whole number"),
        (["--data", "iris", "--seed", "-1"], "Seed is -1"),
    ],
)
def test_new_says_what_is_wrong_and_writes_nothing(words: list[str], reason: str, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "p.nns"
    assert reason in failed(capsys, ["new", *words, "-o", str(out)])
    assert not out.exists()


def test_train_reports_on_stderr_or_as_one_json_object(iris: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "out.nns"
    before = iris.read_bytes()
    said = json.loads(told(capsys, ["train", str(iris), "-o", str(out), "--json"]))
    assert set(said) == {"project", "stopped", "epochs", "updates", "seconds", "metrics"}
    assert (said["stopped"], said["epochs"], said["updates"]) == ("epochs", 40, 40 * 8)
    assert set(said["metrics"]) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert said["metrics"]["val_accuracy"] >= 0.8
    assert iris.read_bytes() == before
    assert opened(out).document.progress.epoch == 40
    capsys.readouterr()
    assert cli.main(["train", str(iris)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "trained 40 epochs: " in captured.err
    assert opened(iris).document.parameters.equals(opened(out).document.parameters)


def test_train_goes_on_and_can_begin_again(iris: Path, capsys: Any) -> None:
    for expected, words in ((40, []), (80, []), (90, ["--epochs", "90"]), (3, ["--reset", "--epochs", "3"])):
        assert json.loads(told(capsys, ["train", str(iris), "--json", *words]))["epochs"] == expected


def test_train_takes_settings(iris: Path, capsys: Any) -> None:
    words = [
        "training.batch_size=64",
        "training.shuffle=no",
        "training.optimizer=sgd",
        "training.optimizer.momentum=0.5",
        "training.optimizer.nesterov=yes",
        "training.learning_rate=0.25",
        "training.loss=huber",
        "training.loss.delta=0.5",
        "data.validation=0.5",
    ]
    typed = ["train", str(iris), "--seed", "4"]
    for word in words:
        typed += ["--set", word]
    assert cli.main(typed) == 0
    document = opened(iris).document
    training = document.training
    assert (training.batch_size, training.shuffle, training.seed) == (64, False, 4)
    assert training.loss == Part.of("huber", delta=0.5)
    assert training.optimizer == Part.of("sgd", learning_rate=0.25, momentum=0.5, nesterov=True)
    assert document.data is not None
    assert document.data.validation == 0.5
    assert document.progress.epoch == 40


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--epochs", "0"], "Epochs is 0; it must lie between"),
        (["--set", "training.optimizer=warp"], 'There is no optimizer "warp"'),
        (["--set", "training.optimizer.speed=1"], 'Adam has no setting "speed"'),
        (["--set", "training.learning_rate=-1"], "Learning rate of Adam is -1"),
        (["--set", "training.shuffle=maybe"], "training.shuffle is maybe; it must be true or false"),
        (["--set", "training.dtype=float16"], "training.dtype is float16"),
        (["--set", "training.loss=binary_cross_entropy"], "needs an output with sigmoid"),
        (["--set", "data.scaling=huge"], "data.scaling is huge"),
        (["--set", "data.warp=1"], 'Data has no setting "warp"'),
    ],
)
def test_train_refuses_what_cannot_be_and_leaves_the_file(
    iris: Path, words: list[str], reason: str, capsys: Any
) -> None:
    before = iris.read_bytes()
    assert reason in failed(capsys, ["train", str(iris), *words])
    assert iris.read_bytes() == before


def test_a_run_that_diverges_fails_and_leaves_the_file(table: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "p.nns"
    words = ["new", "--data", str(table), "--target", "price", "-o", str(out)]
    words += ["--set", "training.optimizer=sgd", "--set", "training.learning_rate=1e6"]
    assert cli.main(words) == 0
    before = out.read_bytes()
    capsys.readouterr()
    assert cli.main(["train", str(out), "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["stopped"] == "diverged"
    assert captured.err.startswith("nnstudio: ")
    assert out.read_bytes() == before


def test_evaluate_measures_the_validation_rows_or_another_table(iris: Path, tmp_path: Path, capsys: Any) -> None:
    trained = json.loads(told(capsys, ["train", str(iris), "--json"]))["metrics"]
    said = json.loads(told(capsys, ["evaluate", str(iris), "--json"]))
    assert (said["data"], said["part"], said["rows"]) == ("Iris", "validation", 30)
    assert said["metrics"]["accuracy"] == pytest.approx(trained["val_accuracy"])
    assert said["metrics"]["loss"] == pytest.approx(trained["val_loss"], rel=1e-4)
    assert "accuracy" in told(capsys, ["evaluate", str(iris)])
    said = json.loads(told(capsys, ["evaluate", str(iris), "--data", "iris", "--json"]))
    assert (said["part"], said["rows"]) == ("all", 150)


def test_errors_of_numbers_are_in_the_targets_units(table: Path, tmp_path: Path, capsys: Any) -> None:
    out, guess = tmp_path / "p.nns", tmp_path / "guess.csv"
    words = ["new", "--data", str(table), "--target", "price", "--hidden", "12", "-o", str(out)]
    assert cli.main([*words, "--set", "training.epochs=400"]) == 0
    assert cli.main(["train", str(out)]) == 0
    said = json.loads(told(capsys, ["evaluate", str(out), "--data", str(table), "--json"]))["metrics"]
    assert set(said) == {"loss", "r2", "explained_variance", "mae", "rmse"}
    assert said["r2"] > 0.9
    assert cli.main(["predict", str(out), "--data", str(table), "-o", str(guess)]) == 0
    with guess.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["price"]
    predicted = np.array([float(row[0]) for row in rows[1:]])
    truth = np.array([row[3] for row in ROWS])
    assert said["mae"] == pytest.approx(np.abs(predicted - truth).mean(), rel=1e-6)
    assert said["rmse"] == pytest.approx(np.sqrt(((predicted - truth) ** 2).mean()), rel=1e-6)


def test_predict_writes_classes_and_probabilities_for_every_row(table: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "p.nns"
    assert cli.main(["new", "--data", str(table), "--target", "colour", "--hidden", "8", "-o", str(out)]) == 0
    new = tmp_path / "new.csv"
    new.write_text("price;b;a\n10;1;2\n20;3;\n")  # another order, another delimiter, a missing cell, no target
    rows = list(csv.reader(told(capsys, ["predict", str(out), "--data", str(new)]).splitlines()))
    assert rows[0] == ["colour", "colour=blue", "colour=red"]
    assert len(rows) == 3
    for row in rows[1:]:
        assert row[0] == ("blue" if float(row[1]) > 0.5 else "red")
        assert float(row[1]) + float(row[2]) == pytest.approx(1.0)
    new.write_text("a,b\n1,2\n")
    assert 'has no column "price"' in failed(capsys, ["predict", str(out), "--data", str(new)])


def test_predictions_are_written_whole_or_not_at_all(iris: Path, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "absent" / "out.csv"
    assert "absent" in failed(capsys, ["predict", str(iris), "--data", "iris", "-o", str(out)])
    out = tmp_path / "out.csv"
    out.write_text("older")
    assert cli.main(["predict", str(iris), "--data", "iris", "-o", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 151
    assert cli.main(["predict", str(iris), "--data", "iris", "-o", os.devnull]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_names_that_spreadsheets_would_run_are_made_harmless(tmp_path: Path, capsys: Any) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "p.nns"
    table.write_text("x,y\n" + "".join(f"{n % 5},{'=HYPERLINK(1)' if n % 5 > 2 else '-1'}\n" for n in range(40)))
    assert cli.main(["new", "--data", str(table), "--target", "y", "-o", str(out)]) == 0
    rows = list(csv.reader(told(capsys, ["predict", str(out), "--data", str(table)]).splitlines()))
    assert {row[0] for row in rows[1:]} <= {"'=HYPERLINK(1)", "-1"}


def test_check_passes_a_sound_project(iris: Path, capsys: Any) -> None:
    text = told(capsys, ["check", str(iris)])
    assert "gradients: right; largest relative error" in text
    assert "no problems" in text
    said = json.loads(told(capsys, ["check", str(iris), "--json"]))
    assert said["good"] is True
    assert said["problems"] == []
    assert said["gradients"]["error"] < 1e-6


def test_check_lists_problems_and_returns_one(iris: Path, tmp_path: Path, capsys: Any) -> None:
    from nnstudio.document.edits import AddLayer, SetData

    session = Session()
    session.open(iris)
    session.do(SetData(None))
    session.save(tmp_path / "no-data.nns")
    session.do(AddLayer("hidden", (0.0, 99.0)))
    session.save(tmp_path / "dangling.nns")
    session.close()
    text = told(capsys, ["check", str(tmp_path / "no-data.nns")], 1)
    assert "error: There is no data" in text
    assert "gradients: right" in text
    said = json.loads(told(capsys, ["check", str(tmp_path / "dangling.nns"), "--json"], 1))
    assert said["gradients"] is None
    assert '"Hidden 2" has no incoming synapses: wire a layer to it.' in [p["text"] for p in said["problems"]]


def test_info_tells_what_a_project_holds(iris: Path, capsys: Any) -> None:
    said = json.loads(told(capsys, ["info", str(iris), "--json"]))
    assert [(layer["name"], layer["shape"], layer["activation"]) for layer in said["layers"]] == [
        ("Input", [4], None),
        ("Hidden 1", [6], "relu"),
        ("Output", [3], "softmax"),
    ]
    assert said["parameters"] == 4 * 6 + 6 + 6 * 3 + 3
    assert said["data"]["classes"] == ["setosa", "versicolor", "virginica"]
    assert (said["data"]["train"], said["data"]["validation"]) == (120, 30)
    assert said["training"]["optimizer"] == {"name": "adam", "learning_rate": 0.01}
    assert said["progress"]["epochs"] == 0
    assert said["problems"] == []
    text = told(capsys, ["info", str(iris)])
    assert "Hidden 1: 6 relu" in text
    assert "0 of 40 epochs" in text


@pytest.mark.parametrize("command", ["train", "evaluate", "check", "info"])
def test_a_file_that_is_no_project_is_one_sentence(command: str, tmp_path: Path, capsys: Any) -> None:
    bad = tmp_path / "bad.nns"
    bad.write_text("not a project")
    for path in (bad, tmp_path / "absent.nns"):
        err = failed(capsys, [command, str(path)])
        assert err.startswith("nnstudio: ")
        assert len(err.splitlines()) == 1
        assert path.name in err


def test_rules_of_training_are_settings_that_are_saved(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", str(iris), "--json", "--epochs", "400"]
    for setting in (
        "accumulate=3",
        "carry_over=yes",
        "schedule=one_cycle",
        "schedule.rise=0.5",
        "clip_norm=2",
        "clip_value=0.5",
        "stop.monitor=val_accuracy",
        "stop.target=0.8",
        "stop.restore_best=false",
        "stop.patience=300",
        "class_weight=2:3.5,0:1",
    ):
        words += ["--set", f"training.{setting}"]
    report = json.loads(told(capsys, words))
    assert report["stopped"] == "target"
    assert report["metrics"]["val_accuracy"] >= 0.8
    assert report["metrics"]["learning_rate"] > 0
    training = opened(iris).document.training
    assert (training.accumulate, training.clip_norm, training.clip_value) == (3, 2.0, 0.5)
    assert training.carry_over
    assert training.class_weight == ((0, 1.0), (2, 3.5))
    assert training.schedule == Part.of("one_cycle", rise=0.5)
    assert training.stop == Stop("val_accuracy", 0.8, 300, restore_best=False)
    words = ["train", str(iris), "--json", "--epochs", "2", "--reset"]
    for setting in ("schedule=none", "clip_norm=none", "clip_value=none", "stop.target=none", "stop.patience=0"):
        words += ["--set", f"training.{setting}"]
    assert json.loads(told(capsys, words))["stopped"] == "epochs"
    training = opened(iris).document.training
    assert training.schedule is training.clip_norm is training.clip_value is training.stop.target is None


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("schedule=wobble", 'There is no schedule "wobble"'),
        ("schedule.end=1", "There is no schedule yet"),
        ("clip_norm=0", "Clip norm is 0.0; it must be more than 0"),
        ("clip_norm=much", "training.clip_norm is much; it must be a number"),
        ("stop.monitor=colour", 'Nothing called "colour" is recorded'),
        ("stop.mood=1", 'training.stop has no rule "mood"'),
        ("accumulate=0", "Accumulate is 0"),
        ("class_weight=2", "write balanced, none, or weights like"),
    ],
)
def test_rules_that_cannot_be(iris: Path, capsys: pytest.CaptureFixture[str], setting: str, sentence: str) -> None:
    assert sentence in failed(capsys, ["train", str(iris), "--set", f"training.{setting}"])


def test_a_rule_that_watches_nothing_is_refused(iris: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", str(iris), "--set", "data.validation=0", "--set", "training.stop.monitor=val_loss"]
    assert "which it does not record" in failed(capsys, [*words, "--set", "training.stop.patience=3"])
