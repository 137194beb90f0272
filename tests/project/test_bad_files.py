"""Files that cannot be opened say which they are, what is wrong and what to do; they never run anything."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from nnstudio import project
from nnstudio.document import Document, StudioError
from nnstudio.project.migrations import migrated

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def saved(document: Document, tmp_path: Path) -> Path:
    path = tmp_path / "net.nns"
    project.save(document, path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as caught:
        project.load(path)
    text = str(caught.value)
    assert path.name in text
    assert "\n" not in text
    return text


def rewritten(
    path: Path, content: Change | None = None, arrays: Change | None = None, raw: bytes | None = None
) -> Path:
    """The file with its JSON, its arrays, or its JSON's very bytes changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if content is not None:
        values = json.loads(parts["project.json"])
        content(values)
        parts["project.json"] = json.dumps(values).encode()
    if arrays is not None:
        tensors = {name: np.array(values) for name, values in load_arrays(parts["arrays.safetensors"]).items()}
        arrays(tensors)
        parts["arrays.safetensors"] = save_arrays(tensors)
    if raw is not None:
        parts["project.json"] = raw
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_truncated_anywhere(saved: Path) -> None:
    data = saved.read_bytes()
    for length in [*range(1, 60), *range(60, len(data), 97), len(data) - 1]:
        saved.write_bytes(data[:length])
        text = refusal(saved)
        assert text.startswith("net.nns cannot be opened: it is")
        assert text.endswith("Open an earlier copy, or make a new project.")


def test_single_bytes_changed_are_noticed(saved: Path, document: Document, assert_same: Any) -> None:
    data = saved.read_bytes()
    rng = np.random.default_rng(0)
    noticed = 0
    for place in rng.integers(0, len(data), 400):
        broken = bytearray(data)
        broken[place] ^= 1 << int(rng.integers(8))
        saved.write_bytes(bytes(broken))
        try:
            assert_same(document, project.load(saved))  # dates and such say nothing
        except StudioError:
            noticed += 1
    assert noticed > 300


