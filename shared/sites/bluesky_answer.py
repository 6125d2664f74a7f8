"""What an answer of failure means in the AT Protocol; pure.

https://atproto.com/specs/xrpc#error-responses, https://docs.bsky.app/docs/api/at-protocol-xrpc-api
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.clock import Clock
from shared.sites.delay import asked_delay
from shared.sites.error import CredentialRefused, SiteError, SiteUnavailable, refusal

if TYPE_CHECKING:
    from atproto_client.request import Response

CREDENTIAL = frozenset(
    {
        "AuthenticationRequired",
        "AuthFactorTokenRequired",
        "AccountTakedown",
        "AccountDeactivated",
    }
)
"""Errors that begin no session, or end one for good; servers give some of them with status 400."""
ENDED = frozenset({"ExpiredToken", "InvalidToken"})
"""The session is over: with the password there may be another, or it is told that there is none."""
OUTRUN = "InvalidSwap"
"""Somebody else has changed the record meanwhile."""


def raised(site: str, answer: Response | None, clock: Clock, secret: str = "") -> SiteError:
    """The error for ``answer``, the library's; None where there was none.

    What the server says is told without ``secret``.
    """
    if answer is None:
        return SiteUnavailable(f"{site} does not answer.")
    content = answer.content
    if isinstance(content, dict):
        said: Mapping[str, Any] = content
    else:
        said = {name: getattr(content, name, None) for name in ("error", "message")}
    if secret:
        said = {name: _without(secret, text) for name, text in said.items()}
    return failure(site, answer.status_code, said, asked_delay(answer.headers, clock))


def failure(site: str, status: int, said: Mapping[str, Any], delay: float | None) -> SiteError:
    """The error for an answer with that status, whose body holds ``error`` and ``message``."""
    parts = (said.get("error"), said.get("message"))
    told = ": ".join(part for part in parts if isinstance(part, str) and part)
    error = refusal(site, status, told, delay)
    if said.get("error") in CREDENTIAL:
        return CredentialRefused(str(error), status)
    passing = said.get("error") in ENDED or said.get("error") == OUTRUN
    return SiteUnavailable(str(error), status) if passing else error


def _without(secret: str, text: object) -> object:
    return text.replace(secret, "…") if isinstance(text, str) else text
