"""Settings of layers typed as ``--set "layer.Hidden 1.dropout=0.2"``."""

from __future__ import annotations

import re

from nnstudio import catalog
from nnstudio.cli.words import read_value, with_setting
from nnstudio.document import Layer, Part, StudioError
from nnstudio.document.edits import Edit, SetActivation, SetBiasRule, SetDropout, SetNormalization
from nnstudio.session import Session

_WORDS = re.compile(r"(?P<layer>.+?)\.(?P<field>activation|normalization|dropout|bias)(?:\.(?P<setting>\w+))?")


def set_layers(session: Session, words: str, text: str) -> None:
    """Change one layer ("Hidden 1.dropout"), or all hidden ones ("*.dropout"); StudioError says what is wrong."""
    found = _WORDS.fullmatch(words)
    if found is None:
        raise StudioError(
            '"layer.{words}" is no setting; write layer.LAYER.NAME=VALUE, where NAME is activation, normalization, '
            "dropout or bias.",
            words=words,
        )
    network = session.document.network
    layers = network.of_kind("hidden") if found["layer"] == "*" else (network.named(found["layer"]),)
    for layer in layers:
        session.do(_edit(layer, found["field"], found["setting"] or "", text))


def _edit(layer: Layer, field: str, setting: str, text: str) -> Edit:
    name = f"layer.{layer.name}.{field}"
    if setting and field in ("dropout", "bias"):
        raise StudioError('"{name}.{setting}" is no setting.', name=name, setting=setting)
    if field == "dropout":
        return SetDropout(layer.id, read_value(name, text, float))
    if field == "bias":
        return SetBiasRule(layer.id, read_value(name, text, bool))
    if field == "activation":
        present = layer.activation
        entry = catalog.activations[present.key if setting else text]
        return SetActivation(layer.id, with_setting(entry, present, setting, text) if setting else Part(entry.key))
    if not setting and text.lower() == "none":
        return SetNormalization(layer.id, None)
    normalization = layer.normalization
    if setting and normalization is None:
        raise StudioError('"{layer}" has no normalization yet: write {name}=batch first.', layer=layer.name, name=name)
    if normalization is not None and setting:
        changed = with_setting(catalog.normalizations[normalization.key], normalization, setting, text)
        return SetNormalization(layer.id, changed)
    return SetNormalization(layer.id, Part(catalog.normalizations[text].key))
