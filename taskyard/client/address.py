"""Which gateway a client calls, and as whom."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from shared.errors import SettingsError

URL = "TASKYARD_URL"
KEY = "TASKYARD_API_KEY"
USUAL_URL = "http://127.0.0.1:8000"
ANSWER_SECONDS, CONNECT_SECONDS = 15.0, 5.0
AGENT = "Taskyard-Client"
Credential = str | Callable[[], str]
"""An API key or a token, or what gives one for each request."""


def address_of(url: str | None) -> str:
    """The gateway's address, without a slash at its end; the environment's where none is given."""
    text = (url or os.environ.get(URL, "").strip() or USUAL_URL).rstrip("/")
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise SettingsError(f"{text!r} is no address of a gateway: begin with https:// or http://.")
    return text


def credential_of(given: Credential | None) -> Callable[[], str]:
    """What gives a credential for each request; the environment's key where none is given."""
    if callable(given):
        return given
    text = (given or os.environ.get(KEY, "")).strip()
    if not text or not text.isascii() or not text.isprintable():
        raise SettingsError(f"There is no credential: give an API key or a token, or set {KEY}.")
    return lambda: text


def timeout_of(seconds: float, extra_seconds: float) -> httpx.Timeout:
    """How long a request may take."""
    return httpx.Timeout(seconds + extra_seconds, connect=min(seconds, CONNECT_SECONDS))
