"""A menu with a field in it: typing finds entries, arrows and Enter choose one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidgetAction

from nnstudio.ui.icons import set_icon
from nnstudio.ui.matching import find_letters
from nnstudio.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

MOST = 12
ROOM = 250  # view pixels: how wide the field is
OWN_KEYS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
)


@dataclass(frozen=True)
class Offer:
    """One entry; ``first``: it is listed before anything is typed. ``words`` find it as well as its text does."""

    text: str
    run: Callable[[], object]
    icon: str = ""
    keys: str = ""
    first: bool = True
    words: str = ""


class SearchMenu(QMenu):
    """``offers`` is asked for the entries of what was typed without its number, and of that number."""

    def __init__(self, parent: QWidget, title: str, hint: str, offers: Callable[[int | None], Iterable[Offer]]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self._offers = offers
        self.field = QLineEdit(self)
        self.field.setObjectName("menu_search")
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(tr("Search in {menu}", menu=title))
        self.field.setMinimumWidth(ROOM)
        self._holder = QWidgetAction(self)
        self._holder.setDefaultWidget(self.field)
        self.addAction(self._holder)
        self.field.textChanged.connect(self._find)
        self.hovered.connect(self._speak)
        self._find("")

    def _find(self, text: str) -> None:
        """List what fits; the best is chosen, so that Enter takes it."""
        number = next((int(word) for word in text.split() if word.isdecimal() and len(word) < 7), None)
        query = " ".join(word for word in text.split() if not word.isdecimal())
        found: list[tuple[float, int, Offer]] = []
        for place, offer in enumerate(self._offers(number)):
            match = find_letters(query, offer.text)
            if match is None and offer.words:
                match = find_letters(query, offer.words)
            if match is not None and (query or offer.first):
                found.append((match.score if query else 0.0, place, offer))
        found.sort(key=lambda row: row[:2])
        for action in self.actions()[1:]:
            self.removeAction(action)
            action.deleteLater()
        for _score, _place, offer in found[:MOST]:
            self._add(offer)
        if not found:
            self.addAction(tr("Nothing is called that.")).setEnabled(False)
        self._choose_first()

    def _add(self, offer: Offer) -> None:
        action = self.addAction(f"{offer.text}\t{offer.keys}" if offer.keys else offer.text)
        if offer.icon:
            set_icon(action, offer.icon)
        action.triggered.connect(lambda _checked=False: offer.run())

    def _choose_first(self) -> None:
        first = self.actions()[1]
        if self.isVisible() and first.isEnabled():
            self.setActiveAction(first)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self._speak(first)

    def _speak(self, action: QAction) -> None:
        """The focus stays in the field, so the field tells the screen reader what Enter would take."""
        if action is not self._holder:
            self.field.setAccessibleDescription(action.text().partition("\t")[0])

    def showEvent(self, event: QShowEvent) -> None:
        """Type at once; Enter takes the first entry."""
        super().showEvent(event)
        self._choose_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters go to the field, wherever the focus is; the first entry is reached again from the last one."""
        if event.key() in OWN_KEYS:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.activeAction() in (None, self._holder):
                self.setActiveAction(self.actions()[1])  # the pointer has left what it was over
            super().keyPressEvent(event)
            if self.isVisible() and self.activeAction() is self._holder:
                super().keyPressEvent(event)  # the field is no entry: on to the next one
            if self.isVisible():
                self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        elif event.text() and not self.field.hasFocus():
            self.field.setFocus(Qt.FocusReason.PopupFocusReason)
            self.field.event(event)
        else:
            event.accept()
