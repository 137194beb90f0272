"""The style sheet: calm surfaces, thin lines, one accent, and a focus that can be seen."""

from __future__ import annotations

from dataclasses import fields
from string import Template

from nnstudio.assets import asset
from nnstudio.ui.theme import Colors, ThemeName

_SHEET = Template("""
QMainWindow, QDialog, QMessageBox { background: $panel; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; border-radius: 4px; padding: 5px 7px; }

QMenuBar { background: $panel; color: $dim; padding: 1px 8px; border: none; }
QMenuBar::item { padding: 4px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: $raised; color: $text; }
QMenuBar::item:pressed { background: $accent; color: $on_accent; }
QMenu { background: $panel; color: $text; border: 1px solid $line; border-radius: 8px; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 10px; border-radius: 5px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $faint; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 6px; }
QMenu::icon:checked { background: $raised; border: 1px solid $accent; border-radius: 4px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; }
QMenu::indicator:checked { image: url("$icons/check-menu.svg"); }

QWidget#topBar { background: $panel; border-bottom: 1px solid $line; }
QWidget#topBar QLabel { background: transparent; }
QLabel#fileName, QLabel[strong="true"] { font-weight: 600; }
QLabel#edited, QLabel[dim="true"] { color: $dim; }
QLabel[heading="true"] { color: $dim; font-size: 11px; font-weight: 600; }
QLabel[role="heading"] { color: $dim; font-size: 11px; font-weight: 600; background: transparent; }
QLabel[role="dim"] { color: $dim; background: transparent; }
QLabel[role="error"] { color: $error; font-size: 12px; background: transparent; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: 9px; }
QStatusBar { background: $raised; color: $dim; border-top: 1px solid $line; min-height: 25px; max-height: 25px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $dim; font-size: 12px; background: transparent; }

QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 7px;
    padding: 4px 11px; min-height: 18px; }
QToolButton { padding: 4px 8px; }
QPushButton:hover, QToolButton:hover { border-color: $faint; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $faint; background: transparent; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:default, QPushButton[primary="true"], QToolButton[primary="true"]
    { background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; }
QPushButton[primary="true"]:hover, QToolButton[primary="true"]:hover { border-color: $text; }
QPushButton:default:focus, QPushButton[primary="true"]:focus, QToolButton[primary="true"]:focus
    { border-color: $text; }
QPushButton[primary="true"]:disabled, QToolButton[primary="true"]:disabled
    { background: $raised; border-color: $line; color: $faint; }
QPushButton:checked, QToolButton:checked { background: $accent; border-color: $accent; color: $on_accent; }
QToolButton:checked:disabled { background: $line; border-color: $line; color: $dim; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent; border-color: transparent; padding: 3px; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: $raised; border-color: $line; }
QToolButton[flat="true"]:focus, QPushButton[flat="true"]:focus { border-color: $accent; }
QToolButton[segment="first"] { border-top-right-radius: 0; border-bottom-right-radius: 0; border-right: none; }
QToolButton[segment="middle"] { border-radius: 0; border-right: none; }
QToolButton[segment="last"] { border-top-left-radius: 0; border-bottom-left-radius: 0; }
QToolButton[segment="first"]:focus, QToolButton[segment="middle"]:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $background; color: $text;
    border: 1px solid $line; border-radius: 6px; padding: 3px 7px; min-height: 18px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus
    { border-color: $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; background: $panel; }
QComboBox { background: $raised; padding-right: 20px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $line; padding: 3px;
    selection-background-color: $accent; selection-color: $on_accent; outline: none; }
QSpinBox::up-button, QDoubleSpinBox::up-button { border: none; width: 16px; }
QSpinBox::down-button, QDoubleSpinBox::down-button { border: none; width: 16px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$icons/chevron-up.svg"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 10px; height: 10px; }
QCheckBox, QRadioButton { background: transparent; spacing: 7px; }
QCheckBox::indicator, QRadioButton::indicator { width: 15px; height: 15px; border: 1px solid $faint;
    border-radius: 4px; background: $background; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$icons/check.svg"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus, QCheckBox:focus::indicator, QRadioButton:focus::indicator
    { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint; }

QProgressBar { background: $line; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent; }
QSlider::handle:horizontal:focus { border: 2px solid $text; width: 10px; height: 10px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; min-height: 26px; min-width: 26px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QHeaderView::section { background: $panel; color: $dim; border: none; border-bottom: 1px solid $line;
    border-right: 1px solid $line; padding: 5px 8px; font-weight: 600; }
QTableCornerButton::section { background: $panel; border: none; border-bottom: 1px solid $line; }
QAbstractItemView { outline: none; alternate-background-color: $raised; selection-background-color: $accent;
    selection-color: $on_accent; }
QTableView { background: $background; gridline-color: $line; border: 1px solid $line; border-radius: 6px; }
QListView, QTreeView { background: $background; border: 1px solid $line; border-radius: 6px; }
QTabBar::tab { background: transparent; color: $dim; padding: 5px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QGroupBox { border: 1px solid $line; border-radius: 9px; margin-top: 18px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; color: $dim; font-weight: 600; }
QScrollArea { background: transparent; border: none; }
QPushButton[compact="true"] { padding: 4px 8px; }

QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QDockWidget { color: $text; }
QWidget#dockTitle { background: $panel; }
QWidget#dockTitle QLabel { background: transparent; font-size: 12px; }
QWidget#dockTitle QToolButton { padding: 1px; min-height: 14px; border-radius: 4px; }

QFrame#commandCard { background: $panel; border: 1px solid $line; border-radius: 11px; }
QFrame#commandCard QLineEdit { background: transparent; border: none; border-bottom: 1px solid $line; border-radius: 0;
    padding: 7px 8px; font-size: 15px; }
QListView#commandList, QListView#historyList, QTreeView#outlineTree { background: transparent; border: none; }
QTreeView#outlineTree { selection-background-color: transparent; }
QTreeView#outlineTree::branch { background: transparent; }
QTreeView#outlineTree::branch:closed:has-children { image: url("$icons/chevron-right.svg"); padding: 7px 2px; }
QTreeView#outlineTree::branch:open:has-children { image: url("$icons/chevron-down.svg"); padding: 7px 2px; }

QFrame#problems { background: $raised; border-top: 1px solid $line; }
QFrame#notice { background: $raised; border-bottom: 1px solid $line; }
QFrame#problems QLabel, QFrame#notice QLabel { background: transparent; }
QFrame#problems QWidget#problemList { background: transparent; }
QFrame#problems QPushButton, QFrame#notice QPushButton { padding: 2px 10px; }
QFrame#problems QPushButton[flat="true"] { padding: 2px 4px; text-align: left; }
QFrame#problems[insisting="true"] { border-top: 2px solid $error; }
""")


def style_sheet(name: ThemeName, colors: Colors) -> str:
    """The whole style sheet in one theme's colours."""
    values = {field.name: getattr(colors, field.name) for field in fields(colors) if field.name != "classes"}
    folder = asset("icons").as_posix()
    return _SHEET.substitute(values, icons=f"{folder}/{name}")
