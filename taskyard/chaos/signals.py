"""Signals to supervised processes, and to nobody who happens to have their pid."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import Signals

from taskyard.up_record import RecordedProcess

CONTINUE = 'read -r _; kill -s CONT -- "-$1" 2>/dev/null'
"""What continues a session when we are gone: reading ends when our end of the pipe closes."""


def send(process: RecordedProcess, number: Signals) -> bool:
    """Send a signal to the process itself; False where it is not alive any more.

    The handle is taken before its birth is compared, so a later process with its pid is safe.
    """
    if process.pid is None:
        return False
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        if not process.is_alive:
            return False
        signal.pidfd_send_signal(handle, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


def send_all(process: RecordedProcess, number: Signals) -> bool:
    """Send a signal to the process and everything in its session."""
    if process.pid is None or not process.is_alive:
        return False
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def stopped(process: RecordedProcess, *, whole: bool) -> Iterator[bool]:
    """Hold the process (with ``whole``, its session) still; whether it could be.

    It goes on at the end of the block, and also when this program is killed within it.
    """
    with _continued_at_last(process):
        try:
            yield (send_all if whole else send)(process, Signals.SIGSTOP)
        finally:
            send_all(process, Signals.SIGCONT)


@contextmanager
def _continued_at_last(process: RecordedProcess) -> Iterator[None]:
    command = ("/bin/sh", "-c", CONTINUE, "sh", str(process.pid))
    with subprocess.Popen(  # noqa: S603 - a fixed command
        command, stdin=subprocess.PIPE, start_new_session=True
    ) as guard:
        try:
            yield
        finally:
            assert guard.stdin is not None  # noqa: S101 - we asked for a pipe
            with suppress(BrokenPipeError):
                guard.stdin.close()


def children(process: RecordedProcess) -> list[int]:
    """The pids of its own living children."""
    found: list[int] = []
    for file in Path(f"/proc/{process.pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, file.read_text(encoding="ascii").split())
    return found if process.is_alive else []