@pytest.mark.parametrize("content", [b"", b"hello", b"PK", b"PK\x03\x04garbage", b"\x80\x04\x95pickle"])
def test_not_a_project(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.nns"
    path.write_bytes(content)
    assert "it is not an nnstudio project" in refusal(path) or "it is damaged or cut short" in refusal(path)


def test_some_other_zip(tmp_path: Path) -> None:
    path = tmp_path / "net.nns"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "it is a zip archive, but not an nnstudio project" in refusal(path)


def test_no_file_folder_and_permission(
    saved: Path, tmp_path: Path, nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    with pytest.raises(StudioError, match=r"There is no file .*gone.nns"):
        project.load(tmp_path / "gone.nns")
    with pytest.raises(StudioError, match=r"is a folder; choose a project file"):
        project.load(tmp_path)
    with pytest.raises(StudioError, match=r"There is no file"):
        project.load("/dev/zero")
    saved.chmod(0)
    with nobody(), pytest.raises(StudioError, match=r"may not be read"):
        project.load(saved)


def test_newer_version(saved: Path) -> None:
    text = refusal(rewritten(saved, lambda c: c.update(version=2, something="new")))
    assert text.startswith(
        "net.nns cannot be opened: it was made by a newer nnstudio (version 2 of the format, this one reads up to 1); "
        "update nnstudio."
    )


@pytest.mark.parametrize("version", [None, "1", 0, -1, 1.0, True])
def test_no_version(saved: Path, version: object) -> None:
    assert "its version is missing" in refusal(rewritten(saved, lambda c: c.update(version=version)))


def test_migrations_go_step_by_step() -> None:
    steps = {
        1: lambda c: {**c, "colour": c["color"]},
        2: lambda c: {key: value for key, value in c.items() if key != "color"},
    }
    assert migrated({"version": 1, "color": 3}, 3, steps) == {"version": 3, "colour": 3}
    assert migrated({"version": 2, "color": 3}, 3, steps) == {"version": 3}
    assert migrated({"version": 3}, 3, steps) == {"version": 3}


JSON_FAULTS: dict[str, tuple[Change, str]] = {
    "field gone": (lambda c: c.pop("training"), "missing required field 'training'"),
    "field unknown": (lambda c: c.update(pickle="x"), "unknown field 'pickle'"),
    "wrong type": (
        lambda c: c["network"]["layers"][1].update(id="3"),
        "it is damaged at network.layers[1].id: Expected 'int', got 'str'",
    ),
    "kind": (lambda c: c["network"]["layers"][0].update(kind="lstm"), "network.layers[0].kind: Invalid enum value"),
    "shape zero": (lambda c: c["network"]["layers"][0].update(shape=[0]), "network.layers[0].shape[0]"),
    "huge layer": (lambda c: c["network"]["layers"][0].update(shape=[10**8, 10**8]), "would have"),
    "id twice": (lambda c: c["network"]["synapses"][0].update(id=1), "it uses the number 1 twice"),
    "dangling": (
        lambda c: c["network"]["synapses"][0].update(target=77),
        "its synapses 4 hang on layer 77, which is missing",
    ),
    "into input": (lambda c: c["network"]["synapses"][0].update(source=2, target=1), '"x" is an input'),
    "to itself": (lambda c: c["network"]["synapses"][0].update(source=2), "cannot be wired to itself"),
    "wired twice": (lambda c: c["network"]["synapses"][1].update(source=1, target=2), "are wired twice"),
    "activation": (
        lambda c: c["network"]["layers"][1]["activation"].update(key="os.system"),
        'There is no activation "os.system"; there are: linear',
    ),
    "wiring": (lambda c: c["network"]["synapses"][0]["wiring"].update(key="magic"), 'There is no wiring "magic"'),
    "initializer": (lambda c: c["network"]["synapses"][0]["initializer"].update(key="x"), 'no initializer "x"'),
    "optimizer": (lambda c: c["training"]["optimizer"].update(key="x"), 'There is no optimizer "x"'),
    "loss": (lambda c: c["training"]["loss"].update(key="x"), 'There is no loss "x"'),
    "setting": (lambda c: c["training"]["optimizer"].update(settings=[["speed", 1]]), 'has no setting "speed"'),
    "setting kind": (
        lambda c: c["training"]["optimizer"].update(settings=[["learning_rate", "fast"]]),
        "Learning rate of Adam is 'fast'; it must be a number",
    ),
    "setting object": (
        lambda c: c["training"]["optimizer"].update(settings=[["learning_rate", {"a": 1}]]),
        "it has a setting that is no number, switch or text",
    ),
    "generator": (lambda c: c["data"]["source"].update(key="moons"), 'There is no generator "moons"'),
    "batch": (lambda c: c["training"].update(batch_size=0), "training.batch_size"),
    "dtype": (lambda c: c["training"].update(dtype="object"), "training.dtype"),
    "validation": (lambda c: c["data"].update(validation=1.5), "data.validation"),
    "columns": (lambda c: c["data"]["columns"][1].update(name="width"), "two columns of the same name"),
    "scale": (lambda c: c["data"]["preparation"]["inputs"][0].update(scale=0), "scale 0"),
    "fill": (lambda c: c["data"]["preparation"]["inputs"][0].update(fill="tall"), "the wrong kind of value"),
    "targets": (lambda c: c["data"]["preparation"].update(targets=[]), "prepared without a target"),
    "layout": (lambda c: c["layout"].append([77, 0.0, 0.0]), "it places layer 77, which is missing"),
    "array gone": (lambda c: c["arrays"].remove("weights/4"), "some of its arrays are missing"),
    "same": (lambda c: c["same"].append("weights/99"), 'initial parameters refer to "weights/99"'),
    "same odd": (lambda c: c["same"].append("state/__class__"), 'initial parameters refer to "state/__class__"'),
}


@pytest.mark.parametrize("case", JSON_FAULTS)
def test_json_faults(saved: Path, case: str) -> None:
    change, sentence = JSON_FAULTS[case]
    assert sentence in refusal(rewritten(saved, change))


def test_cycle(saved: Path) -> None:
    def close(content: dict[str, Any]) -> None:
        network = content["network"]
        network["layers"].append({**network["layers"][2], "id": 7, "name": "extra"})
        for number, source, target in ((10, 2, 7), (11, 7, 2)):
            network["synapses"].append({**network["synapses"][0], "id": number, "source": source, "target": target})

    assert "The synapses form a cycle through" in refusal(rewritten(saved, close))


RAW_FAULTS = {
    "not json": (b"hello", "is no valid JSON"),
    "nan": (b'{"version": NaN}', "holds NaN, which is no number"),
    "infinity": (b'{"version": 1, "x": -Infinity}', "holds -Infinity, which is no number"),
    "too large": (b'{"version": 1, "x": 1e999}', "holds 1e999, which is no number"),
    "twice": (b'{"version": 1, "seed": 1, "seed": 2}', 'says "seed" twice'),
    "deep": (b"[" * 200_000 + b"]" * 200_000, "is no valid JSON"),
    "long number": (b'{"version": ' + b"9" * 10_000 + b"}", "is no valid JSON"),
    "not an object": (b"[1]", "is not an nnstudio project"),
    "latin-1": (b'{"version": "\xe9"}', "is no valid JSON"),
}


@pytest.mark.parametrize("case", RAW_FAULTS)
def test_json_that_readers_let_pass(saved: Path, case: str) -> None:
    raw, sentence = RAW_FAULTS[case]
    assert sentence in refusal(rewritten(saved, raw=raw))


def _with(name: str, values: Any) -> Change:
    return lambda arrays: arrays.update({name: values})


ARRAY_FAULTS: dict[str, tuple[Change, str]] = {
    "shape": (
        _with("weights/4", np.zeros((3, 2))),
        'the weights of "x" → "h "1" → ü" are 3 x 2 numbers instead of 2 x 3',
    ),
    "bias shape": (_with("biases/3", np.zeros(3)), 'the biases of "y" are 3 numbers instead of 2'),
    "mask shape": (_with("frozen/4", np.zeros((2, 2), bool)), "the frozen synapses of"),
    "nan": (
        _with("weights/4", np.array([[1, 2, 3], [4, np.nan, 6]])),
        'the weights of "x" → "h "1" → ü" hold nan, which is no number',
    ),
    "inf": (_with("biases/3", np.array([np.inf, 0])), 'the biases of "y" hold inf, which is no number'),
    "initial nan": (_with("initial/weights/4", np.full((2, 3), np.nan)), "the initial weights of"),
    "type": (_with("weights/4", np.zeros((2, 3), np.float32)), 'its array "weights/4" is none of a project'),
    "mask type": (_with("frozen/4", np.zeros((2, 3))), 'its array "frozen/4" is none of a project'),
    "series": (_with("series/loss", np.zeros((2, 2))), 'its curve "loss" is not a row of numbers'),
}


@pytest.mark.parametrize("case", ARRAY_FAULTS)
def test_array_faults(saved: Path, case: str) -> None:
    change, sentence = ARRAY_FAULTS[case]
    assert sentence in refusal(rewritten(saved, arrays=change))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("weights/99", "it has weights of number 99, which is missing"),
        ("biases/2", "it has biases of number 2, which is missing"),  # that layer has no bias
        ("weights/../../x", 'its array "weights/../../x" is none of a project'),
        ("weights/04", 'its array "weights/04" is none of a project'),
        ("thoughts/1", 'its array "thoughts/1" is none of a project'),
    ],
)
def test_arrays_of_nothing(saved: Path, name: str, sentence: str) -> None:
    rewritten(saved, lambda c: c["arrays"].append(name), _with(name, np.zeros(3)))
    assert sentence in refusal(saved)


