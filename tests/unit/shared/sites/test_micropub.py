"""What an error of a Micropub site says about what was sent."""

from __future__ import annotations

import httpx
import pytest

from shared.outbound import OutboundError, Reason
from shared.sites.error import RequestRefused, SiteError, SiteUnavailable
from shared.sites.micropub import was_refused


@pytest.mark.parametrize(
    ("error", "cause", "sure"),
    [
        (RequestRefused("no", 400), None, True),
        (SiteUnavailable("later", 429), None, True),
        (SiteUnavailable("broken", 502), None, False),
        (SiteUnavailable("torn"), httpx.ReadTimeout("slow"), False),
        (SiteUnavailable("torn"), httpx.RemoteProtocolError("cut"), False),
        (SiteUnavailable("odd answer"), None, False),
        (SiteUnavailable("gone"), httpx.ConnectError("refused"), True),
        (SiteUnavailable("gone"), httpx.ConnectTimeout("slow"), True),
        (SiteUnavailable("gone"), OutboundError("x", Reason.NAME_UNKNOWN, "unknown"), True),
    ],
    ids=["400", "429", "502", "silent", "cut", "odd", "nobody there", "no way", "no name"],
)
def test_it_is_sure_that_nothing_was_made_only_where_the_site_said_so_or_never_heard(
    error: SiteError, cause: Exception | None, sure: bool
) -> None:
    error.__cause__ = cause
    assert was_refused(error) is sure
