"""A server's tasks: list them, and report what became of them."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.failure import Kind
from api.permissions import permit
from api.reply import json_response
from api.servers import examples
from api.servers.blueprint import WITH_BODY, body_of, done, enveloped, refuses, servers
from api.servers.items import read_items
from api.servers.report_desk import read_report, report_many, report_of, report_one
from api.servers.report_schemas import (
    LinkReportSchema,
    LinkReportsOutcomeSchema,
    LinkReportsSchema,
    LinkUpdatedSchema,
)
from api.servers.task_reader import read_tasks
from api.servers.task_schemas import LinkTasksQuerySchema, LinkTasksSchema

UPDATED = enveloped("LinkUpdatedAnswer", fields.Nested(LinkUpdatedSchema, required=True))
REPORTS = body_of(LinkReportsSchema, examples.REPORTS)


@servers.route("/api/v1/worker/tasks", methods=["GET"])
@permit("links:do")
@servers.arguments(LinkTasksQuerySchema, location="query")
@servers.answers(200, LinkTasksSchema, example=examples.TASKS)
@refuses(Kind.INVALID_FIELD)
def show_tasks(query: dict[str, Any]) -> Response:
    """List the server's tasks, oldest first; changes nothing."""
    return json_response(read_tasks(query))


@servers.route("/api/v1/worker/tasks/<link_id>", methods=["PUT"])
@permit("links:do")
@servers.arguments(LinkReportSchema, example=examples.REPORT)
@servers.answers(200, UPDATED, example=examples.UPDATED)
@refuses(Kind.INVALID_FIELD, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.CONFLICT, *WITH_BODY)
def report_task(said: dict[str, Any], link_id: str) -> Response:
    """Report what became of a task, or tell more about it.

    The same report again is answered the same and changes nothing.
    """
    report_one(report_of(link_id, said))
    return done({"updated": True, "link_id": link_id})


@servers.route("/api/v1/worker/tasks/bulk", methods=["PUT"])
@permit("links:do")
@servers.about(requestBody=REPORTS)
@servers.answers(200, LinkReportsOutcomeSchema, example=examples.OUTCOME)
@refuses(Kind.INVALID_FIELD, *WITH_BODY)
def report_tasks() -> Response:
    """Report of several tasks; one that is refused spoils no other."""
    return json_response(report_many(read_items(read_report)))
