"""The rows behind answers: what was said, and to whom each task was shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Float, ForeignKey, String, Table, Text, insert, select

from shared.answers.answer import Answer
from shared.columns import Id, Moment
from shared.db import Transaction, metadata
from shared.rows import ROWS, encode_rows, row_set

_TASK = "tasks.id"

answers = Table(
    "answers",
    metadata,
    Column("task_id", Id, ForeignKey(_TASK, ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("annotator", String(200), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("confidence", Float(53), nullable=False),
    Column("at", Moment, nullable=False),
)
"""One answer for each annotator and task; a person may be called what a machine is called."""

answer_holds = Table(
    "answer_holds",
    metadata,
    Column("task_id", Id, ForeignKey(_TASK, ondelete="CASCADE"), primary_key=True),
    Column("annotator", String(200), primary_key=True),
    Column("held_until", Moment, nullable=False),
)
"""Who was shown which task, for good; a place is kept for them until ``held_until``."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to a task, and when it was given."""

    task_id: str
    answer: Answer
    at: datetime


def record(tx: Transaction, given: Sequence[Given]) -> None:
    """Store answers, all in one statement."""
    if not given:
        return
    rows = [
        {
            "task_id": one.task_id,
            "kind": one.answer.kind,
            "annotator": one.answer.annotator,
            "answer": one.answer.answer,
            "confidence": one.answer.confidence,
            "at": one.at,
        }
        for one in given
    ]
    source = row_set(tx.dialect, list(answers.c))
    values = select(*(source.c[column.name] for column in answers.c))
    tx.execute(insert(answers).from_select(list(answers.c), values), {ROWS: encode_rows(rows)})


def given_to(tx: Transaction, task_ids: Collection[str]) -> dict[str, list[Given]]:
    """The answers to each of the tasks, in the order they came."""
    source = row_set(tx.dialect, [answers.c.task_id])
    query = (
        select(answers)
        .join(source, source.c.task_id == answers.c.task_id)
        .order_by(answers.c.at, answers.c.kind.desc(), answers.c.annotator)
    )
    wanted = {ROWS: encode_rows({"task_id": task_id} for task_id in task_ids)}
    found: defaultdict[str, list[Given]] = defaultdict(list)
    for row in tx.rows(query, wanted):
        said = Answer(row.annotator, row.kind, row.answer, row.confidence)
        found[row.task_id].append(Given(row.task_id, said, row.at))
    return found
