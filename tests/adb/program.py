"""The real ADB program, out of adbutils' wheel: a server on a port of its own, and a client."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from adbutils import AdbError, adb_path

from shared.devices.adb_link import NoAdbServer, device_states
from tests.servers import eventually, free_port


class AdbProgram:
    """Speaks to the ADB server at ``port``, or is that server. Its keys lie in ``home``."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        # neither this machine's telephones nor those of its network
        self._environ = {"HOME": str(home), "PATH": os.defpath, "ADB_USB": "0", "ADB_MDNS": "0"}
        self._log = home / "adb.log"
        try:
            self._program = adb_path()
        except AdbError as error:
            pytest.skip(str(error))

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"127.0.0.1:{self.port}"

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """What ``adb WORDS`` answers."""
        return subprocess.run(
            [self._program, "-P", str(self.port), *words],
            capture_output=True, text=True, env=self._environ, timeout=30, check=False,
        )  # fmt: skip

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve while the block runs."""
        command = [self._program, "-P", str(self.port), "server", "nodaemon"]
        with self._log.open("wb") as log:
            server = subprocess.Popen(
                command, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            eventually(self._answers, what="the ADB server's first answer")
            yield
        finally:
            server.send_signal(signal.SIGKILL)
            server.wait(10)

    def _answers(self) -> bool:
        try:
            device_states(self.address)
        except NoAdbServer:
            return False
        return True
