"""The one Celery task: claim what a message names, run it, report it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from shared.patience import patiently
from shared.tasks import dispatch
from shared.tasks.task_type import TaskType
from shared.yard import Yard
from workers.attempt import attempts
from workers.reporter import PATIENCE_SECONDS, Reporter

log = logging.getLogger(__name__)


def execute(yard: Yard, kind: TaskType, ids: Sequence[str], holder: str) -> int:
    """Do the tasks of one message; how many were claimed.

    Ids that are not queued any more (done, canceled, taken back, a message that came twice) are
    passed over in silence: the guarded claim is what makes messages harmless.
    """
    claimed = patiently(lambda: dispatch.claim(yard, ids, holder), PATIENCE_SECONDS)
    if not claimed:
        log.debug("nothing left to do in a message of %d", len(ids))
        return 0
    in_order = {task_id: place for place, task_id in enumerate(ids)}
    claimed.sort(key=lambda task: in_order[task.id])
    with Reporter(yard, holder, alone=len(claimed) == 1) as reporter:
        for outcome in attempts(yard, kind, claimed):
            reporter.add(outcome)
    return len(claimed)
