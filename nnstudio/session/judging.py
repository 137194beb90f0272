"""Problems of the present document: found when somebody asks, kept as long as nothing that decides them changes."""

from __future__ import annotations

from functools import partial

from nnstudio.document import DataRecipe, Dataset, Document, Message, StudioError
from nnstudio.events import Event
from nnstudio.session.background import Background
from nnstudio.session.hints import Dead, can_die, dead_neurons
from nnstudio.session.problems import Problem, find_problems

DECIDING = ("network", "data", "training", "progress")  # what of a document problems are found in, beside its layout


class Judge:
    """Keeps what was found last; ``changed`` tells of what took a while, on the ``background``, to be found out."""

    def __init__(self, background: Background, changed: Event[None]) -> None:
        self._background, self._changed = background, changed
        self._found: tuple[Problem, ...] | None = None
        self._judged: tuple[tuple[object, ...], tuple[Problem, ...]] | None = None  # of what they were found, last time
        self._asked: tuple[object, object, object] = (None, None, None)
        self._dead: tuple[tuple[object, object, object], Dead] = (self._asked, Dead())

    def forget(self) -> None:
        """Something has changed: look again when somebody asks."""
        self._found = None

    def problems(
        self,
        document: Document,
        dataset: Dataset | None,
        data_problem: StudioError | None,
        notice: Message | None,
        refitted: DataRecipe | None,
        running: bool,
    ) -> tuple[Problem, ...]:
        """What ``find_problems`` finds; silent neurons are looked for where the network rests, trained."""
        if self._found is None:
            silent = None if running else self._silent(document, dataset)
            asked = (dataset, data_problem, notice, refitted, silent)
            parts = tuple(getattr(document, name) for name in DECIDING)
            masks = (document.parameters.masks, document.parameters.muted)
            seen = (*asked, *parts, *masks, document.layout)
            if self._judged is None or not _nothing_new(seen, *self._judged):
                self._judged = (seen, find_problems(document, *asked))
            self._found = self._judged[1]
        return self._found

    def _silent(self, document: Document, dataset: Dataset | None) -> Dead | None:
        """The neurons of the trained network that answer nothing, where that is known; else it is found out."""
        if dataset is None or not document.progress.updates or not can_die(document.network):
            return None
        key = (document.network, document.parameters, dataset)
        if all(a is b for a, b in zip(key, self._dead[0], strict=True)):
            return self._dead[1]
        if not all(a is b for a, b in zip(key, self._asked, strict=True)):
            self._asked = key
            self._background.submit("dead neurons", partial(dead_neurons, *key), partial(self._take_dead, key))
        return None

    def _take_dead(self, key: tuple[object, object, object], dead: Dead) -> None:
        self._dead = (key, dead)
        if dead.neurons:
            self.forget()
            self._changed.emit(None)


def _nothing_new(seen: tuple[object, ...], before: tuple[object, ...], found: tuple[Problem, ...]) -> bool:
    """Whether the same problems would be found; the layout, which comes last, matters only to what mends an error."""
    count = len(seen) - all(problem.severity != "error" for problem in found)
    return all(a is b for a, b in zip(seen[:count], before[:count], strict=True))
