"""What can be chosen of a figure: its ground, its width, what is written in it; notes and collapsed groups in it."""

from __future__ import annotations

import io
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import nnstudio as nn
from nnstudio.cli.program import main
from nnstudio.document import Document, StudioError
from nnstudio.document.edits import AddLayer, AddNote, CollapseGroups, Connect, GroupLayers, SetLabels
from nnstudio.exports import FIGURES, Style, figure_bytes
from nnstudio.exports.drawing import Circle, Polygon, Text, bounds_of
from nnstudio.exports.figure import figure

SVG = {"s": "http://www.w3.org/2000/svg"}


@pytest.fixture
def chain() -> Document:
    """4-8-6-3 with named inputs, laid out as a person does."""
    document = Document()
    for k, (kind, size) in enumerate((("input", 4), ("hidden", 8), ("hidden", 6), ("output", 3))):
        document = AddLayer(kind, (264.0 * k, 0.0), size=size).apply(document)
    ids = list(document.network.layers)
    for a, b in pairwise(ids):
        document = Connect(a, b).apply(document)
    return SetLabels(ids[0], ("one", "two", "three", "four")).apply(document)


def words(document: Document, style: Style) -> list[str]:
    return [shape.words for shape in figure(document, style).shapes if isinstance(shape, Text)]


def root(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 (our own)


# -- the ground ---------------------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_on_either_ground(chain, dark) -> None:
    style = Style(dark=dark)
    document = AddNote("Written here", (100.0, 400.0, 200.0, 90.0)).apply(chain)
    for shape in figure(document, style).shapes:
        if isinstance(shape, Text):
            for ground in (style.ink.paper, style.ink.frame, style.ink.sheet):
                a, b = sorted((luminance(shape.fill), luminance(ground)))
                assert (b + 0.05) / (a + 0.05) >= 4.5, (shape.words, ground)


def test_a_dark_figure_has_its_ground_in_every_format(chain) -> None:
    style = Style(dark=True)
    first = root(figure_bytes(chain, ".svg", style)).find("s:polygon", SVG)
    assert first is not None
    assert first.get("fill") == style.ink.paper
    for suffix in (".png", ".pdf"):
        pixels = np.asarray(_image(figure_bytes(chain, suffix, style), suffix))
        assert (pixels[2, 2] < 40).all()
        assert (pixels[-3, -3] < 40).all()


def _image(data: bytes, suffix: str) -> Image.Image:
    if suffix == ".png":
        return Image.open(io.BytesIO(data)).convert("RGB")
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    image = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    return image


# -- the width ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "points"), [("85mm", 240.94), ("8,5 cm", 240.94), ("3.3in", 237.6), ("240pt", 240)])
def test_a_width_on_paper_is_that_of_the_page(chain, width, points) -> None:
    import pypdfium2

    style = Style(width=width)
    document = pypdfium2.PdfDocument(figure_bytes(chain, ".pdf", style))
    assert document[0].get_width() == pytest.approx(points, abs=0.05)
    document.close()
    svg = root(figure_bytes(chain, ".svg", style))
    assert float((svg.get("width") or "").removesuffix("pt")) == pytest.approx(points, abs=0.05)
    image = Image.open(io.BytesIO(figure_bytes(chain, ".png", style)))
    assert image.width == pytest.approx(points / 72 * 300, abs=1)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.5)


@pytest.mark.parametrize("pixels", [333, 1600])
def test_a_width_in_pixels_is_that_of_the_picture(chain, pixels) -> None:
    style = Style(width=f"{pixels}px")
    assert Image.open(io.BytesIO(figure_bytes(chain, ".png", style))).width == pixels
    assert root(figure_bytes(chain, ".svg", style)).get("width") == str(pixels)


def test_lines_and_letters_grow_with_the_width(chain) -> None:
    def first(width: str, name: str, attribute: str) -> float:
        found = root(figure_bytes(chain, ".svg", Style(width=width))).find(f"s:{name}", SVG)
        assert found is not None
        return float(found.get(attribute) or 0)

    for name, attribute in (("circle", "r"), ("text", "font-size"), ("circle", "stroke-width")):
        assert first("1000px", name, attribute) == pytest.approx(2 * first("500px", name, attribute), abs=0.02)


@pytest.mark.parametrize("width", ["85", "wide", "-3cm", "0px", "9000mm", "99999px", "85 miles"])
def test_what_is_no_width_is_told_in_one_sentence(chain, width, tmp_path, capsys) -> None:
    with pytest.raises(StudioError, match=width):
        figure_bytes(chain, ".svg", Style(width=width))
    net = nn.Network()
    net.add(nn.Input(2))
    net.save(tmp_path / "p.nns")
    assert main(["export", str(tmp_path / "p.nns"), f"--width={width}"]) == 1
    assert width in capsys.readouterr().err
    assert not (tmp_path / "p.svg").exists()


