"""A real WebDAV server (wsgidav on cheroot) that shows a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from tests.sources.served import PASSWORD, USER, Served


@contextmanager
def webdav_server(folder: Path) -> Iterator[Served]:
    """The source, and what it was asked."""
    from cheroot.wsgi import Server
    from wsgidav.fs_dav_provider import FilesystemProvider
    from wsgidav.wsgidav_app import WsgiDAVApp

    users = {"*": {USER: {"password": PASSWORD}}}
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/dav": FilesystemProvider(str(folder))},
            "simple_dc": {"user_mapping": users},
            "http_authenticator": {"accept_basic": True, "accept_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    requests: list[str] = []

    def noting(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return app(environ, start)  # type: ignore[no-any-return]

    server = Server(("127.0.0.1", 0), noting)
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    try:
        port = server.bind_addr[1]
        yield Served(
            folder,
            f"webdav://127.0.0.1:{port}/dav/",
            {"user": USER, "password": PASSWORD},
            {"user": USER, "password": "wrong"},
            requests,
        )
    finally:
        server.stop()
        thread.join()
