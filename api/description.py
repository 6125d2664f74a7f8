"""The description of the API (OpenAPI 3.1), made from routes and schemas."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api

VERSION = "1.0"
CONFIG = {
    "API_TITLE": "Taskyard",
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
}
ABOUT = {
    "info": {
        "description": "Typed tasks go in, results come out, and nothing accepted is lost.",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "security": [{"bearer": []}],
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

    def _register_error_handlers(self) -> None:
        """None of its own."""


def open_api(app: Flask) -> Api:
    """The description of ``app``, served at ``/openapi.json``; dialects add theirs to it."""
    app.config.update(CONFIG)
    api = GatewayApi(app, spec_kwargs=ABOUT)
    api.spec.components.security_scheme("bearer", BEARER)
    return api


def describe(app: Flask) -> dict[str, Any]:
    """The whole description of ``app``."""
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    description: dict[str, Any] = api.spec.to_dict()
    return description
