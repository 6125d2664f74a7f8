"""TEXT_CLASSIFICATION: what a text is about, or how it feels, in one of the caller's options."""

from shared.answers.question import QuestionPayload, price_cents
from shared.tasks.task_type import TaskType
from workers.sentiment.answering import (
    BATCH_SIZE,
    TIME_LIMIT_SECONDS,
    annotator_count,
    annotators,
    answer_batch,
    run_batch,
)

TEXT_CLASSIFICATION = TaskType(
    name="TEXT_CLASSIFICATION",
    pool="sentiment",
    queue="classification",
    payload=QuestionPayload(),
    price_cents=price_cents,
    annotators=annotators,
    run_batch=run_batch,
    batch_size=BATCH_SIZE,
    time_limit_seconds=TIME_LIMIT_SECONDS,
)

__all__ = ["TEXT_CLASSIFICATION", "annotator_count", "answer_batch"]
