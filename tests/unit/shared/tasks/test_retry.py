"""Whether and when a failed task runs again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tasks.retry import LONGEST_ASKED_SECONDS, RetryPolicy, decide

PLAIN = RetryPolicy(first_seconds=1.0, factor=4.0, longest_seconds=900.0, jitter=0.0)


@pytest.mark.parametrize(
    ("retry_count", "seconds"),
    [(0, 1), (1, 4), (2, 16), (3, 64), (4, 256), (5, 900), (6, 900), (100, 900), (10_000, 900)],
)
def test_the_wait_grows_and_is_capped(retry_count: int, seconds: float) -> None:
    assert PLAIN.wait_seconds(retry_count) == seconds


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 8.0), (0.5, 10.0), (1.0, 12.0)])
def test_jitter_varies_the_wait_in_both_directions(chance: float, seconds: float) -> None:
    policy = RetryPolicy(first_seconds=10.0, jitter=0.2)
    assert policy.wait_seconds(0, lambda: chance) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("retry_count", "max_retries", "retryable", "asked", "wait"),
    [
        (0, 3, True, None, 1.0),
        (2, 3, True, None, 16.0),
        (3, 3, True, None, None),
        (4, 3, True, None, None),
        (0, 0, True, None, None),
        (0, 3, False, None, None),
        (0, 3, False, 60.0, None),
        (3, 3, True, 60.0, None),
        (0, 3, True, 60.0, 60.0),
        (2, 3, True, 5.0, 16.0),
        (0, 3, True, 0.0, 1.0),
        (0, 3, True, -5.0, 1.0),
        (0, 3, True, 10_000.0, 10_000.0),
        (0, 3, True, 10.0**12, LONGEST_ASKED_SECONDS),
        (0, 3, True, float("inf"), LONGEST_ASKED_SECONDS),
        (0, 3, True, float("nan"), 1.0),
    ],
)
def test_a_failure_is_retried_or_final(
    retry_count: int, max_retries: int, retryable: bool, asked: float | None, wait: float | None
) -> None:
    assert wait == decide(
        PLAIN,
        retry_count=retry_count,
        max_retries=max_retries,
        retryable=retryable,
        asked_seconds=asked,
    )


@given(
    retry_count=st.integers(0, 5000),
    jitter=st.floats(0, 1),
    asked=st.none() | st.floats(),
    chance=st.floats(0, 1),
)
def test_no_wait_is_negative_or_endless(
    retry_count: int, jitter: float, asked: float | None, chance: float
) -> None:
    wait = decide(
        RetryPolicy(jitter=jitter),
        retry_count=retry_count,
        max_retries=retry_count + 1,
        retryable=True,
        asked_seconds=asked,
        chance=lambda: chance,
    )
    assert wait is not None
    assert 0 <= wait <= max(LONGEST_ASKED_SECONDS, 1800)
