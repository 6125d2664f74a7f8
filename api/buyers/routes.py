"""Tasks: submit, read, list, cancel."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.auth import caller
from api.buyers import bulk, examples, schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.desk import desk
from api.buyers.dialect import TASKS_PATH
from api.buyers.listing import page_of, status_filter
from api.buyers.submission import draft_of
from api.buyers.task_reader import read_page, read_task, waited_task
from api.buyers.task_view import receipt
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import submitted, submitted_many
from api.limits import BULK_BYTES, read_body, read_object, require_type
from api.permissions import permit
from api.reply import json_response
from shared.logs import bound
from shared.tasks import dispatch


@blueprint.route("/tasks", methods=["POST"])
@permit("tasks:submit")
@creates()
@blueprint.about(requestBody=examples.SUBMISSION)
@blueprint.answers(201, schemas.ReceiptSchema, example=examples.RECEIPT, headers=examples.LOCATION)
@refuses(*examples.SUBMIT_CODES, *KEYED)
def submit_task() -> Response:
    """Submit a task."""
    gateway().admission.require_room(caller().account_id)
    draft = draft_of(read_object(), desk())
    accepted = submitted(draft)
    response = json_response(receipt(draft, accepted), 201)
    response.headers["Location"] = f"{TASKS_PATH}/{accepted.task_id}"
    return response


@blueprint.route("/tasks/bulk", methods=["POST"])
@permit("tasks:submit")
@creates(BULK_BYTES)
@blueprint.about(requestBody=examples.BULK)
@blueprint.answers(200, schemas.BulkSchema, example=examples.BULK_RESULT)
@refuses("RATE_LIMITED", "INVALID_FIELD", *WITH_BODY, *KEYED)
def submit_bulk() -> Response:
    """Submit up to 10,000 tasks; one bad item spoils no other."""
    gateway().admission.require_room(caller().account_id)
    require_type(bulk.ARRAY_TYPES + bulk.LINE_TYPES)
    items = bulk.read_items(read_body(BULK_BYTES), request.mimetype)
    outcomes = submitted_many(bulk.check_items(items, desk()))
    return json_response(bulk.bulk_body(outcomes))


@blueprint.route("/tasks", methods=["GET"])
@permit("tasks:read")
@blueprint.arguments(schemas.TasksQuerySchema, location="query")
@blueprint.answers(200, schemas.TasksSchema, example=examples.TASKS)
@refuses("INVALID_FIELD")
def list_tasks(query: dict[str, Any]) -> Response:
    """List tasks, newest first."""
    return json_response(read_page(query, page_of(query), status_filter(query.get("status"))))


@blueprint.route("/tasks/<task_id>", methods=["GET"])
@permit("tasks:read")
@blueprint.arguments(schemas.TaskQuerySchema, location="query")
@blueprint.answers(200, schemas.TaskSchema, example=examples.TASK)
@refuses("INVALID_FIELD", "NOT_FOUND")
def get_task(query: dict[str, Any], task_id: str) -> Response:
    """Read a task, if asked once it is final."""
    return json_response(waited_task(task_id, query["wait"]))


@blueprint.route("/tasks/<task_id>", methods=["DELETE"])
@permit("tasks:cancel")
@blueprint.answers(200, schemas.TaskSchema, example=examples.CANCELED)
@refuses("NOT_FOUND", "CONFLICT")
def cancel_task(task_id: str) -> Response:
    """Cancel a task that is not final; a running one ends as soon as its worker stops."""
    with bound(task_id=task_id):
        dispatch.cancel(gateway().yard, task_id, caller().account_id, caller().actor)
    return json_response(read_task(task_id))
