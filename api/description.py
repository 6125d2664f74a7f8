"""The description of the API (OpenAPI 3.1), made from routes and schemas."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from threading import Lock
from typing import Any

import orjson
from flask import Flask, Response
from flask_smorest import Api, Blueprint

from api.described_bodies import as_read, operations
from api.rate_fields import DESCRIBED_REFUSAL

VERSION = "1.0"
CONFIG = {
    "API_TITLE": "Taskyard",
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
}
BY_CREDENTIAL: list[dict[str, list[str]]] = [{"bearer": []}]
ABOUT = {
    "info": {
        "description": "Typed tasks go in, results come out, and nothing accepted is lost.",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "security": BY_CREDENTIAL,
    "servers": [{"url": "/"}],
}
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token (JWT) or an API key.",
}


class GatewayApi(Api):  # type: ignore[misc]
    """Documents routes; errors are answered elsewhere, in the words of each dialect."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, *given: Any, **options: Any) -> None:
        self._undescribed: list[tuple[Blueprint, str]] = []
        self._describing = Lock()
        super().__init__(*given, **options)

    def _register_error_handlers(self) -> None:
        """None of its own."""

    def register_blueprint(self, blp: Blueprint) -> None:
        """Add routes; they are described when somebody asks: that takes twice as long."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)
        self._undescribed.append((blp, blp.name))

    def _describe_routes(self) -> None:
        with self._describing:
            while self._undescribed:
                blueprint, name = self._undescribed.pop(0)
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=name, parameters=None
                )

    @cached_property
    def whole(self) -> dict[str, Any]:
        """The whole description; every route has been added by the time it is first asked for."""
        self._describe_routes()
        spec: dict[str, Any] = deepcopy(self.spec.to_dict())
        as_read(spec)
        for _, _, operation in operations(spec):
            operation.setdefault("security", BY_CREDENTIAL)
            if "429" in operation["responses"]:
                operation["responses"]["429"]["headers"] = DESCRIBED_REFUSAL
        return spec

    @cached_property
    def _text(self) -> bytes:
        return orjson.dumps(self.whole)

    def _openapi_json(self) -> Response:
        return Response(self._text, mimetype="application/json")


def open_api(app: Flask) -> Api:
    """The description of ``app``, served at ``/openapi.json``; dialects add theirs to it."""
    app.config.update(CONFIG)
    api = GatewayApi(app, spec_kwargs=ABOUT)
    api.spec.components.security_scheme("bearer", BEARER)
    return api


def describe(app: Flask) -> dict[str, Any]:
    """The whole description of ``app``."""
    api: GatewayApi = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.whole
