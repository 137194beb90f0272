"""What a screen reader is told: a session bus of its own, the accessibility bus on it, and the tree of a program."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

NEEDED = ("dbus-daemon",)
SERVICE = Path("/usr/share/dbus-1/services/org.a11y.Bus.service")  # comes with at-spi2-core
ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
PROPERTIES = "org.freedesktop.DBus.Properties"
# bits of AT-SPI's StateType
STATES = {
    "expandable": 9,
    "expanded": 10,
    "focusable": 11,
    "focused": 12,
    "selectable": 22,
    "selected": 23,
    "showing": 25,
}


def missing() -> list[str]:
    """Which packages are not installed."""
    return [*(name for name in NEEDED if shutil.which(name) is None), *([] if SERVICE.exists() else ["at-spi2-core"])]


class GoneError(Exception):
    """There is no such object, or it cannot do this."""


@dataclass
class Told:
    """One object as a screen reader knows it."""

    role: str
    name: str
    description: str
    states: frozenset[str]
    reference: tuple[str, str]
    children: list[Told] = field(default_factory=list)

    def __iter__(self) -> Iterator[Told]:
        yield self
        for child in self.children:
            yield from child

    def find(self, role: str, name: str) -> Told:
        """The first object below with this role whose name begins so."""
        for told in self:
            if told.role == role and told.name.startswith(name):
                return told
        near = sorted({(told.role, told.name) for told in self if told.role == role or name in told.name})
        raise AssertionError(f"no {role} {name!r} among {near}")

    def of_role(self, role: str) -> list[Told]:
        """Every object below with this role."""
        return [told for told in self if told.role == role]


class Reader:
    """A session bus with assistive technology switched on; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        folder = self._folder / "run"
        folder.mkdir(mode=0o700)
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={folder}/bus"],
            env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._daemon.stdout is not None
        self.address = self._daemon.stdout.readline().strip()
        self._session = open_dbus_connection(self.address)
        status = ("org.a11y.Bus", "/org/a11y/bus")
        self._on(self._session, status, PROPERTIES, "Set", "ssv", ("org.a11y.Status", "IsEnabled", ("b", True)))
        (where,) = self._on(self._session, status, "org.a11y.Bus", "GetAddress")
        self._bus = open_dbus_connection(where)
        return self

    def __exit__(self, *_: object) -> None:
        for connection in (self._bus, self._session):
            connection.close()
        self._daemon.terminate()  # launcher and registry of the accessibility bus go with it
        self._daemon.wait(10)
        if self._daemon.stdout is not None:
            self._daemon.stdout.close()

    @property
    def environment(self) -> dict[str, str]:
        """What a program must find in its environment to be heard here."""
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def programs(self) -> list[Told]:
        """Every program that speaks, with all that it tells."""
        root = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        return [self._told(child) for child in self._ask(root, ACCESSIBLE, "GetChildren")[0]]

    def wait(self, wanted: Callable[[Told], Any], why: str, within: Told | None = None, seconds: float = 30.0) -> Told:
        """Read the program (or an object ``within`` it) again and again until ``wanted`` is true of it, and give it."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                for found in self.programs() if within is None else [self._told(within.reference)]:
                    if wanted(found):
                        return found
            except GoneError:
                pass  # it was taken away while it was read
            assert time.monotonic() < deadline, why
            time.sleep(0.1)

    def place(self, told: Told) -> tuple[int, int, int, int]:
        """Where an object is on the screen: left, top, width, height."""
        found: tuple[int, int, int, int] = self._ask(told.reference, COMPONENT, "GetExtents", "u", (0,))[0]
        return found

    def at(self, told: Told, x: int, y: int) -> str:
        """The name of what lies at a point of the screen within an object."""
        reference = self._ask(told.reference, COMPONENT, "GetAccessibleAtPoint", "iiu", (x, y, 0))[0]
        return str(self._property(reference, "Name"))

    def press(self, told: Told) -> None:
        """Press a button without mouse or keys."""
        names = [name for name, _, _ in self._ask(told.reference, ACTION, "GetActions")[0]]
        self._ask(told.reference, ACTION, "DoAction", "i", (names.index("Press"),))

    def _told(self, reference: tuple[str, str]) -> Told:
        low, high = self._ask(reference, ACCESSIBLE, "GetState")[0]
        bits = low | high << 32
        told = Told(
            role=str(self._ask(reference, ACCESSIBLE, "GetRoleName")[0]),
            name=str(self._property(reference, "Name")),
            description=str(self._property(reference, "Description")),
            states=frozenset(name for name, bit in STATES.items() if bits >> bit & 1),
            reference=reference,
        )
        told.children = [self._told(child) for child in self._ask(reference, ACCESSIBLE, "GetChildren")[0]]
        return told

    def _property(self, reference: tuple[str, str], name: str) -> Any:
        return self._ask(reference, PROPERTIES, "Get", "ss", (ACCESSIBLE, name))[0][1]

    def _ask(self, *words: Any) -> Any:
        return self._on(self._bus, *words)

    def _on(
        self,
        connection: DBusConnection,
        reference: tuple[str, str],
        interface: str,
        method: str,
        signature: str | None = None,
        body: tuple[Any, ...] = (),
    ) -> Any:
        name, path = reference
        call = new_method_call(DBusAddress(path, name, interface), method, signature, body)
        reply = connection.send_and_get_reply(call, timeout=20)
        if reply.header.message_type == MessageType.error:
            raise GoneError(f"{interface}.{method} of {path}: {reply.body}")
        return reply.body
