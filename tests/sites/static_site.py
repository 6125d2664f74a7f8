"""A plain web server that shows a folder, for fetching back what was written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.sources.served import web_server


@dataclass
class StaticSite:
    """The server. ``asked`` are the requests that came, in order."""

    folder: Path
    url: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    """Paths that are answered with that status instead."""
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What is said beside, by path."""
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, content: str, **headers: str) -> str:
        """Show a file, words in ``headers`` joined by ``_``; its address."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        self.headers[f"/{path}"] = {n.replace("_", "-"): value for n, value in headers.items()}
        return f"{self.url}/{path}"

    def redirect(self, path: str, to: str) -> str:
        """Send whoever asks for ``path`` elsewhere; its address."""
        self.statuses[f"/{path}"], self.headers[f"/{path}"] = 302, {"Location": to}
        return f"{self.url}/{path}"


@contextmanager
def static_site(folder: Path) -> Iterator[StaticSite]:
    """The server, on a free port."""
    site = StaticSite(folder)

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words: Any, **how: Any) -> None:
            super().__init__(*words, directory=str(folder), **how)

        @property
        def place(self) -> str:
            return unquote(urlsplit(self.path).path)

        def do_GET(self) -> None:
            site.asked.append(f"{self.command} {self.place}")
            status = site.statuses.get(self.place)
            if status is None:
                super().do_GET()
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def end_headers(self) -> None:
            for name, value in site.headers.get(self.place, {}).items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_: Any) -> None:
            """In silence."""

    with web_server(Handler) as site.url:
        yield site
