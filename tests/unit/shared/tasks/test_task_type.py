"""What a task type is without saying so."""

from typing import Any

import pytest
from marshmallow import Schema

from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import HARD_LIMIT_GRACE_SECONDS, TaskType

BARE = TaskType(name="T", pool="p", queue="q", payload=Schema(), time_limit_seconds=60.0)


def test_a_type_is_free_alone_in_its_messages_and_quick_by_default() -> None:
    assert BARE.price_cents({"any": "thing"}) == 0
    assert BARE.batch_size == 1
    assert not BARE.is_slow({"any": "thing"})
    assert BARE.retry == RetryPolicy()
    assert BARE.secrets == frozenset()


def test_the_hard_limit_follows_the_soft_one() -> None:
    assert BARE.hard_limit_seconds == 60.0 + HARD_LIMIT_GRACE_SECONDS


def test_a_type_without_a_handler_is_done_by_people() -> None:
    assert BARE.is_done_by_people
    assert not BARE.is_answered


def run(_payload: Any, _context: Any) -> dict[str, Any]:
    """Do nothing."""
    return {}


@pytest.mark.parametrize("work", [{}, {"run": run, "annotators": lambda _payload: 1}])
def test_what_people_do_has_nothing_to_itself(work: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="T: only what workers do alone may have mutexes"):
        TaskType(name="T", pool="p", queue="q", payload=Schema(), mutexes=lambda _: ["a"], **work)


@pytest.mark.parametrize("work", [{}, {"run": run, "annotators": lambda _payload: 1}])
def test_what_people_do_goes_to_no_server(work: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="T: what servers do must be something workers can do"):
        TaskType(name="T", pool="p", queue="q", payload=Schema(), service="social", **work)
