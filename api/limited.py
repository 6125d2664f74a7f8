"""Routes that a caller may not ask as often as it likes; every answer says how it stands."""

from __future__ import annotations

import time
from functools import wraps
from math import ceil
from typing import Any

from flask import Response, after_this_request

from api.auth import caller
from api.blueprint import Decorator, View
from api.caller import Caller
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.rate_limit import RateLimit, Standing


def limited(limit: RateLimit) -> Decorator:
    """Let each key ask a view as often as ``limit`` says; beyond that it is refused."""

    def guard(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Response:
            standing = gateway().rates.take(limit, key_of(caller()))
            after_this_request(lambda response: told(response, standing))
            if not standing.is_allowed:
                raise over(standing)
            return view(*args, **kwargs)

        return counted

    return guard


def key_of(caller: Caller) -> str:
    """Whose requests are counted together: those of an API key, or of one who has a token."""
    return caller.key_id or f"{caller.account_id}/{caller.user or ''}"


def told(response: Response, standing: Standing) -> Response:
    """``response`` with how its caller stands; the reset in seconds since the epoch."""
    response.headers["X-RateLimit-Limit"] = str(standing.limit.most)
    response.headers["X-RateLimit-Remaining"] = str(standing.remaining)
    response.headers["X-RateLimit-Reset"] = str(ceil(standing.reset_at))
    return response


def over(standing: Standing) -> Rejected:
    """The refusal of one request too many."""
    limit, seconds = standing.limit, standing.retry_after_seconds(time.time())
    return Rejected(
        Kind.RATE_LIMITED,
        f"At most {limit.most} requests in {limit.seconds} seconds; try again in {seconds}.",
        headers={"Retry-After": str(seconds)},
    )
