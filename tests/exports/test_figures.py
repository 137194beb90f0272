"""Figures: whole and legible in every format, the same bytes from window, terminal and Python, clear refusals."""

from __future__ import annotations

import io
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import nnstudio as nn
from nnstudio.cli.program import main
from nnstudio.document import Document, StudioError
from nnstudio.document.edits import AddLayer, Connect, GroupLayers, MoveLayers
from nnstudio.exports import FIGURES, Style, figure_bytes, inline_svg
from nnstudio.exports.drawing import Circle, Curve, Polygon, Text
from nnstudio.exports.figure import figure
from nnstudio.exports.typeface import drawable, face_of, text_width

SVG = {"s": "http://www.w3.org/2000/svg"}


def iris() -> nn.Network:
    net = nn.Network(seed=1)
    layers = [net.add(nn.Input(4)), net.add(nn.Hidden(8)), net.add(nn.Hidden(6)), net.add(nn.Output(3))]
    for a, b in pairwise(layers):
        net.connect(a, b)
    return net


def skipping() -> nn.Network:
    net = nn.Network(seed=2)
    x, a, b, y = (net.add(part) for part in (nn.Input(3), nn.Hidden(6), nn.Hidden(5), nn.Output(2)))
    for s, t in ((x, a), (a, b), (b, y), (x, b), (x, y), (a, y)):
        net.connect(s, t)
    return net


def wide() -> nn.Network:
    net = nn.Network(seed=3)
    x, h, y = net.add(nn.Input(784, name="Pixels")), net.add(nn.Hidden(128)), net.add(nn.Output(10))
    net.connect(x, h)
    net.connect(h, y)
    return net


def seeing() -> nn.Network:
    net = nn.Network(seed=4)
    x, c = net.add(nn.Input((12, 12, 1))), net.add(nn.Hidden((12, 12, 8), activation="relu"))
    p, h, y = net.add(nn.Hidden((6, 6, 8))), net.add(nn.Hidden(20)), net.add(nn.Output(4, activation="softmax"))
    net.connect(x, c, nn.Convolution(3))
    net.connect(c, p, nn.Pooling(size=2))
    net.connect(p, h)
    net.connect(h, y)
    return net


def paired() -> nn.Network:
    net = nn.Network(seed=5)
    x, a = net.add(nn.Input(5)), net.add(nn.Hidden(5, name="Paired", normalization="batch", dropout=0.2))
    y = net.add(nn.Output(3))
    net.connect(x, a, nn.OneToOne())
    net.connect(a, y, nn.Sparse(pairs=[(0, 0), (2, 1), (4, 2)]))
    return net


NETWORKS = [iris, skipping, wide, seeing, paired]


def texts(svg: bytes | str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).findall("s:text", SVG)]  # noqa: S314


@pytest.mark.parametrize("make", NETWORKS)
def test_the_svg_names_every_layer_its_shape_and_its_activation(make) -> None:
    net = make()
    said = " ".join(texts(figure_bytes(net.document, ".svg")))
    for layer in net.document.network.layers.values():
        assert layer.name in said
        assert " × ".join(str(length) for length in layer.shape) in said
        if layer.kind != "input":
            assert layer.activation.key.lower() in said.lower()


@pytest.mark.parametrize("make", NETWORKS)
def test_nothing_lies_off_the_sheet(make) -> None:
    drawing = figure(make().document)
    for shape in drawing.shapes:
        points = [shape.at(t) for t in np.linspace(0, 1, 33)] if isinstance(shape, Curve) else []
        if isinstance(shape, Polygon):
            points = list(shape.points)
        if isinstance(shape, (Circle, Text)):
            left, top, right, bottom = shape.bounds
            points = [(left, top), (right, bottom)]
        for x, y in points:
            assert 0 <= x <= drawing.width, shape
            assert 0 <= y <= drawing.height, shape


@pytest.mark.parametrize("make", NETWORKS)
def test_words_do_not_lie_on_words(make) -> None:
    boxes = [shape.bounds for shape in figure(make().document).shapes if isinstance(shape, Text)]
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] + 1 or other[3] <= top + 1


@pytest.mark.parametrize("make", NETWORKS)
def test_the_pdf_has_one_page_of_the_right_size_with_its_words_and_typeface(make) -> None:
    net = make()
    data = figure_bytes(net.document, ".pdf")
    drawing = figure(net.document)
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    page = document[0]
    assert page.get_size() == pytest.approx((drawing.width, drawing.height), abs=0.1)
    words = page.get_textpage().get_text_bounded()
    for layer in net.document.network.layers.values():
        assert layer.name in words
    document.close()
    assert data.count(b"/FontFile2") == 2
    assert b"/Type /Font\n/Subtype /Type1" not in data


