"""What every source in these tests is: files that a server shows, and how it is reached."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

USER, PASSWORD = "maria", "a password / with odd: signs"


@dataclass
class Served:
    """A folder of this machine, shown by a server; ``requests`` are what it was asked, if known."""

    folder: Path
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    wrong_options: dict[str, Any] | None = None
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def put(self, path: str, content: bytes) -> None:
        """Let the source have this file, new or changed."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def remove(self, path: str) -> None:
        """Let the source have this file no more."""
        (self.folder / path).unlink()

    def clear(self) -> None:
        """Let the source be empty, and forget what was asked."""
        for place, folders, files in os.walk(self.folder, topdown=False):
            for name in files:
                Path(place, name).unlink()
            for name in folders:
                below = Path(place, name)
                below.unlink() if below.is_symlink() else below.rmdir()
        self.requests.clear()
        self.complaints.clear()


@contextmanager
def web_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """An HTTP server on a free port of the loopback interface; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
