"""How one card is shown at the moment, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from nnstudio.catalog import activations, normalizations
from nnstudio.catalog.fields import is_image
from nnstudio.document import Layer
from nnstudio.ui.text import tr
from nnstudio.ui.widgets.numbers import number_text


@dataclass(frozen=True, slots=True)
class Look:
    """How one card is shown at the moment."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False  # the keyboard's ring
    armed: bool = False  # ports and buttons
    port_hot: bool = False
    button_hot: str = ""
    target: bool = False  # a wire may end here
    chosen: bool = False  # the wire in hand ends here
    dimmed: bool = False
    neuron: int | None = None  # the selected one
    neurons: frozenset[int] = frozenset()  # several selected ones
    hot_neuron: int | None = None
    ghost: bool = False  # a layer that is not there yet
    subtitle_hot: bool = False
    title_hidden: bool = False  # the inline editor lies over it
    fold_hot: bool = False
    far: float = 0.0  # share of the card that stands for its neurons
    parameters: int = 0  # how many the layer has, told from afar
    pinned: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()  # neurons whose bias is frozen


def opacity(look: Look) -> float:
    """How clearly a card is seen."""
    return 0.32 if look.dimmed else 0.75 if look.ghost else 1.0


def subtitle(layer: Layer) -> str:
    """Size, or the shape of an image, and activation in words."""
    if is_image(layer):
        shape = " × ".join(str(length) for length in layer.shape)
        return shape if layer.kind == "input" else f"{shape} · {activations[layer.activation.key].label}"
    if layer.kind == "input":
        if len(layer.labels) == layer.size:
            return tr("{count} attributes", count=layer.size) if layer.size > 1 else tr("1 attribute")
        return tr("{count} inputs", count=layer.size) if layer.size > 1 else tr("1 input")
    return f"{layer.size} · {activations[layer.activation.key].label}"


def beside(layer: Layer) -> str:
    """What the layer does beside its activation, in a few signs: BN · drop 0.3."""
    signs = []
    if layer.normalization is not None:
        signs.append(normalizations[layer.normalization.key].line)
    if layer.dropout and layer.kind != "output":
        signs.append(tr("drop {share}", share=number_text(layer.dropout, 2)))
    return " · ".join(signs)
