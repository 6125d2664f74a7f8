"""What TikTok's refusals mean."""

from __future__ import annotations

import pytest

from shared.errors import TaskError
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.exchange import Unanswered
from workers.scripts.publishers.protocol import LoggedOut
from workers.scripts.publishers.tiktok.errors import LATER, LOGIN, NEVER, refusal


@pytest.mark.parametrize("code", sorted({*LOGIN, *LATER, *NEVER}))
def test_every_known_code_has_one_meaning_and_is_told(code: str) -> None:
    assert sum(code in known for known in (LOGIN, LATER, NEVER)) == 1
    assert str(refusal(code, "their words", status=403)).endswith(f"({code}: their words)")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "something_new", LoggedOut),
        (429, "something_new", TryLater),
        (400, "something_new", NotAccepted),
        (403, "", NotAccepted),
        (200, "something_new", NotAccepted),
        (500, "something_new", Unanswered),
        (503, "", Unanswered),
        (200, "", Unanswered),
        (302, "", Unanswered),
        (500, "internal_error", Unanswered),
        (200, "internal_error", Unanswered),
        (500, "internal", Unanswered),
        (503, "rate_limit_exceeded", Unanswered),
        (403, "spam_risk_too_many_posts", TryLater),
    ],
)
def test_unknown_codes_go_by_their_status(status: int, code: str, kind: type[TaskError]) -> None:
    assert type(refusal(code, status=status)) is kind


@pytest.mark.parametrize(
    ("code", "status", "asked", "expected"),
    [
        ("rate_limit_exceeded", 429, None, 60.0),
        ("rate_limit_exceeded", 429, 5.0, 5.0),
        ("reached_active_user_cap", 403, None, 21_600.0),
        ("", 429, None, 60.0),
        ("", 503, 30.0, 30.0),
        ("", 500, None, None),
    ],
)
def test_the_delay_is_theirs_or_that_of_the_limit(
    code: str, status: int, asked: float | None, expected: float | None
) -> None:
    assert refusal(code, status=status, asked_seconds=asked).delay_seconds == expected
