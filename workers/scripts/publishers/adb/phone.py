"""A device over its ADB link, spoken to through adbutils; imported where a post goes there.

Every wait has an end, and nothing here starts an ADB server.
"""

from __future__ import annotations

import shlex
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from adbutils import AdbClient, AdbConnection, AdbDevice, AdbError

from shared.devices.adb_link import NoAdbServer, device_states, server_address, trouble
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.adb.push import PushRefused, push
from workers.scripts.publishers.protocol import DeviceOffline

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0
"""How long a device may be silent."""
LONGEST_COMMAND = 0xFFFF - len("shell,v2:") - len("; echo X4EXIT:$?")
"""Bytes: a request's length is four hexadecimal digits."""
STORED_BITS = 32
"""A size on a device, as it is told: the lower bits."""
BROKEN = (AdbError, OSError, EOFError, ValueError, AssertionError, struct.error)
"""How a broken link shows in adbutils."""
FAILURES = ("Error", "Exception", "java.", "Warning: Activity not started, its", "** No act")
"""How lines begin that tell of a failure, whatever the status says."""
NO_SPACE = ("no space left", "enospc")


class Link(AdbConnection):  # type: ignore[misc]  # the library has no types
    """A connection that starts no server where there is none, and sends all or fails."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        super().__init__(host, port)

    def _safe_connect(self) -> socket.socket:
        link = socket.create_connection(self._address, timeout=CONNECT_SECONDS)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def send_command(self, cmd: str) -> None:
        """Send a request whole."""
        data = cmd.encode("utf-8")
        self.conn.sendall(f"{len(data):04x}".encode("ascii") + data)


class Client(AdbClient):  # type: ignore[misc]  # the library has no types
    """Connects by `Link`, and waits for no answer longer than `ANSWER_SECONDS`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self._links: list[Link] = []
        self._version: int | None = None

    def server_version(self) -> int:
        """The server's version, asked for once: the library asks before each request."""
        if self._version is None:
            self._version = int(super().server_version())
        return self._version

    def make_connection(self, timeout: float | None = None) -> Link:
        """A new connection to the server."""
        link = Link(self.host, self.port)
        link.conn.settimeout(min(timeout or ANSWER_SECONDS, ANSWER_SECONDS))
        self._links = [*(known for known in self._links if not known.closed), link]
        return link

    def close(self) -> None:
        """End every connection: the library leaves those open that the server refused."""
        while self._links:
            self._links.pop().close()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered: its exit status, and what it wrote."""

    status: int
    text: str

    @property
    def error(self) -> str:
        """The line that tells an error, "" where there is none: not every status is honest."""
        lines = (line.strip() for line in self.text.splitlines())
        told = [line for line in lines if line.startswith(FAILURES)]
        return told[-1] if told else (f"status {self.status}" if self.status else "")


class Phone:
    """One device. Each verb raises `DeviceOffline` where the device does not answer (any more),
    and `TryLater` where it answers the ADB server and the link breaks all the same."""

    def __init__(self, adb_server: str, serial: str) -> None:
        self.serial = serial
        self._server = adb_server
        self._client = Client(*server_address(adb_server))
        self.device: AdbDevice = self._client.device(serial)

    def close(self) -> None:
        """End every connection."""
        self._client.close()

    def require(self) -> None:
        """Raise `DeviceOffline` unless the ADB server says that the device is ready."""
        try:
            sentence = trouble(self.serial, device_states(self._server))
        except NoAdbServer as error:
            sentence = str(error)
        if sentence:
            raise DeviceOffline(sentence)

    def run(self, words: Sequence[str]) -> Said:
        """Run one command; its words arrive as they are."""
        command = shlex.join(words)
        if len(command.encode("utf-8")) > LONGEST_COMMAND:
            raise NotAccepted("The caption is too long to be sent to a device.")
        with self._reached():
            done = self.device.shell2(command, timeout=ANSWER_SECONDS, v2=True)
        return Said(int(done.returncode), str(done.output))

    def size_of(self, path: str) -> int | None:
        """The size of a file there, None where there is none; its lower `STORED_BITS`."""
        with self._reached():
            found = self.device.sync.stat(path)
        return int(found.size) if found.mode else None

    def send(self, file: BinaryIO, path: str, modified: int, told: Callable[[int], None]) -> None:
        """Write ``file`` to ``path``; ``told`` hears how many bytes went, after each part."""
        try:
            with self._reached(), self.device.open_transport(timeout=ANSWER_SECONDS) as link:
                push(link, file, path, modified, told)
        except PushRefused as refusal:
            self._explain(refusal)

    def holds(self, path: str, size: int) -> bool:
        """Whether a file of that size is there."""
        stored = self.size_of(path)
        return stored is not None and stored == size % (1 << STORED_BITS)

    def _explain(self, refusal: PushRefused) -> None:
        if any(words in str(refusal).lower() for words in NO_SPACE):
            message = f"Device {self.serial} has no space left for the media."
            raise TryLater(message, code="NO_SPACE") from refusal
        message = f"Device {self.serial} does not take the media: {refusal}."
        raise TryLater(message, code="PUSH_REFUSED") from refusal

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            self.require()
            message = f"The ADB link to device {self.serial} broke."
            raise TryLater(message, code="ADB_LINK") from error
