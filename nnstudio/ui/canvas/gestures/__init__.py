"""One object for each gesture: it shows a ghost while it lasts and makes one named edit when it ends."""

from nnstudio.ui.canvas.gestures.choose import ChooseSynapses
from nnstudio.ui.canvas.gestures.drop import DropLayer, DropSynapses
from nnstudio.ui.canvas.gestures.gesture import Gesture
from nnstudio.ui.canvas.gestures.join import JoinNeurons
from nnstudio.ui.canvas.gestures.move import MoveSelected
from nnstudio.ui.canvas.gestures.pan import Pan
from nnstudio.ui.canvas.gestures.press import Press
from nnstudio.ui.canvas.gestures.reroute import Reroute
from nnstudio.ui.canvas.gestures.resize import ResizeByEdge
from nnstudio.ui.canvas.gestures.rubber_band import RubberBand
from nnstudio.ui.canvas.gestures.scrub import Scrub
from nnstudio.ui.canvas.gestures.wire import Wire

__all__ = [
    "ChooseSynapses",
    "DropLayer",
    "DropSynapses",
    "Gesture",
    "JoinNeurons",
    "MoveSelected",
    "Pan",
    "Press",
    "Reroute",
    "ResizeByEdge",
    "RubberBand",
    "Scrub",
    "Wire",
]
