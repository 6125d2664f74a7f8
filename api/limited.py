"""Requests that may not be made as often as a caller likes; every answer says how it stands."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

from flask import Response, after_this_request, g, request

from api.blueprint import Decorator, View
from api.failure import Kind, Rejected
from api.gateway import gateway
from api.rate_fields import POLICY, STANDING, jobs_fields, policy_field, standing_field
from api.rate_limit import Standing
from shared.rate_limits import DIALECTS, RateLimit

DEFAULT_DIALECT = "buyers"
"""Whose limits hold on routes that are no single dialect's."""
JOBS = "jobs"


@dataclass(slots=True)
class Tally:
    """The limits that concern the request at hand, and how its caller stands with them."""

    dialect: str
    limits: list[RateLimit] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    def tell(self, response: Response) -> Response:
        """``response`` with what the caller should know."""
        headers = response.headers
        headers[POLICY] = policy_field(self.limits)
        headers[STANDING] = standing_field(self.standings, time.time())
        if self.dialect == JOBS:
            headers.update(jobs_fields(self.standings))
        return response


def count(key: str, account_id: str | None) -> None:
    """Count the request at hand, now that it is known whose it is; 429 where it is one too many.

    ``key`` tells callers apart; ``account_id`` is None for one who belongs to no account. What a
    key may not ask is not counted for its account, so that it takes nothing from the others.
    """
    g.counted_as = key
    limits = gateway().yard.settings.rate_limits
    if not limits:
        return
    dialect = _dialect()
    for one in limits:
        if one.dialect == dialect:
            whose = ((one.key, key), (one.account, account_id))
            _take(dialect, [(limit, who) for limit, who in whose if limit and who])


def limited(limit: RateLimit) -> Decorator:
    """Let each key ask a view as often as ``limit`` says, beside the limits of its dialect."""

    def guard(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Response:
            _take(_dialect(), [(limit, g.counted_as)])
            return view(*args, **kwargs)

        return counted

    return guard


def over(standing: Standing) -> Rejected:
    """The refusal of one request too many."""
    limit, seconds = standing.limit, standing.retry_after_seconds(time.time())
    return Rejected(
        Kind.RATE_LIMITED,
        f"At most {limit.most} requests in {limit.seconds} seconds ({limit.name}); "
        f"try again in {seconds}.",
        headers={"Retry-After": str(seconds)},
    )


def _take(dialect: str, asked: Iterable[tuple[RateLimit, str]]) -> None:
    """Count the request under each limit; all are told, and the first that is used up refuses."""
    pairs, tally = list(asked), _tally(dialect)
    tally.limits.extend(limit for limit, _ in pairs)
    for limit, whose in pairs:
        standing = gateway().rates.take(limit, whose)
        tally.standings.append(standing)
        if not standing.is_allowed:
            raise over(standing)


def _tally(dialect: str) -> Tally:
    """The tally of the request at hand; its answer will tell what is in it."""
    if "tally" not in g:
        g.tally = Tally(dialect)
        after_this_request(g.tally.tell)
    return cast(Tally, g.tally)


def _dialect() -> str:
    """The dialect of the request at hand."""
    return request.blueprint if request.blueprint in DIALECTS else DEFAULT_DIALECT
