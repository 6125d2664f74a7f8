"""The tree of errors, and what each says about trying again."""

import pytest

from shared import errors
from shared.errors import Conflict, CreditsExhausted, NotFound, Refused, TaskError, TaskTimeout


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        ("SettingsError", "TaskyardError"),
        ("Unavailable", "TaskyardError"),
        ("Refused", "TaskyardError"),
        ("NotFound", "Refused"),
        ("Conflict", "Refused"),
        ("CreditsExhausted", "Refused"),
        ("TaskError", "TaskyardError"),
        ("TaskTimeout", "TaskError"),
    ],
)
def test_every_error_hangs_where_the_tree_draws_it(error: str, parent: str) -> None:
    assert getattr(errors, error).__bases__ == (getattr(errors, parent),)
    assert error in (errors.__doc__ or "")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("no"), "REFUSED"),
        (Refused("no", code="INVALID_FIELD"), "INVALID_FIELD"),
        (NotFound("no"), "NOT_FOUND"),
        (Conflict("no"), "CONFLICT"),
        (CreditsExhausted("no"), "INSUFFICIENT_CREDITS"),
        (TaskError("no"), "TASK_FAILED"),
        (TaskError("no", code="TOO_BIG"), "TOO_BIG"),
        (TaskTimeout(5), "TIMEOUT"),
    ],
)
def test_errors_carry_a_stable_word_for_machines(error: Refused | TaskError, code: str) -> None:
    assert error.code == code


def test_a_refusal_names_the_field_that_is_wrong() -> None:
    assert Refused("priority must be 0 to 9", field="priority").field == "priority"
    assert Refused("no").field is None


def test_a_task_error_is_worth_another_try_unless_it_says_otherwise() -> None:
    assert TaskError("cut off").retryable
    assert not TaskError("no such file", retryable=False).retryable
    assert TaskTimeout(3).retryable


def test_a_task_error_carries_the_delay_that_the_other_side_asked_for() -> None:
    assert TaskError("slow down", delay_seconds=30).delay_seconds == 30
    assert TaskError("cut off").delay_seconds is None


def test_a_timeout_says_how_long_the_task_was_allowed() -> None:
    assert TaskTimeout(2.5).message == str(TaskTimeout(2.5)) == "The task ran longer than 2.5 s."


def test_unavailable_says_whether_a_commit_may_have_happened() -> None:
    assert not errors.Unavailable("down").outcome_unknown
    assert errors.Unavailable("cut off", outcome_unknown=True).outcome_unknown
