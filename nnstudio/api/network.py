"""A network in a program's hands: built line by line, asked for predictions, never changed by training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnstudio.api.columns import columns
from nnstudio.api.handles import (
    LayerHandle,
    LayerRef,
    SynapsesHandle,
    SynapsesRef,
    find_layer,
    find_synapses,
    layer_handle,
    synapses_handle,
)
from nnstudio.api.parts import (
    Full,
    LayerSpec,
    SynapsesSpec,
    chosen,
    chosen_pairs,
    new_layer,
    new_synapses,
    number_type,
    whole,
)
from nnstudio.api.samples import checked_network, input_rows, target_rows
from nnstudio.catalog import initial, losses
from nnstudio.document import Array, BoolArray, Document, Parameters, Part, StudioError, edits
from nnstudio.document import Network as Structure
from nnstudio.document.edits.edit import in_both, in_present
from nnstudio.session import Problem, find_problems


class Network:
    """Layers and synapses with their weights. ``seed`` draws the initial weights.

    Several input layers share the columns of X, and several output layers those of Y, in the order of adding.
    """

    def __init__(self, seed: int = 0) -> None:
        self._document = Document(seed=whole("seed", seed, least=0))
        self._drawn = False

    @classmethod
    def of_document(cls, document: Document) -> Network:
        """The network of a document, which keeps its places on the canvas."""
        network = cls(document.seed)
        network._document = document
        network._drawn = True
        return network

    # -- building ---------------------------------------------------------------------------------------------------

    def add(self, layer: LayerSpec) -> LayerHandle:
        """Add ``nn.Input``, ``nn.Hidden`` or ``nn.Output`` and return its handle; StudioError says what is wrong."""
        new = new_layer(self._structure, layer)
        layout = self._document.layout
        if self._drawn:
            right = max((x for x, _ in layout.values()), default=-264.0)
            layout = {**layout, new.id: (right + 264.0, 0.0)}
        self._document = initial.fill(self._document.having(network=self._structure.with_layer(new), layout=layout))
        return layer_handle(self._document, new.id)

    def connect(
        self,
        source: LayerRef,
        target: LayerRef,
        synapses: SynapsesSpec = Full(),  # noqa: B008
    ) -> SynapsesHandle:
        """Wire ``source`` to ``target`` and return the handle of the bundle; StudioError says why it cannot be."""
        a, b = find_layer(self._document, source), find_layer(self._document, target)
        new = new_synapses(self._structure, a.id, b.id, synapses)
        mask = chosen_pairs(synapses, self._structure.layers[a.id], self._structure.layers[b.id])
        document = self._document.having(network=self._structure.with_synapses(new))
        if mask is not None:
            document = in_both(document, lambda parameters: parameters.with_mask(new.id, mask))
        self._document = initial.fill(document)
        return synapses_handle(self._document, new)

    @property
    def document(self) -> Document:
        """The immutable document underneath, with a place on the canvas for every layer."""
        if not self._drawn:
            return self._document.having(layout=columns(self._structure))
        return self._document

    @property
    def _structure(self) -> Structure:
        return self._document.network

    @property
    def layers(self) -> tuple[LayerHandle, ...]:
        """All layers, in the order of adding."""
        return tuple(layer_handle(self._document, layer) for layer in self._structure.layers)

    @property
    def synapses(self) -> tuple[SynapsesHandle, ...]:
        """All bundles of synapses, in the order of wiring."""
        return tuple(synapses_handle(self._document, synapses) for synapses in self._structure.synapses.values())

    # -- values -----------------------------------------------------------------------------------------------------

    def weights(self, synapses: SynapsesRef) -> Array:
        """A copy of the weights, float64: (source neurons, target neurons), with 0 where there is no synapse.

        Of OneToOne (neurons,), of Convolution (rows, columns, channels / groups, target's channels), of Pooling (0,).
        """
        return np.array(self._document.parameters.weights[find_synapses(self._document, synapses).id])

    def set_weights(self, synapses: SynapsesRef, values: ArrayLike) -> None:
        """Set all weights of a bundle; StudioError names the expected and the given shape."""
        handle = find_synapses(self._document, synapses)
        expected = self._document.parameters.weights[handle.id].shape
        new = _values(values, expected, f'The weights of "{handle.name}"')
        self._change(lambda parameters: parameters.with_weights(handle.id, new))

    def mask(self, synapses: SynapsesRef) -> BoolArray:
        """Which synapses of a bundle exist, bool of the weights' shape."""
        key = find_synapses(self._document, synapses).id
        mask = self._document.parameters.masks.get(key)
        return np.ones(self._document.parameters.weights[key].shape, np.bool_) if mask is None else mask.copy()

    def set_mask(self, synapses: SynapsesRef, mask: ArrayLike | bool) -> None:
        """Keep only synapses where ``mask`` (of the weights' shape) is True; weights of new ones are drawn."""
        handle = find_synapses(self._document, synapses)
        expected = self._document.parameters.weights[handle.id].shape
        self._document = initial.masked(
            self._document, handle.id, _mask(mask, expected, f'The mask of "{handle.name}"')
        )

    def bias(self, layer: LayerRef) -> Array:
        """A copy of the biases, float64 (neurons,), of an image (channels,); StudioError where there are none."""
        return np.array(self._document.parameters.biases[self._with_bias(layer).id])

    def set_bias(self, layer: LayerRef, values: ArrayLike) -> None:
        """Set all biases of a layer; StudioError names the expected and the given shape."""
        handle = self._with_bias(layer)
        expected = self._document.parameters.biases[handle.id].shape
        new = _values(values, expected, f'The biases of "{handle.name}"')
        self._change(lambda parameters: parameters.with_bias(handle.id, new))

    def freeze(self, synapses: SynapsesRef, mask: ArrayLike | bool = True) -> None:
        """Hold synapses in training where ``mask`` (of the weights' shape) is True, free the others."""
        handle = find_synapses(self._document, synapses)
        expected = self._document.parameters.weights[handle.id].shape
        held = _mask(mask, expected, f'The mask of "{handle.name}"')
        self._document = in_both(self._document, lambda parameters: parameters.with_frozen(handle.id, held))

    def freeze_bias(self, layer: LayerRef, mask: ArrayLike | bool = True) -> None:
        """Hold single biases against training where ``mask`` (neurons,) is True, free the others."""
        handle = self._with_bias(layer)
        expected = self._document.parameters.biases[handle.id].shape
        held = _mask(mask, expected, f'The mask of "{handle.name}"')
        self._document = in_both(self._document, lambda parameters: parameters.with_frozen_bias(handle.id, held))

    def frozen(self, synapses: SynapsesRef) -> BoolArray:
        """Which synapses of a bundle are held, bool of the weights' shape."""
        handle = find_synapses(self._document, synapses)
        mask = self._document.parameters.frozen.get(handle.id)
        return np.zeros(self._document.parameters.weights[handle.id].shape, np.bool_) if mask is None else mask.copy()

    def mute(self, layer: LayerRef, neurons: ArrayLike | None = None, value: bool = True) -> None:
        """Let neurons of an input or hidden layer send 0 (``value`` False: what they compute, again).

        ``neurons``: numbers of neurons, counted from 0, or True and False for each; None means all of them. Their
        weights and biases stay. StudioError for an output, or where there is no such neuron.
        """
        handle = find_layer(self._document, layer)
        size = self._structure.layers[handle.id].size
        which = None if neurons is None else _neurons(neurons, size, handle.name)
        self._document = initial.fill(edits.Mute(handle.id, which, bool(value)).apply(self._document))

    def muted(self, layer: LayerRef) -> BoolArray:
        """Which neurons of a layer are muted, bool (neurons,)."""
        handle = find_layer(self._document, layer)
        mask = self._document.parameters.muted.get(handle.id)
        return np.zeros(self._structure.layers[handle.id].size, np.bool_) if mask is None else mask.copy()

    def bypass(self, layer: LayerRef, value: bool = True) -> None:
        """Let a layer pass its weighted inputs on, a = z (``value`` False: through its activation again)."""
        handle = find_layer(self._document, layer)
        self._document = edits.Bypass(handle.id, bool(value)).apply(self._document)

    def own(self, layer: LayerRef) -> dict[str, Array]:
        """Copies of what a layer owns beside its biases, by name.

        Of a normalization "gain" and "shift" (neurons,), of an image with batch normalization (channels,), with its
        running "mean" and "variance"; of PReLU "slope", an array without dimensions.
        """
        found = self._document.parameters.own_of(find_layer(self._document, layer).id)
        return {name: np.array(values) for name, values in found.items()}

    def set_own(self, layer: LayerRef, name: str, values: ArrayLike) -> None:
        """Set all values called ``name`` that a layer owns; StudioError names the expected and the given shape."""
        handle = find_layer(self._document, layer)
        new = _values(values, self._owned(handle, name).shape, f'The {name} of "{handle.name}"')
        if name == "variance" and (new < 0).any():
            raise StudioError('The variance of "{name}" must be 0 or more.', name=handle.name)
        self._change(lambda parameters: parameters.with_own(handle.id, name, new))

    def freeze_own(self, layer: LayerRef, name: str, mask: ArrayLike | bool = True) -> None:
        """Hold values called ``name`` that a layer owns against training where ``mask`` is True, free the others."""
        handle = find_layer(self._document, layer)
        held = _mask(mask, self._owned(handle, name).shape, f'The mask of "{handle.name}"')
        self._document = in_both(self._document, lambda parameters: parameters.with_frozen_own(handle.id, name, held))

    def _owned(self, layer: LayerHandle, name: str) -> Array:
        own = self._document.parameters.own_of(layer.id)
        if name not in own:
            known = ", ".join(own) or "none"
            raise StudioError('"{layer}" has no {name}; it has: {known}.', layer=layer.name, name=name, known=known)
        return own[name]

    def _with_bias(self, layer: LayerRef) -> LayerHandle:
        handle = find_layer(self._document, layer)
        if handle.id not in self._document.parameters.biases:
            raise StudioError('"{name}" has no biases.', name=handle.name)
        return handle

    def _change(self, change: Callable[[Parameters], Parameters]) -> None:
        self._document = in_present(self._document, change)

    # -- answers ----------------------------------------------------------------------------------------------------

    def predict(self, X: ArrayLike) -> Array:
        """What the outputs say of X (samples, *input shape): float64 (samples, *output shape)."""
        from nnstudio import engine

        rows = self._rows(X)
        said = engine.predict(self._structure, self._document.parameters, rows)
        outputs = self._structure.of_kind("output")
        shape = outputs[0].shape if len(outputs) == 1 else said.shape[1:]
        return np.asarray(said, dtype=np.float64).reshape(len(rows), *shape)

    def activations(self, X: ArrayLike) -> dict[str, Array]:
        """Layer name -> what its neurons answer to X, float64 (samples, *shape of the layer)."""
        from nnstudio import engine

        rows = self._rows(X)
        activity = engine.forward(self._structure, self._document.parameters, rows)
        return {
            layer.name: np.array(activity[layer.id].a, dtype=np.float64).reshape(len(rows), *layer.shape)
            for layer in self._structure.layers.values()
        }

    def loss(self, X: ArrayLike, Y: ArrayLike, loss: str | Part = "mse", dtype: DTypeLike = "float64") -> float:
        """The mean loss over the samples. Y: rows (samples, outputs), or classes (samples,)."""
        from nnstudio import engine

        rows, wanted, part = self.pairs(X, Y, loss)
        return float(engine.loss(self._structure, self._document.parameters, rows, wanted, part, number_type(dtype)))

    def gradients(
        self, X: ArrayLike, Y: ArrayLike, loss: str | Part = "mse", dtype: DTypeLike = "float64"
    ) -> dict[SynapsesHandle | tuple[str, LayerHandle], NDArray[Any]]:
        """The gradient of the mean loss by all that is trained: synapses handle or ("bias", layer) -> ndarray.

        Likewise ("gain", layer), ("shift", layer) and ("slope", layer). As in ``loss``, no neuron is dropped, and batch
        normalization goes by its running mean and variance.
        """
        from nnstudio import engine

        rows, wanted, part = self.pairs(X, Y, loss)
        found = engine.gradients(self._structure, self._document.parameters, rows, wanted, part, number_type(dtype))
        result: dict[SynapsesHandle | tuple[str, LayerHandle], NDArray[Any]] = {}
        for handle in self.synapses:
            result[handle] = np.array(found.weights[handle.id])
        for layer in self.layers:
            if layer.id in found.biases:
                result["bias", layer] = np.array(found.biases[layer.id])
            for (owner, name), slopes in found.own.items():
                if owner == layer.id and name not in ("mean", "variance"):
                    result[name, layer] = np.array(slopes)
        return result

    def _rows(self, X: ArrayLike) -> NDArray[Any]:
        checked_network(self._structure)
        return input_rows(self._structure, X)

    def pairs(self, X: ArrayLike, Y: ArrayLike, loss: str | Part) -> tuple[NDArray[Any], Array, Part]:
        """X and Y as rows that fit the network, and the loss of the catalog; StudioError says what does not fit."""
        rows, part = self._rows(X), chosen(losses, loss, "A loss")
        check_loss(self._structure, part)
        _, wanted = target_rows(self._structure, Y, part)
        if len(rows) != len(wanted):
            raise StudioError("X has {count} rows but Y has {other}.", count=len(rows), other=len(wanted))
        if not len(rows):
            raise StudioError("X has no rows.")
        return rows, wanted, part

    # -- words and pictures -----------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """What keeps the network itself from training, in plain words; data comes with ``nn.train``."""
        found = find_problems(self.document, None)
        return [problem for problem in found if problem.where.kind not in ("data", "training")]

    def summary(self) -> str:
        """Layers, shapes, parameters and multiply-adds of one sample, as a table in text."""
        from nnstudio.api.summary import summary

        return summary(self._document)

    def save(self, path: str | Path) -> None:
        """Write the network as a project that the window opens."""
        from nnstudio import project

        project.save(self.document, Path(path))

    def __repr__(self) -> str:
        names = ", ".join(f"{layer.name} {_by(layer.shape)}" for layer in self._structure.layers.values())
        return f"<Network: {names or 'empty'}>"

    def _repr_svg_(self) -> str:
        from nnstudio.exports import inline_svg

        return inline_svg(self.document)


def check_loss(network: Structure, loss: Part) -> None:
    """StudioError where the loss does not go with an output's activation."""
    for layer in network.of_kind("output"):
        refusal = losses[loss.key].refusal(layer.applied.key)
        if refusal is not None:
            raise StudioError('"{layer}": {reason}', layer=layer.name, reason=refusal)


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in shape)


