"""An open project: do and undo, open and save, train and pause. Window and terminal stand on it alike."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nnstudio.catalog import initial
from nnstudio.document import DataRecipe, Dataset, Document, Message, Parameters, Source, StudioError
from nnstudio.document.edits import Edit, Redraw, Reset, SetData, Trained
from nnstudio.events import Event
from nnstudio.session.background import Background
from nnstudio.session.changes import Change, Changes
from nnstudio.session.history import History
from nnstudio.session.judging import Judge
from nnstudio.session.live import Live
from nnstudio.session.problems import Problem, find_problems
from nnstudio.session.samples import Loaded, Samples, load
from nnstudio.session.walking import Walks

if TYPE_CHECKING:
    from nnstudio.data import Table
    from nnstudio.engine import Snapshot, TrainingRun

State = Literal["idle", "running", "paused", "finished"]
Grain = Literal["operation", "sample", "micro_batch", "batch", "epoch"]


class Session:
    """One project. All methods belong to one thread (the window's, or the program's).

    ``changed`` tells of every new document, ``state_changed`` of the transport, ``live_changed`` (inside ``poll``) of
    new values while training, ``failed`` (inside ``poll``) of an exception in a worker, ``problems_changed`` (inside
    ``poll``) of problems that took a while to find.
    """

    def __init__(self) -> None:
        self.changed = Changes()
        self.state_changed: Event[State] = Event()
        self.live_changed: Event[Live] = Event()
        self.failed: Event[Exception] = Event()
        self.problems_changed: Event[None] = Event()
        self.background = Background()
        self.history = History(Document())
        self.path: Path | None = None
        self.notice: Message | None = None
        self.state: State = "idle"
        self._saved = self.document
        self._samples = Samples()
        self._loaded: Loaded | None = None
        self._data_problem: StudioError | None = None
        self._judge = Judge(self.background, self.problems_changed)
        self._run: TrainingRun | None = None
        self._snapshot: Snapshot | None = None
        self.stopped: str | None = None  # why the last run ended, None where it was paused
        self._stepping = False
        self.walks = Walks(lambda: (self.document, self._ready()), self._update, self.background)
        self._goal: int | None = None
        self.threads: int | None = None  # how many one training uses at most; None: as the machine has them

    # -- the document ---------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The present document."""
        return self.history.document

    @property
    def edited(self) -> bool:
        """Whether the document differs from the file (or from an empty one)."""
        return self.document is not self._saved or self._run is not None

    def do(self, edit: Edit, merge: Hashable | None = None) -> None:
        """Apply ``edit`` as one named step; consecutive steps with the same ``merge`` key are one undo.

        While training, an edit of anything that training reads pauses the run between two batches and goes on from
        there. StudioError where the edit is refused: nothing has changed then.
        """
        before = self.document
        after = initial.fill(edit.apply(before), before)
        if after is before:
            return
        going_on = self.state == "running" and not _same_work(before, after) and self._rest()
        try:
            if self.document is not before:
                before = self.document
                after = initial.fill(edit.apply(before), before)
            name = self.history.add(edit, after, merge)
            self._moved(before, name)
        finally:
            self._go_on(going_on)

    def undo(self) -> None:
        """Take back the last step; a run in progress is paused first and counts as that step."""
        self._go(-1)

    def retract(self, merge: Hashable) -> None:
        """Take the present step back as if it had never begun, where it was made with that ``merge`` key.

        A gesture that is given up leaves no trace: what could be redone before it can be redone again.
        """
        before, name = self.document, self.history.undo_name
        if name is not None and self.history.retract(merge):
            self._moved(before, name)

    def redo(self) -> None:
        """Do the next step again."""
        self._go(+1)

    def jump(self, index: int) -> None:
        """Go to entry ``index`` of the history at once; a run in progress is paused first and counts as a step.

        Nothing more happens where that step was dropped by the pause. IndexError where there is no such entry.
        """
        wanted = self.history.entries[index]
        self._rest()
        history, before = self.history, self.document
        place = next((i for i, entry in enumerate(history.entries) if entry is wanted), history.index)
        if place != history.index:
            history.go(place)
            self._moved(before, wanted.name)

    def _go(self, direction: int) -> None:
        self._rest()
        history, before = self.history, self.document
        name = history.undo_name if direction < 0 else history.redo_name
        if name is None:
            return
        history.go(history.index + direction)
        self._moved(before, name)

    def _moved(self, before: Document, name: Message) -> None:
        """Tell of the document that history stands at now; whatever is raised on the way, everybody hears of it."""
        after, told = self.document, self.state
        if after.progress.epoch < before.progress.epoch or after.training.epochs != before.training.epochs:
            self._goal = None
        if not _same_work(before, after):
            self.notice = None
        if self.state != "running" and after.progress is not before.progress:
            self.state = "paused" if after.progress.updates else "idle"
        self._judge.forget()
        left = self.walks.leave(after)
        try:
            if after.data is not before.data:
                self._refresh_data()
        finally:
            self._tell(before, name, told, left)

    def _tell(self, before: Document, name: Message, told: State, left: bool) -> None:
        """Tell of the document first: whoever hears that a walk was ``left``, or of the state, reads it."""
        try:
            self.changed.emit(Change(before, self.document, name))
        finally:
            try:
                if left:
                    self.walks.tell()
            finally:
                if self.state != told:
                    self.state_changed.emit(self.state)

    # -- files ----------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty project."""
        self._start_with(Document(), None)

    def open(self, path: Path | str) -> None:
        """Open a project file; StudioError says what is wrong with it, and the present project stays."""
        from nnstudio import project

        path = Path(path)
        self._start_with(initial.fill(project.load(path)), path)

    def save(self, path: Path | str | None = None) -> None:
        """Write the project to ``path``, or to the file it came from; what was trained so far is saved too."""
        from nnstudio import project

        target = Path(path) if path is not None else self.path
        if target is None:
            raise StudioError("This project has no file yet: choose where to save it.")
        going_on = self._rest()
        document = self.document
        try:
            project.save(document, target)
        finally:
            self._go_on(going_on)
        self.path = target
        self._saved = document

    def _start_with(self, document: Document, path: Path | None) -> None:
        self._rest()
        before = self.document
        self.history = History(document)
        self.path, self._saved = path, document
        self._goal, self.notice = None, None
        self._judge.forget()
        told, self.state = self.state, "paused" if document.progress.updates else "idle"
        left = self.walks.leave()
        try:
            self._refresh_data()
        finally:
            self._tell(before, Message.of("Open"), told, left)

    # -- data -----------------------------------------------------------------------------------------------------

    @property
    def table(self) -> Table | None:
        """The raw table of the data, or None where there is none or it cannot be read."""
        return self._loaded.table if self._loaded else None

    @property
    def dataset(self) -> Dataset | None:
        """The prepared samples, or None where there are none or they cannot be read."""
        return self._loaded.dataset if self._loaded else None

    @property
    def data_problem(self) -> StudioError | None:
        """Why the data of the document cannot be used."""
        return self._data_problem

    @property
    def base(self) -> Path | None:
        """The folder from which relative paths of data files start."""
        return self.path.parent if self.path else None

    def choose_data(self, source: Source, target: str | None = None) -> None:
        """Read ``source``, prepare it and fit the network to it, as one step; StudioError says what is wrong."""
        self.use(load(source, target, self.base))

    def use(self, loaded: Loaded, merge: Hashable | None = None) -> None:
        """Make data that was loaded elsewhere (``load`` may run on another thread) the document's, as one step."""
        self._samples.keep(loaded)
        self.do(SetData(loaded.recipe), merge)

    def change_recipe(self, recipe: DataRecipe, merge: Hashable | None = None) -> None:
        """Prepare the data in another way, as one step; StudioError says what is wrong, and nothing has changed."""
        self.use(self._samples.of(recipe, self.base), merge)

    def remove_data(self) -> None:
        """Take the data away."""
        self.do(SetData(None))

    def _refresh_data(self) -> None:
        self._loaded, self._data_problem = self._samples.try_of(self.document.data, self.base)

    # -- problems -------------------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the present document, errors first; found when first asked for."""
        running = self.state == "running"
        data = (self.dataset, self._data_problem)
        return self._judge.problems(self.document, *data, self.notice, self._refitted(), running)

    def problems_of(self, document: Document) -> tuple[Problem, ...]:
        """What would be wrong with another document and the present data; nothing that takes long is looked for."""
        return find_problems(document, self.dataset, self._data_problem, self.notice, self._refitted())

    def _refitted(self) -> DataRecipe | None:
        """The recipe as the data is now, where that is not what the document holds: its file has changed."""
        recipe, loaded = self.document.data, self._loaded
        if recipe is None or loaded is None or recipe.preparation is None:
            return None
        return loaded.recipe if loaded.recipe.preparation != recipe.preparation else None

    def _blocking(self) -> Problem | None:
        return next((problem for problem in self.problems if problem.severity == "error"), None)

    # -- training -------------------------------------------------------------------------------------------------

    @property
    def goal(self) -> int:
        """The epoch at which training will end: the settings' epochs, and as many more each time they are reached."""
        done, wanted = self.document.progress.epoch, self.document.training.epochs
        if self._goal is not None and self._goal > done:
            return self._goal
        return wanted if wanted > done else done + wanted

    @property
    def live(self) -> Live:
        """The newest values."""
        if self._snapshot is not None and self.dataset is not None:
            return Live.of_snapshot(self._snapshot, len(self.dataset.train))
        finished = self.state == "finished"
        return Live.of_document(self.document, self.document.progress.epoch if finished else self.goal)

    @property
    def parameters(self) -> Parameters:
        """The newest weights and biases: the run's while it trains."""
        if self._snapshot is not None and self.dataset is not None:
            return self._snapshot.parameters
        return self.document.parameters

    def train(self) -> None:
        """Train towards ``goal`` on a worker thread; StudioError is the first problem that keeps it from doing so."""
        if self.state != "running":
            self._goal = self.goal
            self._begin().start()
            try:
                self.walks.drop()
            finally:
                self._set_state("running")

    def step(self, grain: Grain) -> None:
        """Go on by one grain.

        A batch or an epoch is trained on the worker thread, then it rests. An operation, a sample or a micro-batch
        (a part of the batch, where it is worked through in parts) goes on in a walk through the next update, in which
        no parameter moves; where the walk comes to its end, the update is made, just as training makes it.
        """
        if self.state == "running" or (grain != "epoch" and self.walks.go(grain)):
            return
        self._train_on("epoch" if grain == "epoch" else "batch")
        self.walks.drop()

    def _update(self) -> None:
        self.history.seal()  # an update that was walked to is a step of its own
        self._train_on("batch")

    def _go_on(self, going_on: bool) -> None:
        """Train on where something has interrupted it and nothing keeps it from training now."""
        if going_on and not self._blocking():
            self.train()

    def _train_on(self, grain: Literal["batch", "epoch"]) -> None:
        if self._goal is None or self._goal <= self.document.progress.epoch:
            self._goal = self.goal
        self._begin(stepping=True).step(grain)
        self._stepping = True
        self._set_state("running")

    def _begin(self, *, stepping: bool = False) -> TrainingRun:
        from nnstudio import engine

        dataset, document = self._ready(), self.document
        self.notice, self._snapshot, self.stopped = None, None, None
        self._judge.forget()
        self._run = engine.TrainingRun(
            document.network,
            document.parameters,
            document.training,
            dataset,
            document.progress,
            self.goal,
            self.threads,
        )
        if not stepping:  # consecutive steps are one undo, a run is one of its own
            self.history.seal()
        return self._run

    def _ready(self) -> Dataset:
        """The samples to train on; StudioError is the first problem that keeps it from training."""
        problem = self._blocking()
        if problem is not None:
            raise StudioError(problem.message.template, **dict(problem.message.values))
        if self.dataset is None:
            raise StudioError("There is no data: open a CSV file or pick a data set.")
        return self.dataset

    def pause(self) -> None:
        """Rest between two batches; what was trained becomes part of the document, as one step."""
        self._rest()

    def stop(self) -> None:
        """End the run and keep its result; the next Train trains the full number of epochs again."""
        self._rest()
        self._goal = None
        if self.document.progress.updates:
            done, wanted = self.document.progress.epoch, self.document.training.epochs
            self._goal = done + wanted
        if self.state == "paused":
            self._set_state("finished")

    def reset(self) -> None:
        """Back to the same initial weights and epoch 0, as one step."""
        self._rest()
        if self.document.progress.updates or self.document.parameters is not self.document.initial:
            self.do(Reset())
        self._set_state("idle")

    def redraw(self, seed: int | None = None) -> None:
        """Draw new initial weights (by default from the next seed), as one step."""
        self._rest()
        self.do(Redraw(self.document.seed + 1 if seed is None else seed))
        self._set_state("idle")

    def poll(self) -> bool:
        """Deliver what workers have brought: results, the newest values, the end of a run. True where there was any.

        One timer of the window calls this; the terminal calls it in a loop.
        """
        news = False
        try:
            news = self.background.collect()
        except Exception as error:  # noqa: BLE001 (told to whoever listens; a worker's fault must not stop the clock)
            self.failed.emit(error)
            news = True
        if self._run is None:
            return news
        snapshot = self._run.poll()
        if snapshot is None or snapshot.run != self._run.id:
            return news
        if self._run.state == "running" and snapshot.state == "running":
            self._snapshot = snapshot
            self.live_changed.emit(self.live)
        else:
            self._rest()
        return True

    def close(self) -> None:
        """End all threads; what runs is committed to the document first."""
        try:
            self._rest()
        finally:
            self.background.close()

    def _rest(self) -> bool:
        """Bring the run to rest and make its result part of the document; True where it still had a way to go."""
        run, self._run = self._run, None
        if run is None:
            return False
        stepping, self._stepping = self._stepping, False
        run.pause()
        snapshot = run.snapshot()
        run.stop()
        run.join(10.0)
        self._snapshot = None
        if snapshot.failure is not None:
            self._judge.forget()
            self._end_run("paused" if self.document.progress.updates else "idle", None)
            self.failed.emit(snapshot.failure)
            return False
        self.stopped = snapshot.reason
        reached = snapshot.reason == "epochs" and snapshot.epoch >= (self._goal or 0)
        reached = reached or snapshot.reason in ("target", "patience", "time")
        self.state = "paused"  # of which is told when the document has been
        before, done = self.document, self.document.progress
        try:
            if (snapshot.updates, snapshot.epoch, snapshot.batch) != (done.updates, done.epoch, done.batch):
                edit = Trained(snapshot.parameters, snapshot.progress)
                name = self.history.add(edit, edit.apply(before), "step" if stepping else None)
                self._judge.forget()
                self.changed.emit(Change(before, self.document, name))
        finally:
            if snapshot.reason == "diverged" and snapshot.message is not None:
                self.notice = snapshot.message
                self._judge.forget()
            self._end_run("finished" if reached else "paused", self.document if self.document is not before else None)
        self.live_changed.emit(self.live)
        return not (reached or stepping or snapshot.reason == "diverged")

    def _end_run(self, state: State, made: Document | None) -> None:
        """Tell that a run has ended, also one of a single step, and what a walk has ``made`` of the document by it."""
        try:
            if self.walks.updating:
                if made is not None:
                    self.history.seal()
                self.walks.made(made)
        finally:
            if self._run is None:  # nobody who heard of the document has begun another
                self.state = state
                self.state_changed.emit(state)

    def _set_state(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _same_work(before: Document, after: Document) -> bool:
    """Whether training reads the same from both documents."""
    return (
        before.network.layers is after.network.layers
        and before.network.synapses is after.network.synapses
        and before.parameters is after.parameters
        and before.data is after.data
        and before.training == after.training
        and before.progress is after.progress
    )
