"""Tasks of scripts: make, list, read, count."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.limits import read_object
from api.permissions import permit
from api.scripts import examples, schemas
from api.scripts.blueprint import KEYED, MAKES_TASKS, WITH_BODY, blueprint, done, enveloped, refuses
from api.scripts.dialect import Code
from api.scripts.order import order_of
from api.scripts.script_desk import number_of, order_tasks
from api.scripts.task_reader import read_page, read_stats, waited_task
from api.wait_query import WaitQuerySchema
from shared.scripts.script import scripts_of

TASK = enveloped("ScriptAnswer", fields.Nested(schemas.ScriptSchema, required=True))
TASKS = enveloped("ScriptsAnswer", fields.Nested(schemas.ScriptPageSchema, required=True))
CREATED = enveloped(
    "ScriptsCreatedAnswer", fields.Nested(schemas.ScriptsCreatedSchema, required=True)
)
STATS = enveloped("ScriptStatsAnswer", fields.Nested(schemas.ScriptStatsSchema, required=True))


@blueprint.route("/api/v1/task", methods=["POST"])
@permit("devices:write")
@creates()
@blueprint.about(requestBody=examples.NEW_TASKS)
@blueprint.answers(200, CREATED, example=examples.CREATED)
@refuses(Code.MISSING_SCRIPT, Code.UNKNOWN_SCRIPT, *MAKES_TASKS, *WITH_BODY, *KEYED)
def make_tasks() -> Response:
    """Let a script run on devices, or in accounts: one task each, all or none.

    Serials and user names that were never heard of are registered.
    """
    gateway().admission.require_room(caller().account_id)
    yard = gateway().yard
    networks = yard.settings.webhook_allow_networks
    order = order_of(read_object(), scripts_of(yard.registry), networks)
    numbers = order_tasks(order)
    return done({"task_ids": numbers, "created_count": len(numbers)})


@blueprint.route("/api/v1/task", methods=["GET"])
@permit("devices:read")
@blueprint.arguments(schemas.ScriptsQuerySchema, location="query")
@blueprint.answers(200, TASKS, example=examples.TASKS)
@refuses(Code.INVALID)
def show_tasks(query: dict[str, Any]) -> Response:
    """List tasks, newest first; here they do not say what they wait for."""
    return done(read_page(query))


@blueprint.route("/api/v1/task/stats", methods=["GET"])
@permit("devices:read")
@blueprint.answers(200, STATS, example=examples.STATS)
@refuses()
def show_stats() -> Response:
    """Count tasks; those that were stopped are among the failed ones."""
    return done(read_stats())


@blueprint.route("/api/v1/task/<task_id>", methods=["GET"])
@permit("devices:read")
@blueprint.arguments(WaitQuerySchema, location="query")
@blueprint.answers(200, TASK, example=examples.TASK)
@refuses(Code.INVALID, Code.NOT_FOUND)
def show_task(query: dict[str, Any], task_id: str) -> Response:
    """Read a task, if asked once it is over.

    ``remark`` says what it waits for, why it failed, or what was left out.
    """
    return done(waited_task(number_of(task_id), query["wait"]))
