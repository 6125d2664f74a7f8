"""The buyers' words for statuses."""

from __future__ import annotations

import pytest

from api.buyers.dialect import CODES, PROBLEMS, status_word
from api.failure import Kind
from shared.tasks.status import Status


@pytest.mark.parametrize(
    ("status", "is_answered", "word"),
    [
        (Status.PENDING, False, "PENDING"),
        (Status.QUEUED, False, "PENDING"),
        (Status.RUNNING, False, "PENDING"),
        (Status.RUNNING, True, "VALIDATING"),
        (Status.PENDING, True, "PENDING"),
        (Status.COMPLETED, True, "COMPLETED"),
        (Status.FAILED, True, "FAILED"),
        (Status.CANCELED, True, "FAILED"),
    ],
)
def test_each_status_has_its_word(status: Status, is_answered: bool, word: str) -> None:
    assert status_word(status, is_answered=is_answered) == word


@pytest.mark.parametrize("kind", list(Kind))
def test_there_is_a_code_for_every_kind_of_failure(kind: Kind) -> None:
    assert CODES[kind] in PROBLEMS
