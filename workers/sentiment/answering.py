"""How both types of this pool are answered: the whole batch by every machine annotator."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from shared.answers.answer import Answer
from shared.answers.question import QuestionPayload, price_cents
from shared.errors import TaskError
from shared.tasks.task_type import Context, Payload, Result, TaskType
from workers.sentiment.extra.settings import ExtraSettings, extra_settings

BATCH_SIZE = 32
"""Texts that the embedding model sees at once: larger batches are no faster, only later."""
TIME_LIMIT_SECONDS = 120.0


def answered_type(name: str, queue: str) -> TaskType:
    """A type of this pool: all are answered alike, by the options that the caller gives."""
    return TaskType(
        name=name,
        pool="sentiment",
        queue=queue,
        payload=QuestionPayload(),
        price_cents=price_cents,
        annotators=annotators,
        run_batch=run_batch,
        batch_size=BATCH_SIZE,
        time_limit_seconds=TIME_LIMIT_SECONDS,
    )


def answer_batch(
    payloads: Sequence[Mapping[str, Any]], extra: ExtraSettings | None = None
) -> list[list[Answer]]:
    """The machine annotators' answers to each payload, in the payloads' order.

    A payload has ``content`` (text, list or object), ``options`` (two and more) and ``locale``.
    ``extra`` names one more annotator, if the installation has one.
    """
    from workers.sentiment import panel

    return panel.answers(payloads, extra)


def annotator_count(payload: Mapping[str, Any], extra: ExtraSettings | None = None) -> int:
    """How many machine annotators answer ``payload``; loads no model."""
    from workers.sentiment import panel

    return panel.count(payload, extra)


def annotators(payload: Payload) -> int:
    """How many machines of this installation answer ``payload``."""
    return annotator_count(payload, _extra())


def run_batch(
    payloads: Sequence[Payload], _contexts: Sequence[Context]
) -> Sequence[Result | TaskError]:
    """Answer every payload; the models are loaded once for each process."""
    rows = answer_batch(payloads, _extra())
    return [{"answers": [asdict(answer) for answer in row]} for row in rows]


@lru_cache(maxsize=1)
def _extra() -> ExtraSettings | None:
    return extra_settings(os.environ)
