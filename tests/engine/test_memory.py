"""Images stay bytes: training on as many as Fashion-MNIST has keeps the process small; an epoch allocates nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nnstudio.document import Part, Progress, Training
from nnstudio.engine.run import FLAGS
from nnstudio.engine.work import Work
from tests.benchmarks.accuracy import FASHION

MOST = 400  # MB, of the whole process: interpreter, compiler, data and network

SCRIPT = """
import gzip, json, resource, sys
from pathlib import Path
import numpy as np
import nnstudio as nn

def peak():
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells there is the most of this process and of the one that began it
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)

def images(name, count):
    if folder is None:
        rng = np.random.default_rng(count)
        return rng.integers(0, 256, (count, *shape), dtype=np.uint8), rng.integers(0, 10, count)
    with gzip.open(Path(folder) / f"{name}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), dtype=np.uint8, offset=16).reshape(count, *shape)
    with gzip.open(Path(folder) / f"{name}-labels-idx1-ubyte.gz") as file:
        return pixels, np.frombuffer(file.read(), dtype=np.uint8, offset=8)

folder, convolved = json.loads(sys.argv[1])
shape = (28, 28, 1) if convolved else (784,)
net = nn.Network(seed=1)
before = net.add(nn.Input(shape))
if convolved:
    seen, smaller = net.add(nn.Hidden((28, 28, 4), "relu")), net.add(nn.Hidden((7, 7, 4), "linear", bias=False))
    net.connect(before, seen, nn.Convolution(3))
    net.connect(seen, smaller, nn.Pooling(size=4))
else:
    smaller = net.add(nn.Hidden(100, "relu"))
    net.connect(before, smaller)
net.connect(smaller, net.add(nn.Output(10, "softmax")))
X, y = images("train", 60_000)
run = nn.train(net, X, y, optimizer=nn.Adam(1e-4), batch_size=128, epochs=1, validation=images("t10k", 10_000))
said = run.network.predict(X)
assert said.shape == (60_000, 10) and run.epochs == 1
print(json.dumps({"peak": peak(), "accuracy": float(run.history["val_accuracy"][-1])}))
"""


CASES = {
    "dense": lambda make: make.chain((7, 8, 8, 3), "tanh", "softmax"),
    "wide": lambda make: make.chain((64, 300, 3), "relu", "softmax"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_epoch_of_a_steady_run_allocates_nothing(name: str, make) -> None:
    from numba.core.runtime import _nrt_python, rtsys

    document = CASES[name](make)
    data = make.classes(document.network.layers[1].size, 3, 100, 20)
    training = Training(Part("cross_entropy"), Part("adam"), 16, 1)
    work = Work(document.network, document.parameters, training, data, Progress(), np.zeros(FLAGS, dtype=np.int64))
    work.advance(2)
    _nrt_python.memsys_enable_stats()
    compiled, python = [], []
    for epochs in (1, 500):  # a call hands its arrays over, which counts, however many epochs it has
        before = rtsys.get_allocation_stats().alloc
        tracemalloc.start()
        work.advance(work.epoch + epochs)
        python.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        compiled.append(rtsys.get_allocation_stats().alloc - before)
    assert compiled[0] == compiled[1]
    assert python[1] - python[0] < 500 * 4 * 8 * 3 + 20_000, "four curves, and what they grow by"


def of_a_process(folder: Path | None, convolved: bool) -> dict[str, float]:
    given = json.dumps([None if folder is None else str(folder), convolved])
    done = subprocess.run([sys.executable, "-c", SCRIPT, given], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("convolved", [False, True], ids=["dense", "convolution"])
def test_training_on_60000_images_of_bytes_stays_small(convolved: bool) -> None:
    assert of_a_process(None, convolved)["peak"] < MOST


@pytest.mark.skipif(not FASHION.exists(), reason="Fashion-MNIST is too large for the project, and is not here")
def test_training_on_fashion_mnist_stays_small_and_learns() -> None:
    found = of_a_process(FASHION, convolved=False)
    assert found["peak"] < MOST
    assert found["accuracy"] > 0.6, "after one epoch, from bytes as they are"
