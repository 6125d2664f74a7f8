"""Whether devices answer over their ADB links: what the ADB server says of them.

The server is asked in its own protocol, so that a process without the ADB library can look, and
so that looking never starts a server of its own.
Protocol: https://android.googlesource.com/platform/packages/modules/adb/+/HEAD/docs/dev/services.md
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping

from shared.errors import Unavailable

ANSWER_SECONDS = 5.0
"""Connecting and the whole answer; a server that was just started takes 3 s for its first."""
READY = "device"
"""The state of a device that takes requests."""
TROUBLES = {
    "offline": "is connected to the ADB server and does not answer",
    "unauthorized": "has not allowed debugging yet: somebody has to confirm it on its screen",
    "authorizing": "is asked whether it allows debugging",
    "connecting": "is being connected",
    "bootloader": "is in its boot loader",
    "recovery": "is in recovery mode",
    "sideload": "is in recovery mode",
}
"""What the other states mean, as the end of a sentence that begins with the device."""
SILENCE = "The ADB server does not answer."

Address = tuple[str, int]


class NoAdbServer(Unavailable):
    """The ADB server does not answer, or says what is no answer."""


def server_address(adb_server: str) -> Address:
    """Host and port of the setting ``adb_server``; `ValueError` where it is none."""
    host, colon, port = adb_server.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{adb_server!r} is not HOST:PORT")
    return host, int(port)


def device_states(adb_server: str, seconds: float = ANSWER_SECONDS) -> dict[str, str]:
    """The state of each connected device by its serial, within ``seconds``; `NoAdbServer`."""
    end = time.monotonic() + seconds
    try:
        with socket.create_connection(server_address(adb_server), timeout=seconds) as link:
            link.sendall(b"000chost:devices")
            if _read(link, 4, end) != b"OKAY":
                raise NoAdbServer("The ADB server does not list its devices.")
            text = _read(link, int(_read(link, 4, end), 16), end).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise NoAdbServer(SILENCE) from error
    lines = (line.partition("\t") for line in text.splitlines())
    return {serial: state.strip() for serial, tab, state in lines if tab}


def trouble(serial: str, states: Mapping[str, str]) -> str | None:
    """Why the device can't be used, as a sentence for its owner; None where it can."""
    state = states.get(serial)
    if state == READY:
        return None
    if state is None:
        return f"Device {serial} is not connected to the ADB server."
    meaning = TROUBLES.get(state, f"is not ready: the ADB server calls it {state!r}")
    return f"Device {serial} {meaning}."


def _read(link: socket.socket, size: int, end: float) -> bytes:
    """Exactly ``size`` bytes before ``end``; `OSError`."""
    got = b""
    while len(got) < size:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the ADB server takes too long")
        link.settimeout(left)
        part = link.recv(size - len(got))
        if not part:
            raise ConnectionError("the ADB server ended the connection")
        got += part
    return got