# -- what is written ----------------------------------------------------------------------------------------------


def test_labels_are_left_out_where_that_is_wished(chain) -> None:
    assert {"one", "four", "Input", "Hidden 1"} <= set(words(chain, Style()))
    without = set(words(chain, Style(labels=False)))
    assert "Input" in without
    assert not {"one", "four"} & without


@pytest.mark.parametrize("suffix", FIGURES)
def test_python_and_terminal_choose_alike(suffix, tmp_path) -> None:
    net = nn.Network(seed=1)
    net.connect(net.add(nn.Input(3)), net.add(nn.Output(2)))
    net.save(tmp_path / "p.nns")
    chosen = {"legend": False, "labels": False, "notes": False, "dark": True, "width": "120mm"}
    nn.export(net, tmp_path / f"python{suffix}", **chosen)
    terminal = tmp_path / f"terminal{suffix}"
    options = ["--dark", "--width", "120mm", "--no-legend", "--no-labels", "--no-notes"]
    assert main(["export", str(tmp_path / "p.nns"), "-o", str(terminal), *options]) == 0
    assert terminal.read_bytes() == (tmp_path / f"python{suffix}").read_bytes()
    assert terminal.read_bytes() == figure_bytes(net.document, suffix, Style(True, False, False, False, "120mm"))


# -- notes and groups ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "side"), [((264.0, -420.0), "above"), ((264.0, 420.0), "below")])
def test_a_note_lies_on_the_side_of_its_layer_and_covers_no_layer(chain, place, side) -> None:
    text = "The first hidden layer\nfinds edges & corners, and is long enough to be wrapped."
    document = AddNote(text, (place[0] - 100, place[1] - 45, 200.0, 90.0)).apply(chain)
    drawing = figure(document)
    lines = [shape for shape in drawing.shapes if isinstance(shape, Text)]
    written = [shape for shape in lines if shape.words and shape.words in text.replace("\n", " ")]
    assert " ".join(shape.words for shape in written) == text.replace("\n", " ")
    neurons = [s for s in drawing.shapes if isinstance(s, Circle) and s.title.startswith("Hidden 1")]
    top, bottom = min(c.y - c.radius for c in neurons), max(c.y + c.radius for c in neurons)
    for line in written:
        assert line.y < top if side == "above" else line.y > bottom
    sheet = next(s for s in drawing.shapes if isinstance(s, Polygon) and s.fill == Style().ink.sheet)
    left, above, right, below = sheet.bounds
    for shape in drawing.shapes:
        if isinstance(shape, Circle):
            box = shape.bounds
            assert box[2] <= left or right <= box[0] or box[3] <= above or below <= box[1]
    box = bounds_of(written)
    assert left < box[0]
    assert box[2] < right
    assert above < box[1] + 4
    assert box[3] < below
    assert not set(words(document, Style(notes=False))) & {line.words for line in written}


def test_a_collapsed_group_is_one_card_and_its_wires_are_drawn_together(chain) -> None:
    ids = list(chain.network.layers)
    document = GroupLayers(frozenset(ids[1:3]), "Encoder").apply(chain)
    group = max(document.groups)
    open_titles = {s.title for s in figure(document).shapes if isinstance(s, Circle)}
    assert "Hidden 1 1" in open_titles
    shut = CollapseGroups(frozenset({group}), True).apply(document)
    drawing = figure(shut)
    assert {"Encoder", "2 layers", "synapses drawn together"} <= set(words(shut, Style()))
    assert "Hidden 1" not in set(words(shut, Style()))
    assert not any(s.title.startswith("Hidden") for s in drawing.shapes if isinstance(s, Circle))
    bands = [s for s in drawing.shapes if isinstance(s, Polygon) and s.fill == Style().ink.band]
    assert len(bands) == 3  # into the card, out of it, and the sign in the legend
    assert figure(shut).height < figure(document).height
    assert "Encoder (2 layers)" in drawing.title


def test_a_collapsed_group_that_signals_come_back_to_is_drawn_open(chain) -> None:
    ids = list(chain.network.layers)
    document = GroupLayers(frozenset({ids[0], ids[2]}), "Around").apply(chain)
    shut = CollapseGroups(frozenset({max(document.groups)}), True).apply(document)
    assert "Hidden 2" in words(shut, Style())
    assert "Around" in words(shut, Style())


def test_everything_collapsed_without_a_layout_is_still_drawn(chain) -> None:
    document = GroupLayers(frozenset(chain.network.layers), "All").apply(chain)
    shut = CollapseGroups(frozenset({max(document.groups)}), True).apply(document).having(layout={})
    shut = AddNote("Somewhere", (0.0, 0.0, 100.0, 60.0)).apply(shut)
    assert {"All", "4 layers", "Somewhere"} <= set(words(shut, Style()))
    for suffix in FIGURES:
        assert figure_bytes(shut, suffix)
