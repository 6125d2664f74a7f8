"""Where a child says that it is ready: a datagram socket of its own, in systemd's words."""

from __future__ import annotations

import socket
from pathlib import Path

from shared.ready_notice import READY, VARIABLE

LONGEST_NOTICE = 4096


class ReadySocket:
    """Listens for one child's notice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        path.unlink(missing_ok=True)
        self._socket.bind(str(path))

    @property
    def environ(self) -> dict[str, str]:
        """What the child needs to find it."""
        return {VARIABLE: str(self.path)}

    def heard(self) -> bool:
        """Whether a notice came since the last call."""
        is_heard = False
        while True:
            try:
                notice = self._socket.recv(LONGEST_NOTICE)
            except BlockingIOError:
                return is_heard
            is_heard = is_heard or READY.strip() in notice.splitlines()

    def close(self) -> None:
        """Remove it."""
        self._socket.close()
        self.path.unlink(missing_ok=True)
