"""The window as a screen reader knows it: through AT-SPI, in a real X server."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.document import Source
from nnstudio.document.edits import AddLayer, Connect, SetWeight
from nnstudio.session import Session
from tests.xserver import reader, screen
from tests.xserver.reader import Reader
from tests.xserver.screen import Screen

LAYERS = ["Layer Input, 4 neurons", "Layer Hidden 1, 3 neurons, Tanh", "Layer Output, 3 neurons, Softmax"]

needed = [*screen.missing(), *reader.missing()]
pytestmark = [
    pytest.mark.xserver,
    pytest.mark.skipif(bool(needed), reason=f"not installed: {', '.join(needed)}"),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "iris.nns"
    session = Session()
    session.choose_data(Source("bundled", "iris"))
    session.do(AddLayer("input", (-300.0, 0.0)))
    session.do(AddLayer("hidden", (0.0, 0.0), size=3))
    session.do(AddLayer("output", (300.0, 0.0)))
    session.do(Connect(1, 2))
    session.do(Connect(2, 3))
    session.do(SetWeight(4, 1, 2, -1.25))
    session.save(path)
    session.close()
    return path


def test_a_screen_reader_hears_the_window_and_all_that_is_on_the_canvas(project: Path, tmp_path: Path) -> None:
    with Reader(tmp_path) as listener, Screen(str(project), extra=listener.environment) as person:
        person.wait_for_title("iris.nns")
        listener.wait(lambda it: it.of_role("tree"), "the side panels do not come")
        person.key("ctrl+l")
        window = listener.wait(lambda it: it.of_role("tree item"), "no outline")

        # the window and what can be pressed in it
        assert window.find("frame", "iris.nns")
        for name in ("Train", "Reset to the initial weights", "Stop", "Undo", "Zoom in", "Input", "Hidden", "Output"):
            assert window.find("push button", name)
        assert window.find("check box", "Select")
        assert window.find("status bar", "Status")
        menus = [told.name for told in window.of_role("menu item") + window.of_role("menu")]
        assert {"File", "Edit", "View", "Train", "Help"} <= {name.replace("&", "") for name in menus}
        controls = ("push button", "check box", "text", "slider", "combo box", "tree", "table", "canvas")
        seen = [told for role in controls for told in window.of_role(role) if "showing" in told.states]
        assert len(seen) > 40
        assert not [told for told in seen if not told.name]

        # the outline mirrors the network
        outline = [told.name for told in window.find("tree", "The network").of_role("tree item")]
        assert [name for name in outline if name.startswith("Layer")] == LAYERS

        # and so does the canvas
        canvas = window.find("canvas", "Network canvas")
        assert canvas.description == "3 layers, 2 wires; nothing selected"
        layers = [told for told in canvas.children if told.name.startswith("Layer")]
        assert [told.name for told in layers] == LAYERS
        assert [told.role for told in layers] == ["panel"] * 3
        assert [len(told.children) for told in layers] == [4, 3, 3]
        names = [told.name.split(",")[0] for told in layers[0].children]
        assert names == ["Neuron sepal length", "Neuron sepal width", "Neuron petal length", "Neuron petal width"]
        assert all(", bias 0.00, activation " in told.name for told in layers[1].children)
        bundle = canvas.find("panel", "Synapses from Input to Hidden 1, 12")
        assert len(bundle.children) == 12
        assert bundle.find("list item", "Synapse from sepal width to 3, weight −1.25")
        assert not [told for told in canvas if "selected" in told.states]
        assert all({"selectable", "focusable"} <= told.states for told in layers)
        assert {"expandable", "expanded"} <= layers[0].states

        # places: what lies in the middle of a neuron is that neuron
        left, top, width, height = listener.place(layers[1].children[1])
        assert listener.at(canvas, left + width // 2, top + height // 2).startswith("Neuron 2, bias")
        x, y, w, h = listener.place(layers[1])
        assert x < left < left + width < x + w
        assert y < top < top + height < y + h

        # by keyboard: the selected layer, then a neuron of it, has the focus and is selected
        person.click((x + w // 2, y - 60))
        person.key("Tab", "Tab")
        hidden, second = LAYERS[1], "Neuron 2, bias"
        canvas = listener.wait(lambda it: "selected" in it.find("panel", hidden).states, "no layer", canvas)
        assert "focused" in canvas.find("panel", hidden).states
        assert canvas.description == "Hidden 1 selected"
        person.key("Return", "Down")
        canvas = listener.wait(lambda it: "focused" in it.find("list item", second).states, "no neuron", canvas)
        assert [it.name[:8] for it in canvas.of_role("list item") if "selected" in it.states] == ["Neuron 2"]
        assert canvas.description == "Hidden 1, neuron 2 selected"

        # a card of the palette is pressed as a button is, and the canvas tells of the new layer
        listener.press(window.find("push button", "Hidden"))
        canvas = listener.wait(lambda it: len(it.of_role("panel")) == 6, "no new layer", canvas)
        assert "selected" in canvas.find("panel", "Layer Hidden 2, 8 neurons, Tanh").states
        person.key("ctrl+z")
        canvas = listener.wait(lambda it: len(it.of_role("panel")) == 5, "the layer stays", canvas)
        assert [it.name for it in canvas.children if it.name.startswith("Layer")] == LAYERS
        person.key("ctrl+q")
        assert person.studio.wait(5) == 0
