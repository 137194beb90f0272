"""Every way to change a document."""

from nnstudio.document.edits.edit import Edit, Several
from nnstudio.document.edits.fragment import Fragment, Paste, copy_fragment
from nnstudio.document.edits.groups import CollapseGroups, GroupLayers, RenameGroup, Ungroup
from nnstudio.document.edits.maps import InsertMap, RemoveMap
from nnstudio.document.edits.muting import Bypass, Mute
from nnstudio.document.edits.neurons import Freeze, InsertNeuron
from nnstudio.document.edits.notes import AddNote, PlaceNotes, RemoveNotes, WriteNote
from nnstudio.document.edits.own import SetFrozenOwn, SetOwn
from nnstudio.document.edits.settings import SetData, SetTraining
from nnstudio.document.edits.sizes import RemoveNeuron, ReshapeLayer, ResizeLayer
from nnstudio.document.edits.structure import (
    AddLayer,
    Connect,
    InsertLayer,
    MoveLayers,
    Remove,
    RenameLayer,
    SetActivation,
    SetBiasRule,
    SetDropout,
    SetLabels,
    SetLayer,
    SetNormalization,
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
    "CollapseGroups",
    "Connect",
    "Edit",
    "Fragment",
    "Freeze",
    "GroupLayers",
    "InsertLayer",
    "InsertMap",
    "InsertNeuron",
    "Join",
    "MoveLayers",
    "Mute",
    "Paste",
    "PlaceNotes",
    "Prune",
    "Redraw",
    "Remove",
    "RemoveMap",
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
    "SetDropout",
    "SetFrozen",
    "SetFrozenBias",
    "SetFrozenOwn",
    "SetLabels",
    "SetLayer",
    "SetNormalization",
    "SetOwn",
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
