"""A web server that shows a folder: pages of links, files with tags, and odd answers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.sources.served import PASSWORD, USER, Served, web_server

SIGNED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@contextmanager
def website(folder: Path) -> Iterator[Served]:
    """The source; each of its pages lists a folder, as the standard library's server does."""
    requests: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def send_head(self) -> Any:
            requests.append(f"{self.command} {self.path}")
            if self.headers.get("Authorization") != SIGNED:
                self.send_error(HTTPStatus.UNAUTHORIZED)
                return None
            return super().send_head()

        def log_message(self, *_args: Any) -> None:
            """Nothing: the tests look at ``requests``."""

    with web_server(Handler) as url:
        yield Served(
            folder,
            f"{url}/",
            {"user": USER, "password": PASSWORD},
            {"user": USER, "password": "wrong"},
            requests,
        )


@contextmanager
def answering(status: int, seen: list[str] | None = None, **headers: str) -> Iterator[str]:
    """A server that answers every request with ``status`` and ``headers``; its address.

    How requests were signed is added to ``seen``.
    """

    class Handler(SimpleHTTPRequestHandler):
        def send_head(self) -> None:
            if seen is not None:
                seen.append(self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    with web_server(Handler) as url:
        yield url