@pytest.mark.parametrize("make", NETWORKS)
def test_the_png_is_large_enough_to_print_and_not_blank(make) -> None:
    net = make()
    drawing = figure(net.document)
    image = Image.open(io.BytesIO(figure_bytes(net.document, ".png")))
    assert image.size == pytest.approx((3 * drawing.width, 3 * drawing.height), abs=1)
    pixels = np.asarray(image.convert("RGB"), dtype=np.int64)
    assert (pixels[0] == 255).all()
    assert (pixels[:, 0] == 255).all()
    dark = (pixels.sum(axis=2) < 300).mean()
    assert 0.002 < dark < 0.3


def test_signs_are_told_by_colour_and_by_dashes_and_size_by_width() -> None:
    net = nn.Network()
    x, y = net.add(nn.Input(2)), net.add(nn.Output(1))
    wire = net.connect(x, y)
    net.set_weights(wire, [[2.0], [-1.0]])
    curves = [shape for shape in figure(net.document, Style(legend=False)).shapes if isinstance(shape, Curve)]
    weak, strong = sorted(curves, key=lambda curve: curve.width)
    assert weak.dash
    assert not strong.dash
    red, _, blue = (int(strong.stroke[i : i + 2], 16) for i in (1, 3, 5))
    assert blue > red
    red, _, blue = (int(weak.stroke[i : i + 2], 16) for i in (1, 3, 5))
    assert red > blue
    assert "thickest: 2" in texts(figure_bytes(net.document, ".svg"))
    assert "thickest: 2" not in texts(figure_bytes(net.document, ".svg", Style(legend=False)))


def test_the_legend_explains_what_there_is_and_nothing_else() -> None:
    assert "synapses drawn together" in texts(figure_bytes(seeing().document, ".svg"))
    assert "synapses drawn together" not in texts(figure_bytes(iris().document, ".svg"))
    net = nn.Network()
    wire = net.connect(net.add(nn.Input(2)), net.add(nn.Output(1)))
    net.set_weights(wire, [[2.0], [1.0]])
    assert "negative weight" not in texts(figure_bytes(net.document, ".svg"))


def test_of_a_wide_layer_the_ends_and_the_strongest_are_drawn_and_the_rest_counted() -> None:
    net = wide()
    weights = net.weights(("Hidden 1", "Output")).copy()
    weights[77] = 5.0
    net.set_weights(("Hidden 1", "Output"), weights)
    drawing = figure(net.document)
    titles = {shape.title for shape in drawing.shapes if isinstance(shape, Circle) and shape.title}
    assert {"Hidden 1 1", "Hidden 1 78", "Hidden 1 128", "Pixels 1", "Pixels 784"} <= titles
    said = texts(figure_bytes(net.document, ".svg"))
    assert "… 118 more" in said
    assert "… 774 more" in said


@pytest.mark.parametrize("suffix", FIGURES)
def test_window_python_and_terminal_write_the_same_bytes(suffix, tmp_path) -> None:
    net = skipping()
    net.save(tmp_path / "p.nns")
    nn.export(nn.load(tmp_path / "p.nns"), tmp_path / f"python{suffix}")
    assert main(["export", str(tmp_path / "p.nns"), "-o", str(tmp_path / f"terminal{suffix}")]) == 0
    expected = figure_bytes(net.document, suffix)
    assert (tmp_path / f"python{suffix}").read_bytes() == expected
    assert (tmp_path / f"terminal{suffix}").read_bytes() == expected


