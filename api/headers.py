"""Headers on every answer: what browsers must not do with it, and who may read it from afar."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.datastructures import Headers

SAFE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
"""Sent with every answer that does not say otherwise itself."""
ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE"
ALLOWED_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-API-Key, X-Request-Id, folder, "
    "wait"
)
EXPOSED_HEADERS = (
    "Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
)
PREFLIGHT_SECONDS = "600"


def completed(headers: list[tuple[str, str]], request_id: str) -> list[tuple[str, str]]:
    """The headers of an answer with those that every answer has."""
    present = {name.lower() for name, _ in headers}
    safe = [pair for pair in SAFE if pair[0].lower() not in present]
    return [*headers, ("X-Request-Id", request_id), *safe]


def share_with(app: Flask, origins: tuple[str, ...]) -> None:
    """Let pages of ``origins`` read the answers of ``app``; by default nobody's may."""
    if not origins:
        return

    @app.after_request
    def share(response: Response) -> Response:
        allow(response.headers, request.headers.get("Origin"), origins)
        return response


def allow(headers: Headers, origin: str | None, allowed: tuple[str, ...]) -> None:
    """Let pages of ``origin`` read the answer, where it is one of ``allowed``."""
    headers.add("Vary", "Origin")
    if origin is None or (origin not in allowed and "*" not in allowed):
        return
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
