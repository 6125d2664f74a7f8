"""A process that the bench starts: its output in a file, its end by its own pid."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from taskyard.bench.failure import BenchFailed
from taskyard.bench.memory import session_bytes
from taskyard.child import end_session

STOP_SECONDS = 20.0
START_SECONDS = 60.0
TAIL_LINES = 15


class Child:
    """Started at once, in a session of its own, so that Ctrl-C reaches the bench alone."""

    def __init__(
        self, name: str, command: Sequence[str], log_file: Path, environ: Mapping[str, str]
    ) -> None:
        self.name = name
        self.log_file = log_file
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def memory_bytes(self) -> int:
        """What it and its own children take."""
        return session_bytes(self._process.pid)

    def require_alive(self) -> None:
        """`BenchFailed` with the end of its log where it has died."""
        if self._process.poll() is not None:
            raise BenchFailed(
                f"{self.name} ended with code {self._process.returncode}:\n{self.tail()}"
            )

    def await_ready(self, is_ready: Callable[[], bool]) -> None:
        """Wait until ``is_ready``; `BenchFailed` where it dies first or takes a minute."""
        end = time.monotonic() + START_SECONDS
        while not is_ready():
            self.require_alive()
            if time.monotonic() > end:
                raise BenchFailed(
                    f"{self.name} is not ready after {START_SECONDS:g} s:\n{self.tail()}"
                )
            time.sleep(0.05)

    def has_ended(self, seconds: float = 0.5) -> bool:
        """Wait up to ``seconds`` for its own end; whether it came."""
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def require_success(self) -> None:
        """`BenchFailed` with the end of its log unless it ended with code 0."""
        if self._process.returncode != 0:
            self.require_alive()

    def ask_to_stop(self) -> None:
        """SIGTERM to it alone."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """See it end: asked first, then SIGKILL to what is left of its session."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=STOP_SECONDS)
        end_session(self._process.pid)
        self._process.wait()

    def tail(self) -> str:
        """The last lines that it wrote."""
        text = self.log_file.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-TAIL_LINES:])
