"""DATA_VALIDATION: whether structured data is right, judged by people."""

from shared.answers.question import QuestionPayload, no_machines, price_cents
from shared.tasks.task_type import TaskType

DATA_VALIDATION = TaskType(
    name="DATA_VALIDATION",
    pool="people",
    queue="data_validation",
    payload=QuestionPayload(),
    price_cents=price_cents,
    annotators=no_machines,
)
