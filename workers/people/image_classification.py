"""IMAGE_CLASSIFICATION: what a picture shows, judged by people."""

from shared.answers.question import QuestionPayload, no_machines, price_cents
from shared.tasks.task_type import TaskType

IMAGE_CLASSIFICATION = TaskType(
    name="IMAGE_CLASSIFICATION",
    pool="people",
    queue="image_classification",
    payload=QuestionPayload(),
    price_cents=price_cents,
    annotators=no_machines,
)
