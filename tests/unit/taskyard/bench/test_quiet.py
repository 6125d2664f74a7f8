from __future__ import annotations

from taskyard.bench.quiet import Start, steps

STARTS = [Start(100.0, 100.010, 100.030, 100.060), Start(200.0, 200.020, 200.060, 200.120)]


def test_a_start_takes_from_when_it_was_due_until_it_ran() -> None:
    assert [round(start.milliseconds) for start in STARTS] == [60, 120]


def test_what_a_start_waits_for_is_told_step_by_step() -> None:
    told = steps(STARTS, 95)
    assert told == "20 ms to be stored, 40 ms to be handed out, 60 ms to be started"
