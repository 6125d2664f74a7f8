"""Callers who stay connected and read nothing: their connections end."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")
SECONDS = 15
"""How long a caller may take nothing of what is sent: less than a server waits when it stops."""


def end_stalled(port: int, seconds: float = SECONDS) -> None:
    """End connections to ``port`` of this process whose callers take nothing for ``seconds``.

    Neither HTTP server can: a thread that sends waits for as long as the connection lives, and so
    does the server when it is to stop. The kernel can (``TCP_USER_TIMEOUT``, of Linux alone): it is
    told of the socket that listens, from which later ones inherit it, and of those that are open.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not OPEN_FILES.is_dir():
        return
    for entry in OPEN_FILES.iterdir():
        with suppress(OSError):  # what is closed meanwhile
            _bound(int(entry.name), port, seconds)


def _bound(number: int, port: int, seconds: float) -> None:
    """Bound the waiting of one open file, where it is a socket with that port."""
    if not stat.S_ISSOCK(os.fstat(number).st_mode):
        return
    with socket.socket(fileno=os.dup(number)) as one:
        if one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockname()[1] == port:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))
