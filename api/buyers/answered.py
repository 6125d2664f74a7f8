"""Which tasks have an answer already: buyers see those as VALIDATING."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists

from shared.answers.given import answers
from shared.tasks.task import tasks


def has_answer() -> ColumnElement[bool]:
    """Whether a row of `tasks` has an answer."""
    return exists().where(answers.c.task_id == tasks.c.id)
