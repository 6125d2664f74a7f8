"""Who does a task."""

from typing import Any

import pytest
from marshmallow import Schema

from shared.tasks.plane import is_for_people, validations_needed
from shared.tasks.task_type import TaskType


def kind(**declared: Any) -> TaskType:
    """A task type."""
    return TaskType(name="T", pool="p", queue="q", payload=Schema(), **declared)


WORKED = kind(run=lambda payload, context: {})
ANSWERED = kind(run_batch=lambda payloads, contexts: [], annotators=lambda payload: 3)
PEOPLES = kind(annotators=lambda payload: 0)


@pytest.mark.parametrize(
    ("task_type", "annotators", "people"),
    [
        (WORKED, None, False),
        (WORKED, "human", False),
        (ANSWERED, None, False),
        (ANSWERED, "mixed", False),
        (ANSWERED, "human", True),
        (PEOPLES, None, True),
        (PEOPLES, "machine", True),
        (None, "human", False),
    ],
)
def test_people_do_what_no_worker_takes_part_in(
    task_type: TaskType | None, annotators: str | None, people: bool
) -> None:
    assert is_for_people(task_type, annotators) is people


@pytest.mark.parametrize(
    ("payload", "wanted"),
    [({}, 3), ({"validationsNeeded": None}, 3), ({"validationsNeeded": 5}, 5)],
)
def test_three_answers_are_wanted_unless_the_payload_says_how_many(
    payload: dict[str, Any], wanted: int
) -> None:
    assert validations_needed(payload) == wanted
