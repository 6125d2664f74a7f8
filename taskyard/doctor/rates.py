"""How often callers may ask."""

from __future__ import annotations

from shared.rate_limits import RateLimit
from taskyard.doctor.finding import Findings, ok
from taskyard.doctor.subject import Subject


def look_at_rates(subject: Subject) -> Findings:
    """The limits of each dialect that has any."""
    limits = [told(one) for dialect in subject.settings.rate_limits for one in dialect.all]
    yield ok("rate limits", ", ".join(limits) or "none but that of lists of jobs")


def told(limit: RateLimit) -> str:
    """The limit in words."""
    return f"{limit.name} {limit.most} in {limit.seconds} s"
