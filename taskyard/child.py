"""One supervised process: started in a session of its own, restarted when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from taskyard.backoff import wait_seconds
from taskyard.log_prefix import LogStream
from taskyard.process import Process
from taskyard.ready_socket import ReadySocket


class Child:
    """A process and its lives; the supervisor alone starts, watches and ends it."""

    def __init__(
        self,
        process: Process,
        environ: Mapping[str, str],
        log: LogStream,
        notices: ReadySocket | None = None,
    ) -> None:
        self.process = process
        self.starts = 0
        self.is_ready = False
        self._environ = {**environ, **process.environ, **(notices.environ if notices else {})}
        self._log = log
        self._notices = notices
        self._running: subprocess.Popen[str] | None = None
        self._started_at = 0.0
        self._wait_seconds: float | None = None
        self._restart_at: float | None = None

    @property
    def name(self) -> str:
        """The process's name."""
        return self.process.name

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        return self._running.pid if self._running else None

    def start(self) -> None:
        """Begin a life: output into the log, no input, a session of its own."""
        self._running = subprocess.Popen(  # noqa: S603 - our own commands
            self.process.command,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.starts += 1
        self.is_ready = not self.process.tells_ready
        self._restart_at = None
        self._started_at = time.monotonic()
        threading.Thread(target=self._copy, args=(self._running,), daemon=True).start()

    def reap(self) -> int | None:
        """Its exit code when it has died since the last call, with its session ended; else None."""
        code = self._running.poll() if self._running else None
        if self._running is None or code is None:
            return None
        end_session(self._running.pid)
        self._plan_restart(time.monotonic() - self._started_at)
        self._running, self.is_ready = None, False
        return code

    def revive(self) -> bool:
        """Start it again if it is dead and its wait is over; whether it did."""
        if self._restart_at is None or time.monotonic() < self._restart_at:
            return False
        try:
            self.start()
        except OSError as error:  # no memory, no process ids left: try again like after a death
            self._log.write("yard", f"{self.name} cannot be started: {error}")
            self._plan_restart(lived_seconds=0.0)
            return False
        return True

    def listen(self) -> bool:
        """Note its own word that it is ready; whether there was one."""
        if self._notices is None or not self._notices.heard():
            return False
        self.is_ready = self._running is not None
        return True

    def ask_to_stop(self) -> None:
        """A signal to the process itself, not to its children: stopping is its own business."""
        self._restart_at = None
        if self._running:
            with suppress(ProcessLookupError):
                self._running.send_signal(self.process.stop_signal)

    def end(self) -> None:
        """SIGKILL to it and everything in its session."""
        self._restart_at = None
        if self._running:
            end_session(self._running.pid)
            self._running.wait()

    def close(self) -> None:
        """Let go of what listened to it."""
        if self._notices:
            self._notices.close()

    def _plan_restart(self, lived_seconds: float) -> None:
        self._wait_seconds = wait_seconds(self._wait_seconds, lived_seconds)
        self._restart_at = time.monotonic() + self._wait_seconds

    def _copy(self, running: subprocess.Popen[str]) -> None:
        assert running.stdout is not None  # noqa: S101 - we asked for a pipe
        with running.stdout as lines:
            for line in lines:
                self._log.write(self.name, line.rstrip("\n"))


def end_session(pid: int) -> None:
    """SIGKILL to what is left of the process group that ``pid`` leads."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def has_session(pid: int) -> bool:
    """Whether anything is left of the process group that ``pid`` leads."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
