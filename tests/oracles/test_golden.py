"""Every optimizer against trajectories that PyTorch wrote down, where PyTorch itself is not at hand."""

from __future__ import annotations

from pathlib import Path

from nnstudio.catalog import optimizers


def test_twenty_epochs_equal_what_pytorch_wrote_down(small, golden) -> None:
    assert sorted(golden.recorded) == [1, small.epochs]
    for epochs, wanted in golden.recorded.items():
        small.same_trajectory(small.ours(golden.part, epochs), wanted)


def test_every_optimizer_is_written_down_with_its_defaults_and_without() -> None:
    names = {path.stem for path in (Path(__file__).parent / "golden").glob("*.json")}
    assert set(optimizers) <= {name.partition("_")[0] for name in names}
    assert len(names) >= 2 * len(optimizers)
