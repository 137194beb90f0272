"""The face of a loss: how far outputs are from targets, and which way is downhill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnstudio.catalog.entry import Entry
from nnstudio.catalog.kernel import Kernel
from nnstudio.document import Array, Message, Task


@dataclass(frozen=True, kw_only=True)
class Loss(Entry):
    """One loss, as NumPy functions for explanations and as a kernel for the engine.

    ``value(output, target, **settings)`` gives the loss of each sample, (samples,), from arrays (samples, outputs);
    ``slope(...)`` its derivative by ``output``, (samples, outputs). ``output`` is the activation a, or the weighted
    input z where ``from_logits`` is True: the activation named in ``activations`` is then part of the loss.
    ``side(...)`` says on which smooth piece each output lies, (samples, outputs), for a loss that has kinks or bends.
    ``least_target``: targets below it make no sense.
    ``mean_over_outputs``: whether a sample's loss is a mean (True) or a sum (False) over its outputs.
    ``maximized``: an objective that training makes large (a likelihood) instead of small; ``value`` and ``slope`` are
    those of the objective itself.

    The kernel ``both(o, y, d, neurons, lanes, count, share, s, t)`` works on (neurons, lanes) blocks, returns the sum
    of the losses of the first ``count`` lanes, and writes d = dL/do of their mean, zero in the other lanes (of a
    maximized objective -dL/do: an optimizer always goes against d). ``share``
    multiplies both where a mean over outputs is meant: 1 / (number of outputs of the network). ``s`` are the settings
    in their order, ``t`` four spare rows of lanes.
    """

    value: Callable[..., Array]
    slope: Callable[..., Array]
    both: Kernel
    slope_formula: str
    tasks: frozenset[Task]
    activations: frozenset[str] = frozenset()  # empty: any
    from_logits: bool = False
    mean_over_outputs: bool = False
    maximized: bool = False
    side: Callable[..., Array] | None = None
    signed: bool = False  # a single output is to be -1 or 1; a program may give its two classes so, too
    least_target: float = float("-inf")

    @property
    def downhill(self) -> float:
        """What turns the slope of the objective into that of what training makes small: -1 where it is maximized."""
        return -1.0 if self.maximized else 1.0

    def fits(self, activation: str) -> bool:
        """Whether the loss can be used after the activation with that key."""
        return not self.activations or activation in self.activations

    def refusal(self, activation: str) -> Message | None:
        """Why the loss cannot be used after that activation, or None where it can."""
        if self.fits(activation):
            return None
        return Message.of(
            "{loss} needs an output with {wanted} activation, not {given}.",
            loss=self.label,
            wanted=" or ".join(sorted(self.activations)),
            given=activation,
        )
