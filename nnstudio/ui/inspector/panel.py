"""The panel at the right: one page for what is selected, following document, selection and training."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from nnstudio.session import Problem, Session
from nnstudio.ui.frames import FrameClock
from nnstudio.ui.inspector.annotation_pages import GroupPage, NotePage
from nnstudio.ui.inspector.bundle_page import BundlePage
from nnstudio.ui.inspector.layer_page import LayerPage
from nnstudio.ui.inspector.many_page import NeuronsPage, SynapsesPage
from nnstudio.ui.inspector.network_page import NetworkPage
from nnstudio.ui.inspector.neuron_page import NeuronPage
from nnstudio.ui.inspector.page import Page
from nnstudio.ui.inspector.problems_box import ProblemsBox
from nnstudio.ui.inspector.reading import Reading
from nnstudio.ui.inspector.sample_chooser import SampleChooser
from nnstudio.ui.inspector.several_page import SeveralPage
from nnstudio.ui.inspector.synapse_page import SynapsePage
from nnstudio.ui.selection import Selection
from nnstudio.ui.text import tr
from nnstudio.ui.theme import theme
from nnstudio.ui.widgets.commit_line import CommitLine
from nnstudio.ui.widgets.labels import heading
from nnstudio.ui.widgets.lifetime import Subscriptions

LIVE_INTERVAL_MS = 100
WIDTH = 340


class InspectorPanel(QWidget):
    """Explains and edits what is selected. While training its numbers move at most ten times a second."""

    def __init__(self, session: Session, selection: Selection, clock: FrameClock) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setAccessibleName(self.title)
        self.setMinimumWidth(280)
        self._session = session
        self._selection = selection
        self._stale = True
        self._subject: tuple[object, ...] = ()  # what the page is about
        self._chosen = selection.chosen
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._scroll)
        body = QWidget()
        body.setObjectName("inspectorBody")
        self._scroll.setWidget(body)
        self._scroll.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        box = QVBoxLayout(body)
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(10)
        self.heading = heading("")
        box.addWidget(self.heading)
        self.problems = ProblemsBox(session)
        box.addWidget(self.problems)
        self.sample = SampleChooser(selection)
        box.addWidget(self.sample)
        self.network_page = NetworkPage(session, selection)
        self.layer_page = LayerPage(session, selection)
        self.neuron_page = NeuronPage(session, selection)
        self.synapse_page = SynapsePage(session, selection)
        self.bundle_page = BundlePage(session, selection)
        self.several_page = SeveralPage(session, selection)
        self.synapses_page = SynapsesPage(session, selection)
        self.neurons_page = NeuronsPage(session, selection)
        self.group_page = GroupPage(session, selection)
        self.note_page = NotePage(session, selection)
        self.page: Page = self.network_page
        self._pages: tuple[Page, ...] = (
            self.network_page,
            self.layer_page,
            self.neuron_page,
            self.synapse_page,
            self.bundle_page,
            self.several_page,
            self.synapses_page,
            self.neurons_page,
            self.group_page,
            self.note_page,
        )
        for page in self._pages:
            page.setVisible(page is self.page)
            box.addWidget(page, 1)
        self._ticket = clock.register(self._draw_live, self, LIVE_INTERVAL_MS)
        self._subscriptions = Subscriptions(
            self,
            session.changed.connect(self._changed),
            session.live_changed.connect(self._moved),
            session.problems_changed.connect(self._changed),
            selection.changed.connect(self._changed),
            theme.changed.connect(self._recolored),
            self._ticket.close,
        )
        self.refresh()

    @property
    def title(self) -> str:
        """The panel's name."""
        return tr("Inspector")

    def _changed(self, _: object) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _moved(self, _: object) -> None:
        self._ticket.mark()

    def _recolored(self, _: object) -> None:
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _fitting(self) -> Page:
        chosen = self._selection
        if chosen.empty:
            return self.network_page
        if chosen.neuron is not None:
            return self.neuron_page
        if chosen.synapse is not None:
            return self.synapse_page
        if chosen.chosen:
            return self.synapses_page
        if chosen.neurons:
            return self.neurons_page
        document = self._session.document
        groups, notes = chosen.groups & document.groups.keys(), chosen.notes & document.notes.keys()
        count = len(chosen.layers) + len(chosen.synapses) + len(groups) + len(notes)
        if count > 1:
            return self.several_page
        if groups or notes:
            return self.group_page if groups else self.note_page
        if not count:
            return self.network_page  # what was selected is no more
        return self.layer_page if chosen.layers else self.bundle_page

    def refresh(self) -> None:
        """Bring page, heading, sample and problems up to date."""
        self._stale = False
        if self._selection.keep(self._session.document):
            return  # it told of the change, which led back here
        self._finish_typing()
        reading = Reading.take(self._session, self._selection)
        page = self._fitting()
        if page is not self.page:
            self.page.hide()
            self.page = page
            self._scroll.verticalScrollBar().setValue(0)
        page.show_reading(reading)
        if page.behind:
            self._ticket.mark()
        page.show()
        title = page.heading(reading)
        if title != self.heading.text():
            self.heading.setText(title)
        self.heading.setVisible(bool(title))
        self.sample.setEnabled(page.wants_sample)
        if page.wants_sample:
            self.sample.show_reading(reading)
        else:
            self.sample.hide()
        self.problems.show_problems(self._concerning())

    def _finish_typing(self) -> None:
        """What was typed for what is no longer selected is taken for that, or given up where it is refused."""
        chosen = self._selection
        subject = (chosen.layers, chosen.synapses, chosen.neuron, chosen.synapse, chosen.neurons, chosen.groups)
        if subject == self._subject and chosen.chosen is self._chosen:
            return
        self._subject, self._chosen = subject, chosen.chosen
        line = QApplication.focusWidget()
        if isinstance(line, CommitLine) and self.page.isAncestorOf(line) and not line.commit():
            line.restore()

    def _concerning(self) -> tuple[Problem, ...]:
        chosen = self._selection

        def concerns(problem: Problem) -> bool:
            where = problem.where
            if where.kind == "layer":
                return where.id in chosen.layers
            if where.kind == "synapses":
                return where.id in chosen.synapses
            return chosen.empty and where.kind == "training"  # the bar under the canvas tells of the rest

        return tuple(problem for problem in self._session.problems if concerns(problem))

    def _draw_live(self) -> None:
        if not self._stale:
            self.page.show_live(Reading.take(self._session, self._selection))
