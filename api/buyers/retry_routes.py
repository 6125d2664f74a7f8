"""Failed tasks begin anew because somebody asked."""

from __future__ import annotations

from flask import Response

from api.auth import caller
from api.buyers import examples, schemas
from api.buyers.blueprint import KEYED, blueprint, refuses
from api.buyers.task_reader import read_task
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.permissions import permit
from api.reply import json_response
from shared.db import Transaction
from shared.errors import Conflict
from shared.logs import bound
from shared.tasks import queries
from shared.tasks.restart import restart


@blueprint.route("/tasks/<task_id>/retry", methods=["POST"])
@permit("tasks:retry")
@creates()
@blueprint.answers(200, schemas.TaskSchema, example=examples.TASK)
@refuses("NOT_FOUND", "INSUFFICIENT_CREDITS", "BODY_TOO_LARGE", *KEYED)
def retry_task(task_id: str) -> Response:
    """Let a failed task begin anew, paid for again, its retries counted anew.

    Not one that was canceled, nor one that works on a document, a folder or a campaign: these are
    asked for there, as new tasks.
    """
    here = caller()

    def work(tx: Transaction) -> str:
        task = queries.get_task(tx, task_id, here.account_id)
        if task is not None and task.target_id is not None:
            raise Conflict(
                "A task that works on a document, a folder or a campaign is asked for there anew."
            )
        return restart(tx, task_id, here.account_id, actor=here.actor).id

    with bound(task_id=task_id):
        created(work)
    return json_response(read_task(task_id))
