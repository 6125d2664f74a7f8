"""The gateway's Flask application, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider

from api import buyers, health, jobs, scripts, servers
from api.auth import guard_routes
from api.description import open_api
from api.dialect import Speakers
from api.docs import routes as docs
from api.errors import speak_errors
from api.gateway import EXTENSION, open_gateway
from api.headers import share_with
from api.limits import JSON_BYTES
from api.request_id import RequestIds
from shared.broker.memory import MemoryBroker
from shared.db import Store
from shared.settings import Settings
from shared.tasks.registry import Registry
from shared.yard import Yard, open_yard

ANSWER_SECONDS = 10.0
"""How long the store may take for one answer: longer than anything a caller has to wait for."""


class FastJson(JSONProvider):
    """JSON by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """``obj`` as JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """The value of JSON text."""
        return orjson.loads(s)


class GatewayFlask(Flask):
    """Flask, for views that are plain functions, with fast JSON."""

    json_provider_class = FastJson

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is a coroutine; asking costs time on every request."""
        return func


def create_app(settings: Settings) -> Flask:
    """The gateway of a yard that is opened for it."""
    return create_app_for(
        open_yard(settings, pool_size=pool_size(settings), answer_seconds=ANSWER_SECONDS)
    )


def create_app_for(yard: Yard) -> Flask:
    """The gateway of a yard that is open already."""
    app = create_routes(yard.settings.cors_origins)
    lead_to(yard, app)
    return app


def lead_to(yard: Yard, app: Flask) -> None:
    """Let the routes of ``app`` lead to ``yard`` from now on."""
    app.extensions[EXTENSION] = open_gateway(yard, buyers.write_event)


def create_routes(cors_origins: tuple[str, ...] = ()) -> Flask:
    """Every route, leading nowhere yet."""
    app = GatewayFlask("api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = JSON_BYTES
    app.wsgi_app = RequestIds(app.wsgi_app)  # type: ignore[assignment,method-assign]
    guard_routes(app, {scripts.NAME: scripts.DOOR, servers.NAME: servers.DOOR})
    share_with(app, cors_origins)
    speakers = Speakers(default=buyers.DIALECT)
    speakers.add(jobs.PREFIXES, jobs.DIALECT)
    speakers.add(scripts.PREFIXES, scripts.DIALECT)
    speakers.add(servers.PREFIXES, servers.DIALECT)
    api = open_api(app)
    buyers.join(api)
    jobs.join(api)
    scripts.join(api)
    servers.join(api)
    api.register_blueprint(health.blueprint)
    app.register_blueprint(docs.blueprint)
    speak_errors(app, speakers)
    return app


def create_blank_app() -> Flask:
    """A gateway to nothing, for those who only want to know its routes."""
    settings = Settings(
        home=Path("/nonexistent"),
        database_url="sqlite:////nonexistent/yard.db",
        redis_url="redis://",
        secret_key="no secret: nothing is signed with it",  # noqa: S106
    )
    yard = Yard(settings, Store(settings.database_url), MemoryBroker(), Registry({}))
    return create_app_for(yard)


def pool_size(settings: Settings) -> int:
    """Connections to the store: most threads wait for a shared commit, not for their own."""
    return min(16, settings.gateway_threads)
