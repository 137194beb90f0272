"""Every way to change a document."""

from nnstudio.document.edits.edit import Edit, Several
from nnstudio.document.edits.fragment import Fragment, Paste, copy_fragment
from nnstudio.document.edits.neurons import Freeze, InsertNeuron
from nnstudio.document.edits.settings import SetData, SetTraining
from nnstudio.document.edits.structure import (
    AddLayer,
    Connect,
    InsertLayer,
    MoveLayers,
    Remove,
    RemoveNeuron,
    RenameLayer,
    ResizeLayer,
    SetActivation,
    SetBiasRule,
    SetLabels,
    SetLayer,
)
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
    "Connect",
    "Edit",
    "Fragment",
    "Freeze",
    "InsertLayer",
    "InsertNeuron",
    "MoveLayers",
    "Paste",
    "Redraw",
    "Remove",
    "RemoveNeuron",
    "RenameLayer",
    "Reset",
    "ResizeLayer",
    "SetActivation",
    "SetBias",
    "SetBiasRule",
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
    "Trained",
    "bundle",
    "copy_fragment",
    "synapse_name",
]