def _values(values: ArrayLike, expected: tuple[int, ...], what: str) -> Array:
    try:
        new = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise StudioError("{what} must be numbers.", what=what) from None
    if new.shape != expected:
        raise StudioError(
            "{what} have the shape {expected}, not {given}.", what=what, expected=expected, given=new.shape
        )
    if not np.isfinite(new).all():
        raise StudioError("{what} must be finite numbers.", what=what)
    return new


def _mask(mask: ArrayLike | bool, expected: tuple[int, ...], what: str) -> BoolArray:
    held = np.asarray(mask)
    if held.dtype != np.bool_ and not np.isin(held, (0, 1)).all():
        raise StudioError("{what} must hold True and False.", what=what)
    if held.ndim and held.shape != expected:
        raise StudioError(
            "{what} has the shape {expected}, not {given}.", what=what, expected=expected, given=held.shape
        )
    return np.ascontiguousarray(np.broadcast_to(held.astype(np.bool_), expected))


def _neurons(given: ArrayLike, size: int, name: str) -> tuple[int, ...]:
    """The numbers of neurons that a program names, one by one or by True and False."""
    which = np.atleast_1d(np.asarray(given))
    if which.dtype == np.bool_:
        which = _mask(which, (size,), f'The neurons of "{name}"').nonzero()[0]
    if which.ndim != 1 or (which.size and not np.issubdtype(which.dtype, np.integer)):
        raise StudioError('The neurons of "{name}" must be whole numbers from 0 to {last}.', name=name, last=size - 1)
    return tuple(int(neuron) for neuron in which)
