"""AUDIO_CLASSIFICATION: what is heard in a recording, judged by people."""

from shared.answers.question import QuestionPayload, no_machines, price_cents
from shared.tasks.task_type import TaskType

AUDIO_CLASSIFICATION = TaskType(
    name="AUDIO_CLASSIFICATION",
    pool="people",
    queue="audio_classification",
    payload=QuestionPayload(),
    price_cents=price_cents,
    annotators=no_machines,
)
