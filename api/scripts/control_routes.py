"""Tasks of scripts: stop, try again, delete."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.permissions import permit
from api.scripts import examples, schemas
from api.scripts.blueprint import WITH_BODY, blueprint, done, enveloped, refuses
from api.scripts.control_desk import deleted, retried_all
from api.scripts.dialect import Code
from api.scripts.script_desk import changed, number_of, own_scripts
from api.scripts.task_reader import read_task
from api.scripts.task_routes import TASK
from shared.errors import NotFound
from shared.scripts import control

DELETED = enveloped(
    "ScriptDeletedAnswer", fields.Nested(schemas.ScriptDeletedSchema, required=True)
)
SEVERAL_DELETED = enveloped(
    "ScriptsDeletedAnswer", fields.Nested(schemas.ScriptsDeletedSchema, required=True)
)
RETRIED = enveloped(
    "ScriptsRetriedAnswer", fields.Nested(schemas.ScriptsRetriedSchema, required=True)
)


@blueprint.route("/api/v1/task/<task_id>/stop", methods=["POST"])
@permit("devices:write")
@blueprint.answers(200, TASK, example=examples.TASK)
@refuses(Code.INVALID, Code.NOT_FOUND, Code.CONFLICT)
def stop_task(task_id: str) -> Response:
    """Stop a task that is not over; one that runs is `stopping` until its worker has stopped."""
    number, scripts, actor = number_of(task_id), own_scripts(), caller().actor
    changed(lambda tx: control.stop(tx, scripts, number, actor=actor))
    return done(read_task(number))


@blueprint.route("/api/v1/task/<task_id>/retry", methods=["POST"])
@permit("devices:write")
@blueprint.answers(200, TASK, example=examples.TASK)
@refuses(Code.INVALID, Code.NOT_FOUND, Code.CONFLICT, Code.CREDITS)
def retry_task(task_id: str) -> Response:
    """Let a failed task begin anew, its retries counted anew; not one that was stopped."""
    number, scripts, actor = number_of(task_id), own_scripts(), caller().actor
    changed(lambda tx: control.retry(tx, scripts, number, actor=actor))
    return done(read_task(number))


@blueprint.route("/api/v1/task/retry-all", methods=["POST"])
@permit("devices:write")
@blueprint.answers(200, RETRIED, example=examples.RETRIED)
@refuses(Code.CREDITS)
def retry_all_tasks() -> Response:
    """Let all failed tasks begin anew that can be paid for."""
    numbers = retried_all()
    return done({"retried_count": len(numbers), "task_ids": numbers})


@blueprint.route("/api/v1/task/batch", methods=["DELETE"])
@permit("devices:write")
@blueprint.arguments(schemas.ScriptIdsSchema, required=True, example=examples.IDS)
@blueprint.answers(200, SEVERAL_DELETED, example=examples.SEVERAL_DELETED)
@refuses(*WITH_BODY)
def delete_tasks(asked: dict[str, Any]) -> Response:
    """Delete tasks; those that are not over are stopped."""
    wanted = list(dict.fromkeys(asked["task_ids"]))
    gone = deleted(wanted)
    return done(
        {
            "deleted_count": len(gone),
            "deleted_ids": [number for number in wanted if number in gone],
            "not_found_ids": [number for number in wanted if number not in gone],
        }
    )


@blueprint.route("/api/v1/task/<task_id>", methods=["DELETE"])
@permit("devices:write")
@blueprint.answers(200, DELETED, example=examples.DELETED)
@refuses(Code.INVALID, Code.NOT_FOUND)
def delete_task(task_id: str) -> Response:
    """Delete a task: it is not there any more; one that is not over is stopped."""
    number = number_of(task_id)
    if not deleted([number]):
        raise NotFound("There is no such task.")
    return done({"task_id": number, "deleted": True})
