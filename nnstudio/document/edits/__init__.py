"""Every way to change a document."""

from nnstudio.document.edits.edit import Edit, Several
from nnstudio.document.edits.fragment import Fragment, Paste, copy_fragment
from nnstudio.document.edits.groups import GroupLayers, RenameGroup, Ungroup
from nnstudio.document.edits.muting import Bypass, Mute
from nnstudio.document.edits.neurons import Freeze, InsertNeuron
from nnstudio.document.edits.notes import AddNote, PlaceNotes, RemoveNotes, WriteNote
from nnstudio.document.edits.settings import SetData, SetTraining
from nnstudio.document.edits.structure import (
    AddLayer,
    Connect,
    InsertLayer,
    MoveLayers,
    Remove,
    RemoveNeuron,
    RenameLayer,
    ReshapeLayer,
    ResizeLayer,
    SetActivation,
    SetBiasRule,
    SetLabels,
    SetLayer,
)
from nnstudio.document.edits.synapses import Chosen, Join, Prune, SetCells, SetChosen, TakeOut
from nnstudio.document.edits.values import (
    Redraw,
    Reset,
    SetBias,
    SetFrozen,
    SetFrozenBias,
    SetSynapses,
    SetWeight,
    SetWeights,
    Trained,
    bundle,
    synapse_name,
)

__all__ = [
    "AddLayer",
    "AddNote",
    "Bypass",
    "Chosen",
    "Connect",
    "Edit",
    "Fragment",
    "Freeze",
    "GroupLayers",
    "InsertLayer",
    "InsertNeuron",
    "Join",
    "MoveLayers",
    "Mute",
    "Paste",
    "PlaceNotes",
    "Prune",
    "Redraw",
    "Remove",
    "RemoveNeuron",
    "RemoveNotes",
    "RenameGroup",
    "RenameLayer",
    "Reset",
    "ReshapeLayer",
    "ResizeLayer",
    "SetActivation",
    "SetBias",
    "SetBiasRule",
    "SetCells",
    "SetChosen",
    "SetData",
    "SetFrozen",
    "SetFrozenBias",
    "SetLabels",
    "SetLayer",
    "SetSynapses",
    "SetTraining",
    "SetWeight",
    "SetWeights",
    "Several",
    "TakeOut",
    "Trained",
    "Ungroup",
    "WriteNote",
    "bundle",
    "copy_fragment",
    "synapse_name",
]
