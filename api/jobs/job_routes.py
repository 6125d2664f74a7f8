"""Jobs: list, read, cancel."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.gateway import gateway
from api.jobs import examples, schemas
from api.jobs.blueprint import blueprint, done, enveloped, refuses
from api.jobs.job_desk import waited_job
from api.jobs.job_view import job_body
from api.jobs.listing import job_filter
from api.limited import limited
from api.permissions import permit
from api.wait_query import WaitQuerySchema
from shared.errors import NotFound
from shared.logs import bound
from shared.rate_limits import RateLimit
from shared.tasks import dispatch
from shared.tasks.job_queries import get_job, list_jobs
from shared.tasks.status import Status

EACH_MINUTE = RateLimit("jobs-list", 100, 60)
JOB = enveloped("JobAnswer", fields.Nested(schemas.JobSchema, required=True))
JOBS = enveloped("JobsAnswer", fields.List(fields.Nested(schemas.JobSchema), required=True))


@blueprint.route("/v1/jobs", methods=["GET"])
@permit("jobs:read")
@limited(EACH_MINUTE)
@blueprint.arguments(schemas.JobsQuerySchema, location="query")
@blueprint.answers(200, JOBS, example=examples.JOBS, headers=examples.RATE_HEADERS)
@refuses("BAD_REQUEST", "INVALID_TYPE", "RATE_LIMIT_EXCEEDED")
def show_jobs(query: dict[str, Any]) -> Response:
    """List the jobs of the last 24 hours, newest first; 100 requests a minute for each key."""
    wanted = job_filter(query)
    if wanted is None:
        return done([])
    with gateway().yard.store.read() as tx:
        found = list_jobs(
            tx, caller().account_id, wanted, limit=query["limit"], offset=query["offset"]
        )
    return done([job_body(task) for task in found])


@blueprint.route("/v1/jobs/<job_id>", methods=["GET"])
@permit("jobs:read")
@blueprint.arguments(WaitQuerySchema, location="query")
@blueprint.answers(200, JOB, example=examples.JOB)
@refuses("BAD_REQUEST", "NOT_FOUND")
def show_job(query: dict[str, Any], job_id: str) -> Response:
    """Read a job, however old it is, if asked once it is over."""
    return done(waited_job(job_id, query["wait"]))


@blueprint.route("/v1/jobs/<job_id>", methods=["DELETE"])
@permit("jobs:cancel")
@blueprint.answers(200, JOB, example=examples.JOB)
@refuses("NOT_FOUND", "CONFLICT")
def cancel_job(job_id: str) -> Response:
    """Cancel a job that is not over; it is `KILLED` and not shown again.

    One that runs is `IN_PROGRESS` until its worker has stopped.
    """
    here, yard = caller(), gateway().yard
    with yard.store.read() as tx:
        get_job(tx, here.account_id, job_id)
    with bound(task_id=job_id):
        task = dispatch.cancel(yard, job_id, here.account_id, here.actor)
    if task.status is Status.CANCELED and task.hidden:
        raise NotFound("There is no such job.")
    return done(job_body(task))
