"""How often an agent extends its leases."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskyard.agent.agent import beat_seconds
from taskyard.agent.plan import Plan

PLAN = Plan(url="http://127.0.0.1", spool=Path("spool"))


@pytest.mark.parametrize(
    ("leases", "beat"),
    [([120.0], 30.0), ([6.0], 1.5), ([3600.0, 8.0], 2.0), ([], 30.0), ([0.0, -5.0], 30.0)],
    ids=str,
)
def test_leases_are_extended_several_times_before_they_end(
    leases: list[float], beat: float
) -> None:
    assert beat_seconds(PLAN, leases) == beat
