"""Processes of the yard for tests: started in sessions of their own, watched, always ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, Signals

from tests.servers import eventually

ROOT = Path(__file__).parents[1]
START_SECONDS = 30.0


class YardProcess:
    """One ``python`` process with its log in a file; its whole session ends with it."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**_inherited(), **environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The main process."""
        return self._process.pid

    @property
    def children(self) -> list[int]:
        """Its child processes, oldest first."""
        text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(word) for word in text.split()]

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """Everything it wrote so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def until_logged(self, words: str, seconds: float = START_SECONDS) -> None:
        """Wait until ``words`` are in the log; fail with the log when it ends before."""
        eventually(lambda: words in self.log or not self.is_alive, seconds, f"{words!r} in the log")
        assert words in self.log, self.log

    def signal(self, number: Signals) -> None:
        """Send a signal to the main process."""
        self._process.send_signal(number)

    def signal_all(self, number: Signals) -> None:
        """Send a signal to the main process and everything it started."""
        os.killpg(self.pid, number)

    def until_ended(self, seconds: float = 20.0) -> None:
        """Wait until it has ended by itself."""
        self._process.wait(seconds)

    def end(self) -> None:
        """Kill whatever is left of the session."""
        with suppress(ProcessLookupError):
            self.signal_all(SIGKILL)
        self._process.wait(10)


def is_running(pid: int) -> bool:
    """Whether a process of that number runs; the dead that nobody asked after do not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def _inherited() -> dict[str, str]:
    """The environment without what would change the yard under test."""
    mine = ("TASKYARD_", "CELERY", "REMAP_SIGTERM", "NOTIFY_SOCKET")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}
