"""What a site's answer means."""

from __future__ import annotations

import pytest

from shared.sites.error import (
    CredentialRefused,
    RequestRefused,
    SiteError,
    SiteUnavailable,
    refusal,
)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused),
        (401, CredentialRefused),
        (403, RequestRefused),
        (404, RequestRefused),
        (408, SiteUnavailable),
        (413, RequestRefused),
        (422, RequestRefused),
        (429, SiteUnavailable),
        (500, SiteUnavailable),
        (503, SiteUnavailable),
        (599, SiteUnavailable),
    ],
)
def test_a_status_says_whether_another_try_helps(status: int, kind: type[SiteError]) -> None:
    error = refusal("example.org", status, " too \n much ", 7.0)
    assert type(error) is kind
    assert str(error) == f"example.org answered {status}: too much"
    assert getattr(error, "delay_seconds", 7.0) == 7.0


def test_a_site_that_says_much_is_cut_short() -> None:
    assert len(str(refusal("example.org", 400, "x" * 10_000, None))) < 400


def test_a_site_that_says_nothing_has_its_status_alone() -> None:
    assert str(refusal("example.org", 500, "", None)) == "example.org answered 500."
