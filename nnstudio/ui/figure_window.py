"""The network as a figure: how it will look, what can be chosen of it, and where it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from nnstudio.document import Document, StudioError
from nnstudio.exports import Style
from nnstudio.ui.text import message_text, tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.commit_line import TextField
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.labels import dim
from nnstudio.ui.widgets.lifetime import Subscriptions
from nnstudio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from nnstudio.session import Session

MM = 25.4 / 72  # of a point
Drawn = tuple[str, float, float, str]  # SVG, width and height in points, the colour of the paper


class FigurePreview(QWidget):
    """The figure as large as it fits, on its own paper."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(420, 300)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Preview of the figure"))
        self._picture = QSvgRenderer(self)
        self._paper = "#ffffff"

    def show_drawing(self, svg: str, paper: str) -> None:
        """Another figure."""
        self._picture.load(QByteArray(svg.encode()))
        self._paper = paper
        self.setAccessibleDescription(svg.partition("<title>")[2].partition("</title>")[0])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paper with the figure on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self._picture.defaultSize().toSizeF()
        if not size.isEmpty():
            size.scale(self.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
            sheet = QRectF(0, 0, size.width(), size.height())
            sheet.moveCenter(QRectF(self.rect()).center())
            painter.setPen(QPen(theme.colors.q("line"), 1))
            painter.setBrush(QColor(self._paper))
            painter.drawRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5))
            self._picture.render(painter, sheet)
        painter.end()


class FigureWindow(QDialog):
    """Switches beside a preview; ``save`` is called with what was chosen."""

    def __init__(self, session: Session, style: Style, save: Callable[[Style], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("figureWindow")
        self.setWindowTitle(tr("Export the network as a figure"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._save = session, save
        self.preview = FigurePreview()
        self.dark, self.labels = Switch(style.dark), Switch(style.labels)
        self.legend, self.notes = Switch(style.legend), Switch(style.notes)
        self.width_field = TextField(style.width or "")
        self.width_field.setPlaceholderText(tr("as large as its words"))
        form = Form()
        form.add("figure.dark", tr("Light on dark"), self.dark, stretch=False)
        form.add("figure.labels", tr("Names of neurons"), self.labels, stretch=False)
        form.add("figure.legend", tr("Legend"), self.legend, stretch=False)
        form.add("figure.notes", tr("Notes"), self.notes, stretch=False)
        hint = tr("A number with its unit: 85mm, 8.5cm, 3.3in, 240pt or 1600px; the height follows")
        form.add("figure.width", tr("Width"), self.width_field, hint)
        self.size_words = dim()
        for switch in (self.dark, self.labels, self.legend, self.notes):
            switch.switched.connect(lambda _on: self.refresh())
        self.width_field.text_committed.connect(lambda _text: self.refresh())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.save_button = QPushButton(tr("Save…"))
        self.save_button.setDefault(True)
        buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.save_button.clicked.connect(self._ask)
        buttons.rejected.connect(self.close)
        side = QVBoxLayout()
        side.addWidget(form)
        side.addWidget(self.size_words)
        side.addStretch(1)
        side.addWidget(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 18, 20, 16)
        row.setSpacing(20)
        row.addWidget(self.preview, 1)
        row.addLayout(side)
        self.resize(980, 520)
        self._subscriptions = Subscriptions(self, session.changed.connect(lambda _change: self.refresh()))
        self.refresh()

    @property
    def style_now(self) -> Style:
        """What is chosen."""
        width = self.width_field.text().strip() or None
        on = (self.dark.isChecked(), self.legend.isChecked(), self.labels.isChecked(), self.notes.isChecked())
        return Style(*on, width)

    def refresh(self) -> None:
        """Draw the figure anew in the background; a width that cannot be is told beside its field."""
        style, document = self.style_now, shown(self._session)
        try:
            style.points  # noqa: B018
        except StudioError as error:
            self.width_field.refuse(message_text(error.message))
            return
        self._session.background.submit("figure preview", lambda: drawn(document, style), self._show)

    def _show(self, found: Drawn) -> None:
        if not isValid(self):
            return  # closed meanwhile
        svg, wide, high, paper = found
        self.preview.show_drawing(svg, paper)
        sizes = {"width": f"{wide * MM:.0f}", "height": f"{high * MM:.0f}"}
        words = tr("{width} × {height} mm", **sizes)
        pixels = self.style_now.pixels if not self.width_field.problem else None
        if pixels is not None:
            words = tr("{width} × {height} pixels", width=pixels, height=round(pixels * high / wide))
        self.size_words.setText(words)

    def _ask(self) -> None:
        if self.width_field.commit():
            self._save(self.style_now)


def shown(session: Session) -> Document:
    """The document as it is seen now, while it trains too."""
    return session.document.having(parameters=session.live.parameters)


def drawn(document: Document, style: Style) -> Drawn:
    """The figure as SVG without its typeface, and the size that it will have."""
    from nnstudio.exports.figure import figure
    from nnstudio.exports.svg import FALLBACK, svg_text
    from nnstudio.exports.typeface import FAMILY

    drawing = figure(document, style)
    scale = (style.points or drawing.width) / drawing.width
    svg = svg_text(drawing, typeface=False).replace(FALLBACK, FAMILY)  # of a list of families Qt knows none
    return svg, drawing.width * scale, drawing.height * scale, style.ink.paper
