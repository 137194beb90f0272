"""Problems of normalization: where it has nothing to measure."""

from __future__ import annotations

from collections.abc import Iterator

from nnstudio.document import Dataset, Document, Layer, Message
from nnstudio.document.edits import Edit, SetNormalization, SetTraining

USUAL_BATCH = 32
Finding = tuple[Layer, Message, Message, Edit]


def normalized_alone(document: Document, dataset: Dataset | None) -> Iterator[Finding]:
    """(layer, sentence, what the fix is called, its edit) for every layer whose normalization has a single value."""
    training = document.training
    rows = training.batch_size if dataset is None else min(training.batch_size, max(1, len(dataset.train)))
    part = -(-rows // training.accumulate)
    for layer in document.network.layers.values():
        if layer.normalization is None:
            continue
        if layer.normalization.key == "layer" and layer.size == 1:
            message = Message.of(
                '"{layer}" has a single neuron, and layer normalization lets that always answer the same.',
                layer=layer.name,
            )
            yield layer, message, Message.of("Remove the normalization"), SetNormalization(layer.id, None)
        elif layer.normalization.key == "batch" and part == 1 and layer.size == layer.bias_count:
            message = Message.of(
                '"{layer}" cannot measure a batch of one sample: its running mean and variance stay as they are.',
                layer=layer.name,
            )
            edit = SetTraining((("batch_size", max(training.batch_size, USUAL_BATCH)), ("accumulate", 1)))
            yield (
                layer,
                message,
                Message.of("Use batches of {count}", count=max(training.batch_size, USUAL_BATCH)),
                edit,
            )
