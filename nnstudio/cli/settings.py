"""Settings typed as ``--set training.batch_size=64``: read, checked, and applied as edits."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from nnstudio import catalog
from nnstudio.cli.layer_settings import set_layers
from nnstudio.cli.words import read_value, with_setting
from nnstudio.document import DataRecipe, Document, Part, Stop, StudioError, Training
from nnstudio.document.edits import SetTraining
from nnstudio.session import Session

_DATA = {"validation": float, "split_seed": int, "scaling": str}
HELP = (
    "change a setting: training.batch_size=64, training.loss=mse, training.optimizer=sgd, "
    "training.optimizer.momentum=0.9, training.loss.delta=0.5, training.dtype=float64, training.accumulate=4, "
    "training.schedule=cosine, training.schedule.end=0.1, training.clip_norm=1, training.stop.patience=10, "
    "training.stop.monitor=val_loss, training.stop.target=0.1, training.stop.seconds=60 (none: without it), "
    "training.class_weight=balanced, "
    "data.validation=0.3, layer.NAME.dropout=0.2, layer.NAME.normalization=batch (layer, none), "
    "layer.NAME.normalization.momentum=0.2, layer.NAME.activation=prelu, layer.NAME.bias=false (* for NAME: all hidden "
    "layers), ..."
)


def apply_settings(session: Session, words: list[str]) -> None:
    """Apply every ``room.name=value``, in the order typed; StudioError names a setting or value that is wrong."""
    for word in words:
        name, equals, text = word.partition("=")
        room, _, rest = name.strip().partition(".")
        if not equals or not rest or room not in ("training", "data", "layer"):
            raise StudioError(
                '"{word}" is no setting; write training.NAME=VALUE, data.NAME=VALUE or layer.LAYER.NAME=VALUE.',
                word=word,
            )
        if room == "layer":
            set_layers(session, rest, text.strip())
        elif room == "training":
            _set_training(session, rest, text.strip())
        else:
            _set_data(session, rest, text.strip())


def set_training(session: Session, **values: Any) -> None:
    """Change fields of the training settings; StudioError where one is out of its range."""
    session.do(SetTraining(tuple(values.items())))


def _set_training(session: Session, name: str, text: str) -> None:
    document = session.document
    optimizer = document.training.optimizer
    entry = catalog.optimizers[optimizer.key]
    field, _, setting = name.partition(".")
    if field == "optimizer" and setting:
        set_training(session, optimizer=with_setting(entry, optimizer, setting, text))
    elif field == "loss" and setting:
        loss = document.training.loss
        set_training(session, loss=with_setting(catalog.losses[loss.key], loss, setting, text))
    elif field == "schedule" and setting:
        schedule = document.training.schedule
        if schedule is None:
            raise StudioError("There is no schedule yet: write training.schedule=NAME first.")
        set_training(session, schedule=with_setting(catalog.schedules[schedule.key], schedule, setting, text))
    elif name == "schedule":
        none = text.lower() == "none"
        set_training(session, schedule=None if none else Part(catalog.schedules[text].key))
    elif name == "class_weight":
        set_training(session, class_weight=_class_weight(text))
    elif field == "stop":
        set_training(session, stop=_stop_with(document.training.stop, setting, text))
    elif any(s.name == name for s in entry.settings):  # training.learning_rate for short
        set_training(session, optimizer=with_setting(entry, optimizer, name, text))
    elif name == "optimizer":
        rate = {} if optimizer.get("learning_rate") is None else {"learning_rate": optimizer.get("learning_rate")}
        part = Part(catalog.optimizers[text].key)
        set_training(session, optimizer=part if optimizer.key != text else Part.of(text, **rate))
    elif name == "loss":
        set_training(session, loss=Part(catalog.losses[text].key))
    else:
        set_training(session, **{name: _training_value(document, name, text)})


def _training_value(document: Document, name: str, text: str) -> Any:
    known = [field.name for field in fields(Training)]
    if name not in known:
        raise StudioError('Training has no setting "{name}"; it has: {known}.', name=name, known=", ".join(known))
    if name in ("clip_norm", "clip_value"):
        return _read_maybe(f"training.{name}", text)
    present = getattr(document.training, name)
    if name == "dtype":
        if text not in ("float32", "float64"):
            raise StudioError("training.dtype is {text}; it is float32 or float64.", text=text)
        return text
    return read_value(f"training.{name}", text, type(present))


def _stop_with(stop: Stop, name: str, text: str) -> Stop:
    known = [field.name for field in fields(Stop)]
    if name not in known:
        raise StudioError('training.stop has no rule "{name}"; it has: {known}.', name=name, known=", ".join(known))
    if name in ("target", "seconds"):
        value: Any = _read_maybe(f"training.stop.{name}", text)
    else:
        value = read_value(f"training.stop.{name}", text, type(getattr(stop, name)))
    return replace(stop, **{name: value})


def _class_weight(text: str) -> Any:
    """``none``, ``balanced``, or ``0:1,2:3.5`` for single classes."""
    if text.lower() in ("none", "balanced"):
        return None if text.lower() == "none" else "balanced"
    try:
        pairs = [pair.split(":") for pair in text.split(",")]
        return tuple(sorted((int(place), float(weight)) for place, weight in pairs))
    except ValueError:
        raise StudioError(
            "training.class_weight is {text}; write balanced, none, or weights like 0:1,2:3.5.", text=text
        ) from None


def _read_maybe(name: str, text: str) -> float | None:
    """A number, or nothing where ``none`` is written."""
    return None if text.lower() == "none" else float(read_value(name, text, float))


def _set_data(session: Session, name: str, text: str) -> None:
    recipe = session.document.data
    if recipe is None:
        raise StudioError("This project has no data, so data.{name} cannot be set.", name=name)
    if name not in _DATA:
        raise StudioError('Data has no setting "{name}"; it has: {known}.', name=name, known=", ".join(_DATA))
    if name == "scaling" and text not in ("standard", "range", "none"):
        raise StudioError("data.scaling is {text}; it is standard, range or none.", text=text)
    changed: DataRecipe = replace(recipe, preparation=None, **{name: read_value(f"data.{name}", text, _DATA[name])})
    session.change_recipe(changed)
