"""The entry of a gateway process: the application that an HTTP server calls."""

from __future__ import annotations

from multiprocessing.util import Finalize
from typing import Any

from flask import Flask

from api.app import create_app
from api.gateway import gateway_of
from api.parent import end_with_parent
from api.stopping import when_stopping
from shared import logs
from shared.settings import read_settings


def load_app() -> Flask:
    """The application of this process, by the environment's settings; its log is set up too.

    Called in the main thread of the process that serves. At its end, what waits is sent.
    """
    settings = read_settings()
    logs.configure(settings, "gateway")
    app = create_app(settings)
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
