"""The entry of a gateway process: the application that an HTTP server calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from flask import Flask

from api.app import create_app
from api.gateway import gateway_of
from api.parent import end_with_parent
from api.stalled import end_stalled
from api.stopping import when_stopping
from api.streams.gate import Gate
from shared import logs
from shared.settings import read_settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the others from running: a bulk being checked must not hold up single
submits. Not with SQLite, where the thread that is held up may hold the one write lock."""


def load_app() -> Flask:
    """The application of this process, by the environment's settings; its log is set up too.

    Called in the main thread of the process that serves. At its end, what waits is sent.
    """
    settings = read_settings()
    logs.configure(settings, "gateway")
    if settings.database_url.startswith("postgresql"):
        sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(settings)
    gate = Gate(app.wsgi_app, settings.gateway_threads)

    def first(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer the first request: only now does the server listen."""
        app.wsgi_app = gate  # type: ignore[assignment,method-assign]
        end_stalled(settings.port)
        return gate(environ, start)

    app.wsgi_app = first  # type: ignore[assignment,method-assign]
    gateway = gateway_of(app)
    when_stopping(gateway.wake_everybody)
    end_with_parent()
    # A server's child ends without atexit, but not without this.
    Finalize(None, gateway.close, exitpriority=100)
    return app


def __getattr__(name: str) -> Any:
    """``api.wsgi:app`` is made when it is first asked for: importing needs no settings."""
    if name == "app":
        app = globals()["app"] = load_app()
        return app
    raise AttributeError(name)