def test_array_that_the_json_does_not_list(saved: Path) -> None:
    assert "some of its arrays are missing" in refusal(rewritten(saved, arrays=_with("state/x", np.zeros(3))))


def test_damaged_arrays(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        text = archive.read("project.json")
    for data in (b"", b"\xff" * 40, struct.pack("<Q", 8) + b'{"a":{}}', struct.pack("<Q", 1 << 60)):
        with zipfile.ZipFile(saved, "w") as archive:
            archive.writestr("project.json", text)
            archive.writestr("arrays.safetensors", data)
        assert "its arrays are damaged" in refusal(saved)


def test_zip_bombs_are_refused_before_they_inflate(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        text = archive.read("project.json")
    for name, size in (("project.json", 300 << 20), ("arrays.safetensors", 300 << 20)):
        with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in ("project.json", "arrays.safetensors"):
                archive.writestr(member, bytes(size) if member == name else text)
        tracemalloc.start()
        assert f"its {name} would take 300 MB, which cannot be right" in refusal(saved)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 10 << 20


def test_zip_that_lies_about_its_sizes(saved: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.json", b"[" + b" " * (100 << 20) + b"]")
        archive.writestr("arrays.safetensors", b"")
    data = bytearray(buffer.getvalue())
    true = struct.pack("<I", (100 << 20) + 2)
    place = data.find(true)
    while place >= 0:
        data[place : place + 4] = struct.pack("<I", 1000)
        place = data.find(true)
    saved.write_bytes(bytes(data))
    assert "it is damaged or cut short" in refusal(saved)


def test_members_twice_and_encrypted(saved: Path) -> None:
    data = saved.read_bytes()
    with zipfile.ZipFile(saved, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("project.json", b"{}")
    assert "it is a zip archive, but not an nnstudio project" in refusal(saved)
    broken = bytearray(data)
    broken[6] |= 1
    central = data.index(b"PK\x01\x02")
    broken[central + 8] |= 1
    saved.write_bytes(bytes(broken))
    assert "it is damaged or cut short" in refusal(saved)


def test_deflated_by_another_program_is_fine(saved: Path, document: Document, assert_same: Any) -> None:
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README", "unpacked and packed again")
        for name, data in reversed(parts.items()):
            archive.writestr(name, data)
    assert_same(document, project.load(saved))
