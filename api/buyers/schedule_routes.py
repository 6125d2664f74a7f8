"""Schedules: make, list, read, change, pause, resume, fire now, delete; what they did."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.buyers import schedule_desk as desk
from api.buyers import schedule_examples as examples
from api.buyers import schedule_schemas as schemas
from api.buyers.blueprint import KEYED, WITH_BODY, blueprint, refuses
from api.buyers.dialect import TASKS_PATH
from api.buyers.examples import LOCATION as TASK_LOCATION
from api.buyers.schemas import PageQuerySchema
from api.idempotency.keyed import creates
from api.permissions import permit
from api.reply import json_response, no_content
from shared.schedules.making import pause, resume

ONE = "/schedules/<schedule_id>"
SCHEDULE = schemas.WholeScheduleSchema
TASK_CODES = (
    "MISSING_FIELDS",
    "INVALID_TYPE",
    "OPTIONS_REQUIRED",
    "INVALID_FIELD",
    "BUDGET_TOO_LOW",
    "PROJECT_NOT_FOUND",
)


@blueprint.route("/schedules", methods=["POST"])
@permit("schedules:write")
@creates()
@blueprint.about(requestBody=examples.NEW)
@blueprint.answers(201, SCHEDULE, example=examples.SCHEDULE, headers=examples.LOCATION)
@refuses(*TASK_CODES, *WITH_BODY, *KEYED)
def make_schedule() -> Response:
    """Submit a task again and again: by a cron expression, or at an interval."""
    made = desk.made()
    response = json_response(made, 201)
    response.headers["Location"] = f"/api/v1/schedules/{made['id']}"
    return response


@blueprint.route("/schedules", methods=["GET"])
@permit("schedules:read")
@blueprint.arguments(schemas.SchedulesQuerySchema, location="query")
@blueprint.answers(200, schemas.SchedulePageSchema, example=examples.PAGE)
@refuses("INVALID_FIELD")
def list_schedules(query: dict[str, Any]) -> Response:
    """List schedules, newest first."""
    return json_response(desk.read_page(query))


@blueprint.route(ONE, methods=["GET"])
@permit("schedules:read")
@blueprint.answers(200, SCHEDULE, example=examples.SCHEDULE)
@refuses("NOT_FOUND")
def show_schedule(schedule_id: str) -> Response:
    """Read a schedule, and when it is due next."""
    return json_response(desk.read_one(schedule_id))


@blueprint.route(ONE, methods=["PATCH"])
@permit("schedules:write")
@blueprint.about(requestBody=examples.CHANGE)
@blueprint.answers(200, SCHEDULE, example=examples.SCHEDULE)
@refuses(*TASK_CODES, "NOT_FOUND", "CONFLICT", *WITH_BODY)
def change_schedule(schedule_id: str) -> Response:
    """Change a schedule; a new cron expression takes the place of an interval, and so on."""
    return json_response(desk.changed(schedule_id))


@blueprint.route(ONE, methods=["DELETE"])
@permit("schedules:write")
@blueprint.answers(204)
@refuses("NOT_FOUND")
def delete_schedule(schedule_id: str) -> Response:
    """Delete a schedule; the tasks that it submitted stay."""
    desk.deleted(schedule_id)
    return no_content()


@blueprint.route(f"{ONE}/pause", methods=["POST"])
@permit("schedules:write")
@blueprint.answers(200, SCHEDULE, example=examples.PAUSED)
@refuses("NOT_FOUND", "CONFLICT")
def pause_schedule(schedule_id: str) -> Response:
    """Submit no more tasks until it is resumed."""
    return json_response(desk.moved(pause, schedule_id))


@blueprint.route(f"{ONE}/resume", methods=["POST"])
@permit("schedules:write")
@blueprint.answers(200, SCHEDULE, example=examples.SCHEDULE)
@refuses("INVALID_FIELD", "NOT_FOUND")
def resume_schedule(schedule_id: str) -> Response:
    """Go on from the next due time; those that passed during the pause are not made."""
    return json_response(desk.moved(resume, schedule_id))


@blueprint.route(f"{ONE}/run", methods=["POST"])
@permit("schedules:write")
@creates()
@blueprint.answers(201, schemas.FiringSchema, example=examples.ASKED_FOR, headers=TASK_LOCATION)
@refuses(*TASK_CODES, "RATE_LIMITED", "INSUFFICIENT_CREDITS", "NOT_FOUND", *KEYED)
def run_schedule(schedule_id: str) -> Response:
    """Submit the task of a schedule now, also while it is paused; its due times stay."""
    fired = desk.fired(schedule_id)
    response = json_response(fired, 201)
    response.headers["Location"] = f"{TASKS_PATH}/{fired['taskId']}"
    return response


@blueprint.route(f"{ONE}/history", methods=["GET"])
@permit("schedules:read")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.answers(200, schemas.FiringPageSchema, example=examples.HISTORY)
@refuses("INVALID_FIELD", "NOT_FOUND")
def show_history(query: dict[str, Any], schedule_id: str) -> Response:
    """List what a schedule did, newest first; kept as long as tasks that are over."""
    return json_response(desk.read_history(schedule_id, query))
