"""The HTTP servers that can stand in front of the application."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from api.wsgi import load_app
from shared.errors import SettingsError
from shared.settings import Settings

BACKLOG = 1024
"""How many connections may wait to be accepted."""
STOP_SECONDS = 20
"""How long requests in flight may take after the server was told to stop."""


def serve(settings: Settings) -> None:
    """Serve until told to stop, by the server that the settings name.

    `SettingsError` where another process listens at the address already.
    """
    require_free(settings.host, settings.port)
    servers: dict[str, Callable[[Settings], None]] = {
        "granian": serve_granian,
        "gunicorn": serve_gunicorn,
    }
    servers[settings.http_server](settings)


def serve_granian(settings: Settings) -> None:
    """One process, HTTP/1, a thread for each request in flight and for each open stream."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "api.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads_of(settings),
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=threads_of(settings),
        log_access=False,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=load_app, wrap_loader=False)


def serve_gunicorn(settings: Settings) -> None:
    """One process of gunicorn's threaded kind."""
    from gunicorn.app.base import BaseApplication

    options = {
        "bind": f"{bracketed(settings.host)}:{settings.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": threads_of(settings),
        "worker_connections": 2 * threads_of(settings),
        "backlog": BACKLOG,
        "keepalive": 75,
        "graceful_timeout": STOP_SECONDS,
        "accesslog": None,
        "loglevel": "warning",
        "control_socket_disable": True,
    }

    class Application(BaseApplication):  # type: ignore[misc]
        """Our application, configured here instead of by files."""

        def load_config(self) -> None:
            """Set what this version of it knows of the options."""
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, made in the process that serves."""
            return load_app()

    Application().run()


def threads_of(settings: Settings) -> int:
    """Threads of the server, which makes them as they are needed; `Gate` divides them."""
    return settings.gateway_threads + settings.stream_seats


def require_free(host: str, port: int) -> None:
    """Refuse an address at which somebody listens: granian would share it without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            where = f"{bracketed(host)}:{port}"
            raise SettingsError(
                f"The gateway cannot listen at {where}: {error.strerror}."
            ) from None


def bracketed(host: str) -> str:
    """``host`` as it stands before a port: an IPv6 address goes in brackets."""
    return f"[{host}]" if ":" in host else host
