"""What can be done with single synapses, and with many synapses or neurons that were chosen together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nnstudio.catalog import initial
from nnstudio.catalog.joints import place_of
from nnstudio.document import Message, StudioError
from nnstudio.document.edits import (
    Edit,
    Join,
    Prune,
    SetChosen,
    SetFrozen,
    SetFrozenBias,
    SetSynapses,
    Several,
)
from nnstudio.ui import choosing, muting
from nnstudio.ui.canvas.chooser import Chooser
from nnstudio.ui.canvas.editing import Editing
from nnstudio.ui.canvas.gestures import JoinNeurons
from nnstudio.ui.choosing import Rule
from nnstudio.ui.selection import NeuronRef, SynapseRef
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from nnstudio.session import Change
    from nnstudio.ui.canvas.view import CanvasView


class ManyEditing(Editing):
    """Every operation is one named step of the session's history."""

    def __init__(self, *args: Any) -> None:
        self.chooser: Chooser | None = None
        super().__init__(*args)

    # -- choosing -------------------------------------------------------------------------------------------------

    def scope(self) -> tuple[int, ...]:
        """The bundles among which is chosen: the selected ones, those of selected layers, else all."""
        selection, network = self.selection, self.session.document.network
        if selection.synapses:
            return tuple(sorted(selection.synapses))
        layers = selection.layers | {ref.layer for ref in selection.neurons}
        near = [i for i, s in network.synapses.items() if s.source in layers or s.target in layers]
        return tuple(near or network.synapses)

    def choose_by(self, rule: Rule, value: float = 0.0, bundles: tuple[int, ...] | None = None) -> None:
        """Choose the synapses of some bundles (by default ``scope``) that fit a rule."""
        chosen = choosing.pick(self.parameters, self.scope() if bundles is None else bundles, rule, value)
        if choosing.counted(chosen):
            self.selection.choose(chosen)
        else:
            self.tell(tr("No synapse fits."))

    def choose_synapses_of(self, refs: frozenset[NeuronRef]) -> None:
        """Choose all synapses that arrive at or leave from neurons."""
        self.selection.choose(choosing.synapses_of(self.session.document, refs))

    @property
    def chosen_count(self) -> int:
        """How many synapses are chosen together."""
        return self.selection.chosen_count

    def open_chooser(self, rule: Rule = "weaker", bundles: tuple[int, ...] | None = None) -> None:
        """Choose synapses by a rule and a number, in a small box over the canvas."""
        if self.chooser is not None:
            self.chooser.finish(keep=True)
        bundles = self.scope() if bundles is None else bundles
        if not any(self.parameters.weights[i].size for i in bundles if i in self.parameters.weights):
            self.tell(tr("There are no synapses to choose from."))
            return
        self.chooser = Chooser(cast("CanvasView", self), bundles, rule)

    def chooser_closed(self) -> None:
        """Nothing is being chosen any more."""
        chooser, self.chooser = self.chooser, None
        focus = QApplication.focusWidget()
        if chooser is not None and focus and chooser.isAncestorOf(focus):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _document_changed(self, change: Change) -> None:
        super()._document_changed(change)
        if self.chooser is not None:
            self.chooser.refresh()

    # -- what is done with them -----------------------------------------------------------------------------------

    def delete_selected(self) -> None:
        """Cut the selected synapses or delete the selected neurons, layers and bundles."""
        selection = self.selection
        if selection.chosen:
            self.prune_chosen()
        elif selection.synapse is not None:
            self.cut_synapse(selection.synapse)
        elif selection.neurons:
            if self.do(choosing.removing_neurons(selection.neurons)):
                selection.clear()
        else:
            super().delete_selected()

    def cut_synapse(self, ref: SynapseRef) -> None:
        """Take one synapse away; the last one of a bundle takes the bundle along."""
        edit = choosing.cutting(self.session.document, ref)
        if edit is None:
            self.tell(tr("This synapse has no weight of its own: none of its bundle can be cut alone."))
        elif self.do(edit):
            self.selection.clear()  # not its bundle: Del once more must not delete all of it

    def prune_chosen(self) -> None:
        """Cut all chosen synapses, as one step."""
        if self.selection.chosen and self.do(Prune(dict(self.selection.chosen))):
            self.selection.clear()

    def set_chosen(self, value: float) -> bool:
        """Give all chosen synapses the same weight, as one step; True where it was done."""
        return bool(self.selection.chosen) and self.do(SetChosen(dict(self.selection.chosen), value))

    def freeze_chosen(self, frozen: bool) -> None:
        """Hold all chosen synapses, or let them go, as one step."""
        if self.selection.chosen:
            self.do(choosing.freezing(dict(self.selection.chosen), frozen))

    @property
    def can_freeze(self) -> bool:
        """Whether what is selected can be held against training."""
        selection, layers = self.selection, self.session.document.network.layers
        refs = selection.neurons or ({selection.neuron} if selection.neuron else set())
        return bool(selection.synapses) or any(ref.layer in layers and layers[ref.layer].has_bias for ref in refs)

    @property
    def all_frozen(self) -> bool:
        """Whether all that is selected is held already."""
        selection, document = self.selection, self.session.document
        parameters = document.parameters
        if selection.chosen:
            return choosing.held_count(parameters, selection.chosen) == selection.chosen_count
        if selection.synapse:
            return self.is_frozen(selection.synapse)
        if selection.synapses:
            return not any(document.network.synapses[i].trainable for i in selection.synapses)
        refs = selection.neurons or ({selection.neuron} if selection.neuron else set())
        found = choosing.biases_of(document, parameters, refs)
        return bool(found.refs) and found.held == len(found.refs)

    def is_frozen(self, ref: SynapseRef) -> bool:
        """Whether a synapse is held against training."""
        mask = self.session.document.parameters.frozen.get(ref.synapses)
        place = choosing.weight_place(self.session.document, ref)
        return mask is not None and place is not None and bool(mask[place])

    def freeze(self, ref: SynapseRef, frozen: bool) -> None:
        """Hold the weight of one synapse, or let it go."""
        place = choosing.weight_place(self.session.document, ref)
        self.do(SetFrozen(ref.synapses, ref.source, ref.target, frozen, place))

    def freeze_selected(self) -> None:
        """Hold what is selected (synapses, bundles, biases of neurons), or let it go where all of it is held."""
        selection, document = self.selection, self.session.document
        if not self.can_freeze:
            return
        frozen = not self.all_frozen
        edit: Edit
        if selection.chosen:
            self.freeze_chosen(frozen)
            return
        if ref := selection.synapse:
            place = choosing.weight_place(document, ref)
            edit = SetFrozen(ref.synapses, ref.source, ref.target, frozen, place)
        elif selection.synapses:
            bundles = sorted(selection.synapses)
            name = Message.of("Hold {count} bundles against training", count=len(bundles))
            if not frozen:
                name = Message.of("Train {count} bundles", count=len(bundles))
            edit = Several(name, tuple(SetSynapses(i, (("trainable", not frozen),)) for i in bundles))
        elif one := selection.neuron:
            edit = SetFrozenBias(one.layer, one.neuron, frozen)
        else:
            refs = choosing.biases_of(document, document.parameters, selection.neurons).refs
            edit = choosing.freezing_biases(refs, frozen)
        self.do(edit)

    def mute_selected(self) -> None:
        """Let the selected neurons or layers send 0, or what they compute again where all of them are muted."""
        edit = muting.muting(self.session.document, self.selection)
        if edit is not None:
            self.do(edit)
        elif self.selection.layers or self.selection.neurons:
            self.tell(tr("Outputs cannot be muted: mute neurons of the layers before them instead."))

    def bypass_selected(self) -> None:
        """Let the selected layers pass their weighted inputs on, or through their activation again."""
        edit = muting.bypassing(self.session.document, self.selection)
        if edit is not None:
            self.do(edit)
        elif self.selection.layers:
            self.tell(tr("An input has no activation to bypass."))

    # -- one synapse more -----------------------------------------------------------------------------------------

    def start_join(self) -> None:
        """Begin a synapse at the selected neuron; a click, or arrows and Enter, choose where it ends."""
        ref = self.selection.neuron
        if ref is None or self.nearness.is_far:
            self.start_connect()
            return
        layer = self.session.document.network.layer(ref.layer)
        if layer.kind == "output":
            self.start_connect(ref.layer)  # it says why not
        elif self.scene.layers[ref.layer].neuron_point(ref.neuron) is not None:
            self.begin(JoinNeurons(cast("CanvasView", self), ref, lasting=True))

    def join(self, source: NeuronRef, target: NeuronRef) -> None:
        """Wire one neuron to one neuron; one that is there already is selected."""
        document = self.session.document
        edit = Join(source.layer, target.layer, source.neuron, target.neuron)
        present = edit.present(document)
        place = (source.neuron, target.neuron)
        if present is not None:
            if place_of(document.network, document.parameters, present, *place) is not None:
                self.selection.select_synapse(SynapseRef(present.id, *place))
                return
            edit = Join(source.layer, target.layer, *place, self._drawn(edit, present.id))
        key = present.id if present else document.network.next_id
        if self.do(edit):
            self.selection.select_synapse(SynapseRef(key, *place))

    def _drawn(self, edit: Join, synapses: int) -> float:
        """The weight that a new synapse of a bundle begins with: as its initializer draws it."""
        try:
            document = edit.apply(self.session.document)
        except StudioError:
            return 0.0  # why it cannot be is said when it is done
        bundle, mask = document.network.synapses[synapses], document.parameters.masks[synapses]
        place = (edit.source_neuron, edit.target_neuron)
        return float(initial.draw_weights(document.network, bundle, document.seed, mask)[place])
