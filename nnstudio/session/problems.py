"""What keeps a network from training, or should make one think: plain words beside the object, with a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from nnstudio import catalog
from nnstudio.catalog.wiring import fits_all
from nnstudio.document import DataRecipe, Dataset, Document, Layer, Message, Part, StudioError, Training
from nnstudio.document.edits import (
    AddLayer,
    Connect,
    Edit,
    Remove,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetData,
    SetSynapses,
    SetTraining,
    Several,
)
from nnstudio.document.edits.structure import LARGEST_LAYER, shape_text
from nnstudio.session.hints import Dead, Hint, crowded, flat, silent
from nnstudio.session.regularity import normalized_alone
from nnstudio.session.whole_batches import demands

Severity = Literal["error", "warning"]
COLUMN_GAP = 264.0


@dataclass(frozen=True, slots=True)
class Where:
    """The object that a problem belongs to."""

    kind: Literal["layer", "synapses", "data", "training", "network"]
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """One undoable edit that mends a problem, and what its button says."""

    label: Message
    edit: Edit


@dataclass(frozen=True, slots=True)
class Problem:
    """An error keeps the network from training, a warning does not."""

    severity: Severity
    where: Where
    message: Message
    fix: Fix | None = None
    others: tuple[Fix, ...] = ()  # other edits that would mend it too

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """All edits that mend it, the best first."""
        return self.others if self.fix is None else (self.fix, *self.others)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return str(self.message)


def find_problems(
    document: Document,
    dataset: Dataset | None,
    data_problem: StudioError | None = None,
    notice: Message | None = None,
    refitted: DataRecipe | None = None,
    dead: Dead | None = None,
) -> tuple[Problem, ...]:
    """All problems of ``document`` with its prepared data, errors first.

    ``notice`` is what the last run reported; ``refitted`` the recipe as the data is now, where its file has changed
    since the document was made; ``dead`` the neurons that were found to answer nothing.
    """
    found = [*_structure(document), *_wirings(document), *_data(document, dataset, data_problem)]
    hints: list[Hint] = list(flat(document))
    if dataset is not None and not any(problem.severity == "error" for problem in found):
        hints += [*crowded(document, dataset), *(silent(document, dead) if dead is not None else ())]
    for hint in hints:
        fixes = [Fix(label, edit) for label, edit in hint.fixes]
        first = fixes[0] if fixes else None
        found.append(Problem("warning", Where("layer", hint.layer), hint.message, first, tuple(fixes[1:])))
    for layer, message, label, edit in normalized_alone(document, dataset):
        found.append(Problem("warning", Where("layer", layer.id), message, Fix(label, edit)))
    for message, wishes in demands(document):
        mending = [Fix(label, edit) for label, edit in wishes]
        found.append(Problem("warning", Where("training"), message, mending[0], tuple(mending[1:])))
    if refitted is not None and document.data is not None:
        changed = Message.of("The data of {name} has changed since this project was made.", name=document.data.name)
        fix = Fix(Message.of("Use it as it is now"), SetData(refitted))
        found.append(Problem("warning", Where("data"), changed, fix))
    if notice is not None:
        slower = _slower(document)
        found.append(Problem("warning", Where("training"), notice, slower))
    return tuple(sorted(found, key=lambda problem: problem.severity != "error"))


def _error(where: Where, message: Message, fix: Fix | None = None, *others: Fix | None) -> Problem:
    rest = tuple(other for other in others if other is not None)
    if fix is None and rest:
        fix, rest = rest[0], rest[1:]
    return Problem("error", where, message, fix, rest)


def _starter(document: Document) -> Several:
    """An input, a hidden and an output layer in a row, wired."""
    first = document.network.next_id
    return Several(
        Message.of("Add a first network"),
        (
            AddLayer("input", (-COLUMN_GAP, 0.0)),
            AddLayer("hidden", (0.0, 0.0)),
            AddLayer("output", (COLUMN_GAP, 0.0)),
            Connect(first, first + 1),
            Connect(first + 1, first + 2),
        ),
    )


def _structure(document: Document) -> Iterator[Problem]:
    network = document.network
    if not network.layers:
        message = Message.of("The canvas is empty: drag an Input, a Hidden and an Output onto it.")
        yield _error(Where("network"), message, Fix(Message.of("Add all three, wired"), _starter(document)))
        return
    if not network.of_kind("input"):
        yield _error(
            Where("network"),
            Message.of("There is no input layer: drag one onto the canvas."),
            Fix(Message.of("Add an input"), AddLayer("input", _free_place(document, "left"))),
        )
    if not network.of_kind("output"):
        yield _error(
            Where("network"),
            Message.of("There is no output layer: drag one onto the canvas."),
            Fix(Message.of("Add an output"), AddLayer("output", _free_place(document, "right"))),
        )
    try:
        order = network.order
    except StudioError as error:
        yield _error(Where("network"), error.message)
        return
    for layer_id in order:
        layer = network.layers[layer_id]
        where = Where("layer", layer_id)
        if layer.kind != "input" and not network.incoming[layer_id]:
            message = Message.of('"{layer}" has no incoming synapses: wire a layer to it.', layer=layer.name)
            yield _error(where, message, _wire(document, layer, arriving=True), _removal(document, layer))
        if layer.kind != "output" and not network.outgoing[layer_id]:
            message = Message.of('"{layer}" leads nowhere: wire it to another layer.', layer=layer.name)
            yield _error(where, message, _wire(document, layer, arriving=False), _removal(document, layer))


def _wirings(document: Document) -> Iterator[Problem]:
    """Layers that do not fit the way in which they are wired, with the shape that would."""
    network = document.network
    entries: dict[str, catalog.Wiring] = {}
    for synapses in network.synapses.values():
        part = synapses.wiring
        entry = entries.get(part.key) or entries.setdefault(part.key, catalog.wirings[part.key])
        if entry.refusal is fits_all:
            continue
        source, target = network.layers[synapses.source], network.layers[synapses.target]
        refusal = entry.refusal(source, target, part)
        if refusal is None:
            continue
        shape, mended = entry.target_shape(source, target, part), target
        if shape is None and len(source.shape) == 1 and (side := round(source.size**0.5)) ** 2 == source.size > 1:
            shape, mended = (side, side, 1), source  # a square of pixels
        fix = None
        if shape is not None and prod(shape) <= LARGEST_LAYER and shape != mended.shape:
            label = Message.of('Shape "{layer}" as {shape}', layer=mended.name, shape=shape_text(shape))
            fix = Fix(label, ReshapeLayer(mended.id, shape))
        full = None
        if synapses.wiring.key != "full":
            full = Fix(Message.of("Wire them fully"), SetSynapses(synapses.id, (("wiring", Part("full")),)))
        yield _error(Where("synapses", synapses.id), refusal, fix, full)


def _removal(document: Document, layer: Layer) -> Fix | None:
    """Take a layer out that nothing flows through; the last input or output stays."""
    if layer.kind != "hidden" and len(document.network.of_kind(layer.kind)) < 2:
        return None
    return Fix(Message.of('Remove "{layer}"', layer=layer.name), Remove(layers=frozenset({layer.id})))


def _slower(document: Document) -> Fix:
    """A tenth of the learning rate: what a diverged run most often needs."""
    optimizer = document.training.optimizer
    rate = optimizer.get("learning_rate") or catalog.optimizers[optimizer.key].settings[0].default
    rate = float(f"{float(rate) / 10:.6g}")
    slower = optimizer.with_setting("learning_rate", rate)
    return Fix(Message.of("Learn at {rate}", rate=f"{rate:g}"), SetTraining((("optimizer", slower),)))


def _free_place(document: Document, side: Literal["left", "right"]) -> tuple[float, float]:
    places = list(document.layout.values())
    if not places:
        return (0.0, 0.0)
    y = sum(place[1] for place in places) / len(places)
    y = round(y / 24.0) * 24.0
    xs = [place[0] for place in places]
    return (min(xs) - COLUMN_GAP, y) if side == "left" else (max(xs) + COLUMN_GAP, y)


def _wire(document: Document, layer: Layer, *, arriving: bool) -> Fix | None:
    """Wire ``layer`` to its nearest neighbour on the canvas that may be wired and lies on the right side of it."""
    network, layout = document.network, document.layout
    here = layout.get(layer.id, (0.0, 0.0))
    best: tuple[float, Layer] | None = None
    for other in network.layers.values():
        ends = (other.id, layer.id) if arriving else (layer.id, other.id)
        if other.id == layer.id or network.refusal(*ends) is not None:
            continue
        there = layout.get(other.id, (0.0, 0.0))
        ahead = (here[0] - there[0]) if arriving else (there[0] - here[0])
        if ahead <= 0:
            continue
        distance = ahead + abs(here[1] - there[1])
        if best is None or distance < best[0]:
            best = (distance, other)
    if best is None:
        return None
    a, b = (best[1], layer) if arriving else (layer, best[1])
    return Fix(Message.of('Wire "{a}" to "{b}"', a=a.name, b=b.name), Connect(a.id, b.id))


def _data(document: Document, dataset: Dataset | None, data_problem: StudioError | None) -> Iterator[Problem]:
    if data_problem is not None:
        yield _error(Where("data"), data_problem.message)
    if dataset is None:
        if data_problem is None:
            yield _error(Where("data"), Message.of("There is no data: open a CSV file or pick a data set."))
        return
    network = document.network
    inputs, outputs = network.of_kind("input"), network.of_kind("output")
    columns = int(dataset.inputs[0].size) if len(dataset.inputs) else 0
    if inputs and (given := sum(layer.size for layer in inputs)) != columns:
        fix = _columns_fix(inputs[0], columns) if len(inputs) == 1 else _count_fix(inputs, given, columns)
        things = Message.of("{columns} input columns", columns=columns)
        message = _count_message(inputs, given, things)
        yield _error(Where("layer", inputs[0].id), message, fix)
    if outputs:
        yield from _outputs(document, dataset, outputs)
    yield from _watched(document.training, dataset)
    if len(dataset.train) == 0:
        yield _error(Where("data"), Message.of("No rows are left for training: lower the share for validation."))


def _count_message(layers: tuple[Layer, ...], given: int, things: Message) -> Message:
    """That the layers of a kind have other neurons in all than the data asks for."""
    if len(layers) == 1:
        template = '"{layer}" has {given} neurons, but the data has {things}.'
        return Message.of(template, layer=layers[0].name, given=given, things=things)
    names = ", ".join(f'"{layer.name}"' for layer in layers)
    template = "{layers} have {given} neurons together, but the data has {things}."
    return Message.of(template, layers=names, given=given, things=things)


def _count_fix(layers: tuple[Layer, ...], given: int, wanted: int) -> Fix:
    """Make the last of the layers as large as is left for it, or take it away where nothing is."""
    last = layers[-1]
    left = wanted - (given - last.size)
    if len(layers) == 1:
        return Fix(Message.of("Resize to {count}", count=wanted), ResizeLayer(last.id, wanted))
    if left > 0:
        return Fix(Message.of('Resize "{layer}" to {count}', layer=last.name, count=left), ResizeLayer(last.id, left))
    return Fix(Message.of('Remove "{layer}"', layer=last.name), Remove(layers=frozenset({last.id})))


def _columns_fix(layer: Layer, columns: int) -> Fix:
    """Give an input as many neurons as the data has columns; an image stays one where the columns make a square."""
    if len(layer.shape) == 3:
        channels = layer.shape[2]
        side = round((columns / channels) ** 0.5)
        if side > 1 and side * side * channels == columns:
            shape = (side, side, channels)
            label = Message.of('Shape "{layer}" as {shape}', layer=layer.name, shape=shape_text(shape))
            return Fix(label, ReshapeLayer(layer.id, shape))
    return Fix(Message.of("Resize to {count}", count=columns), ResizeLayer(layer.id, columns))


def _watched(training: Training, dataset: Dataset) -> Iterator[Problem]:
    """Stop rules and schedules that watch a curve which this training does not record."""
    score = "accuracy" if dataset.task == "classification" else "r2"
    names = {"auto", "loss", score} | ({"val_loss", f"val_{score}"} if len(dataset.validation) else set())
    if training.stop.watches and training.stop.monitor not in names:
        message = Message.of(
            'Training is to stop by "{name}", which it does not record with this data.', name=training.stop.monitor
        )
        fix = Fix(Message.of("Watch the loss"), SetTraining((("stop", replace(training.stop, monitor="auto")),)))
        yield _error(Where("training"), message, fix)
    if training.class_weight is not None and dataset.task != "classification":
        message = Message.of("Weights of classes need a target that has classes.")
        fix = Fix(Message.of("Leave them out"), SetTraining((("class_weight", None),)))
        yield _error(Where("training"), message, fix)
    schedule = training.schedule
    if schedule is not None and schedule.get("monitor", "auto") not in names:
        message = Message.of("The schedule watches the loss of validation, but there are no samples for validation.")
        other = schedule.with_setting("monitor", "auto")
        yield _error(Where("training"), message, Fix(Message.of("Watch the loss"), SetTraining((("schedule", other),))))


def _outputs(document: Document, dataset: Dataset, outputs: tuple[Layer, ...]) -> Iterator[Problem]:
    first = outputs[0]
    given, wanted = sum(layer.size for layer in outputs), dataset.outputs
    if given != wanted:
        things = Message.of("{count} classes", count=wanted)
        if dataset.task == "regression":
            things = Message.of("{count} target columns", count=wanted)
        message, fix = _count_message(outputs, given, things), _count_fix(outputs, given, wanted)
        yield _error(Where("layer", first.id), message, fix)
    loss = catalog.losses[document.training.loss.key]
    if dataset.task not in loss.tasks:
        usual = "cross_entropy" if dataset.task == "classification" else "mse"
        message = Message.of(
            "The loss {loss} does not fit this data: it is for {other}.",
            loss=loss.label,
            other=Message.of("classes") if "classification" in loss.tasks else Message.of("numbers"),
        )
        fix = Fix(Message.of("Use {loss}", loss=catalog.losses[usual].label), SetTraining((("loss", Part(usual)),)))
        yield _error(Where("training"), message, fix)
        return
    yield from _targets_below(loss, dataset)
    for layer in outputs:
        refusal = loss.refusal(layer.applied.key)
        if refusal is not None:
            needed = catalog.activations[min(loss.activations)]
            fix = Fix(
                Message.of("Use {activation}", activation=needed.label), SetActivation(layer.id, Part(needed.key))
            )
            yield _error(Where("layer", layer.id), refusal, fix, _fitting_loss(dataset, layer))


def _fitting_loss(dataset: Dataset, layer: Layer) -> Fix | None:
    """A usual loss for this task that goes with the activation of the output."""
    for key in ("cross_entropy", "binary_cross_entropy", "mse"):
        loss = catalog.losses[key]
        if dataset.task in loss.tasks and loss.fits(layer.activation.key):
            return Fix(Message.of("Use {loss}", loss=loss.label), SetTraining((("loss", Part(key)),)))
    return None


def _targets_below(loss: catalog.Loss, dataset: Dataset) -> Iterator[Problem]:
    """A loss for counts, and targets that scaling (or the data itself) made negative."""
    if loss.least_target == float("-inf") or not dataset.targets.size:
        return
    smallest = float(dataset.targets.min())
    if smallest < loss.least_target:
        message = Message.of(
            "The loss {loss} needs targets from {least} up, but the smallest is {smallest}: leave the data unscaled or "
            "choose another loss.",
            loss=loss.label,
            least=f"{loss.least_target:g}",
            smallest=f"{smallest:.3g}",
        )
        fix = Fix(Message.of("Use {loss}", loss=catalog.losses["mse"].label), SetTraining((("loss", Part("mse")),)))
        yield _error(Where("training"), message, fix)