def test_the_svg_of_a_notebook_is_the_same_drawing_without_its_typeface() -> None:
    net = iris()
    inline, whole = net._repr_svg_(), figure_bytes(net.document, ".svg", Style(legend=False)).decode()
    assert "@font-face" in whole
    assert re.sub(r"<style>.*?</style>\n", "", whole) == inline


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("figure.gif", 'A figure can be saved as .svg, .pdf or .png, not as ".gif"'),
        ("figure", 'not as "figure"'),
        ("nowhere/figure.svg", "There is no folder"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(name, words, tmp_path, capsys) -> None:
    net = iris()
    net.save(tmp_path / "p.nns")
    with pytest.raises(StudioError, match=re.escape(words)):
        nn.export(net, tmp_path / name)
    assert main(["export", str(tmp_path / "p.nns"), "-o", str(tmp_path / name)]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.nns"]


def test_only_synapses_that_exist_are_drawn_and_layers_say_what_is_done_to_them() -> None:
    drawing = figure(paired().document, Style(legend=False))
    assert sum(isinstance(shape, Curve) for shape in drawing.shapes) == 5 + 3
    assert {"batch normalization", "dropout 0.2"} <= {s.words for s in drawing.shapes if isinstance(s, Text)}


def test_weights_that_are_no_numbers_leave_the_drawing_whole() -> None:
    document = iris().document
    bundle = next(iter(document.network.synapses))
    weights = np.array(document.parameters.weights[bundle])
    weights[0, 0], weights[1, 1] = np.nan, np.inf
    broken = document.having(parameters=document.parameters.with_weights(bundle, weights))
    assert b"nan" not in figure_bytes(broken, ".svg")
    assert b"inf" not in re.sub(rb"<style>.*?</style>", b"", figure_bytes(broken, ".svg"))


def test_muted_neurons_are_struck_through() -> None:
    net = iris()
    net.mute("Hidden 1", [2])
    drawing = figure(net.document)
    (stroke,) = [shape for shape in drawing.shapes if isinstance(shape, Polygon) and len(shape.points) == 2]
    neuron = next(s for s in drawing.shapes if isinstance(s, Circle) and s.title == "Hidden 1 3")
    middle = np.mean(stroke.points, axis=0)
    assert tuple(middle) == pytest.approx((neuron.x, neuron.y))


def test_groups_are_framed_and_named() -> None:
    document = skipping().document
    layers = list(document.network.layers)
    grouped = GroupLayers(frozenset(layers[1:3]), "The <deep> part").apply(document)
    assert "The <deep> part" in texts(inline_svg(grouped))
    drawing = figure(grouped)
    frame = next(shape for shape in drawing.shapes if isinstance(shape, Polygon))
    (left, top), (right, bottom) = frame.points[0], frame.points[2]
    inside = [s for s in drawing.shapes if isinstance(s, Circle) and s.title.startswith("Hidden")]
    assert len(inside) == 11
    assert all(left < circle.x < right and top < circle.y < bottom for circle in inside)


def test_names_in_any_script_are_kept_in_svg_and_boxed_where_the_typeface_lacks_them(tmp_path: Path) -> None:
    net = nn.Network()
    net.add(nn.Input(2, name="層 <&> Ünï"))
    assert "層 <&> Ünï" in texts(figure_bytes(net.document, ".svg"))
    assert drawable("層 Ü") == "□ Ü"
    for suffix in FIGURES:
        nn.export(net, tmp_path / f"x{suffix}")


def test_an_empty_network_is_a_sheet_that_says_so() -> None:
    for suffix in FIGURES:
        assert figure_bytes(Document(), suffix)
    assert texts(figure_bytes(Document(), ".svg")) == ["An empty network"]


def test_a_document_without_a_layout_is_laid_out() -> None:
    document = skipping().document.having(layout={})
    circles = [shape for shape in figure(document).shapes if isinstance(shape, Circle) and shape.title]
    x = {
        name: {c.x for c in circles if c.title.startswith(name)} for name in ("Input", "Hidden 1", "Hidden 2", "Output")
    }
    assert all(len(places) == 1 for places in x.values())
    assert [min(places) for places in x.values()] == sorted(min(places) for places in x.values())


def test_a_typeface_holds_the_signs_asked_for_with_the_widths_measured() -> None:
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(face_of("Hidden…", True))) as face:
        assert "glyf" in face
        assert set(map(ord, "Hidden…")) <= set(face.getBestCmap())
        em, cmap = face["head"].unitsPerEm, face.getBestCmap()
        width = sum(face["hmtx"][cmap[ord(sign)]][0] for sign in "Hidden…") / em * 11
    assert text_width("Hidden…", 11, True) == pytest.approx(width)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(-20, 20), st.integers(-20, 20)), min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12),
)
def test_any_network_in_any_layout_is_drawn_without_overlaps(layers, wires) -> None:
    document = Document()
    for size, x, y in layers:
        document = AddLayer("hidden", (24.0 * x, 24.0 * y), size=size).apply(document)
    ids = list(document.network.layers)
    for a, b in wires:
        if a < b < len(ids) and document.network.refusal(ids[a], ids[b]) is None:
            document = Connect(ids[a], ids[b]).apply(document)
    drawing = figure(document)
    circles = [shape for shape in drawing.shapes if isinstance(shape, Circle) and shape.title]
    centres = np.array([(circle.x, circle.y) for circle in circles])
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2) + 1e3 * np.eye(len(centres))
    assert apart.min() > 2 * circles[0].radius
    moved = MoveLayers({ids[0]: document.layout[ids[-1]]}).apply(document)
    assert figure(moved).shapes
