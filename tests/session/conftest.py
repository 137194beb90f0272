"""What tests of sessions share: an open session that is closed again, and a small project ready to train."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from nnstudio.document import Message, Source
from nnstudio.document.edits import AddLayer, Connect, SetTraining, Several
from nnstudio.session import Loaded, Session, load

Wait = Callable[[Callable[[], bool]], None]


@cache
def _loaded(kind: str, key: str) -> Loaded:
    settings = (("samples", 60),) if kind == "generator" else ()
    return load(Source(kind, key, settings))  # type: ignore[arg-type]


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    made.close()


@pytest.fixture
def build(session: Session) -> Callable[..., Session]:
    """Data, and a network 'input (1) - hidden (2) - output (3)' that fits it; epochs and batches are small."""

    def make(kind: str = "generator", key: str = "xor", epochs: int = 20, **settings: object) -> Session:
        session.use(_loaded(kind, key))
        session.do(
            Several(
                Message.of("Build"),
                (
                    AddLayer("input", (0.0, 0.0)),
                    AddLayer("hidden", (264.0, 0.0), size=4),
                    AddLayer("output", (528.0, 0.0)),
                    Connect(1, 2),
                    Connect(2, 3),
                ),
            )
        )
        session.do(SetTraining((("epochs", epochs), ("batch_size", 10), *settings.items())))
        return session

    return make


@pytest.fixture
def until(session: Session) -> Wait:
    """Poll the session, as the window's timer does, until something is true."""

    def wait(true: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not true():
            session.poll()
            assert time.monotonic() < end, "nothing came in time"
            time.sleep(0.002)

    return wait
