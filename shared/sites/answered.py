"""What a site answers over plain httpx: its JSON, or the error that its refusal stands for."""

from __future__ import annotations

import re
from typing import Any

import httpx

from shared.clock import Clock
from shared.sites.delay import asked_delay
from shared.sites.error import SiteUnavailable, refusal

TAG = re.compile(r"<[^>]*>")
HIDDEN = "…"


def require_success(answer: httpx.Response, clock: Clock, said: str = "", secret: str = "") -> None:
    """Raise `SiteError` for a status of failure; ``said`` is the site's message, maybe of HTML.

    ``secret`` is hidden where the site repeats it.
    """
    if answer.is_success:
        return
    told = TAG.sub("", said)
    if secret:
        told = told.replace(secret, HIDDEN)
    delay = asked_delay(answer.headers, clock)
    raise refusal(answer.url.host, answer.status_code, told, delay)


def json_of(answer: httpx.Response) -> Any:
    """The JSON in an answer; None where it is something else, a page perhaps."""
    try:
        return answer.json()
    except ValueError:
        return None


def not_of(answer: httpx.Response, protocol: str) -> SiteUnavailable:
    """That it succeeded, in something else than ``protocol``: what it did is not known."""
    return SiteUnavailable(f"{answer.url.host} gives an answer that is not {protocol}'s.")
