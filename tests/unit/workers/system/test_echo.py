"""ECHO, for smoke tests, fault tests and benchmarks."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest

from shared.errors import TaskError
from shared.tasks.status import Status
from shared.yard import Yard
from tests.a_task import a_task
from workers.context import RunContext
from workers.system.echo import ECHO, MAX_RESULT_BYTES, MAX_SLEEP_SECONDS, is_slow, run


class Watched(RunContext):
    """A context that notes what a handler tells, and is canceled after a while."""

    def __init__(self, attempt: int = 1, canceled_after: int | None = None) -> None:
        super().__init__(cast(Yard, None), a_task(Status.RUNNING, attempt=attempt))
        self.percents: list[float] = []
        self._looks_left = canceled_after

    def progress(self, percent: float, **_detail: Any) -> None:
        """Note it."""
        self.percents.append(percent)

    def canceled(self) -> bool:
        """Whether it was asked often enough."""
        if self._looks_left is None:
            return False
        self._looks_left -= 1
        return self._looks_left < 0


@pytest.mark.parametrize("content", ["hello", "", None, 0, ["a"], {"a": {"b": 1}}])
def test_it_gives_back_its_content(content: Any) -> None:
    assert run({"content": content}, Watched(attempt=2)) == {"content": content, "attempt": 2}


def test_without_content_it_gives_back_its_payload() -> None:
    assert run({"result_bytes": 0}, Watched())["content"] == {"result_bytes": 0}


def test_it_swells_its_result_as_asked() -> None:
    assert len(run({"content": 1, "result_bytes": 1000}, Watched())["filler"]) == 1000


@pytest.mark.parametrize(("attempt", "fails"), [(1, True), (2, True), (3, False), (4, False)])
def test_it_fails_the_attempts_it_was_asked_to_fail(attempt: int, fails: bool) -> None:
    if fails:
        with pytest.raises(TaskError) as caught:
            run({"fail_times": 2}, Watched(attempt))
        assert caught.value.retryable
        assert caught.value.code == "ASKED_TO_FAIL"
    else:
        assert run({"fail_times": 2}, Watched(attempt))["attempt"] == attempt


def test_it_sleeps_as_long_as_asked_and_tells_how_far_it_is() -> None:
    watched = Watched()
    begun = time.monotonic()
    run({"sleep_seconds": 0.25}, watched)
    assert 0.25 <= time.monotonic() - begun < 2
    assert watched.percents == sorted(watched.percents)
    assert 0 <= watched.percents[0] < 100


def test_it_stops_sleeping_when_it_is_canceled() -> None:
    begun = time.monotonic()
    run({"sleep_seconds": 60}, Watched(canceled_after=0))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "payload",
    [
        {"sleep_seconds": -1},
        {"sleep_seconds": MAX_SLEEP_SECONDS + 1},
        {"sleep_seconds": "soon"},
        {"sleep_seconds": None},
        {"sleep_seconds": "nan"},
        {"fail_times": -1},
        {"fail_times": 101},
        {"fail_times": 1.5},
        {"result_bytes": -1},
        {"result_bytes": MAX_RESULT_BYTES + 1},
        {"result_bytes": "1e9"},
    ],
)
def test_a_payload_that_asks_for_too_much_is_refused(payload: dict[str, Any]) -> None:
    assert set(ECHO.payload.validate(payload)) == set(payload)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"content": None},
        {"sleep_seconds": MAX_SLEEP_SECONDS, "fail_times": 100, "result_bytes": MAX_RESULT_BYTES},
        {"sleep_seconds": 0, "fail_times": 0, "result_bytes": 0},
    ],
)
def test_a_payload_within_the_bounds_is_taken(payload: dict[str, Any]) -> None:
    assert ECHO.payload.load(payload) == payload


@pytest.mark.parametrize(("seconds", "slow"), [(0, False), (0.01, False), (0.02, True), (5, True)])
def test_a_sleeper_does_not_share_a_message(seconds: float, slow: bool) -> None:
    assert is_slow({"sleep_seconds": seconds}) is slow


def test_the_longest_sleep_is_within_the_time_limit() -> None:
    assert ECHO.time_limit_seconds > MAX_SLEEP_SECONDS
