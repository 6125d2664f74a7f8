"""The way of a request for a job: there must be room, the rows change, the job is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Response
from marshmallow import EXCLUDE, ValidationError

from api.auth import caller
from api.blueprint import View
from api.gateway import gateway
from api.idempotency.once import requested
from api.jobs.blueprint import done
from api.jobs.job_view import job_body
from api.jobs.refusals import refuse
from shared.db import Transaction
from shared.documents.intake import job
from shared.errors import NotFound
from shared.tasks.draft import Draft
from shared.tasks.job_queries import get_job
from shared.tasks.registry import Registry

Ask = Callable[[Transaction], Sequence[Draft]]


def makes_jobs(view: View) -> View:
    """429 where too many of the caller's tasks wait, before the body is looked at."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        require_room()
        return view(*args, **kwargs)

    return guarded


def require_room() -> None:
    """429 where too many of the caller's tasks wait."""
    gateway().admission.require_room(caller().account_id)


def done_with_jobs(ask: Ask) -> None:
    """Do ``ask``, and store the caller's jobs that it drafts in the same commit."""
    requested(ask, lambda _: None)


def accepted_job(ask: Ask) -> Response:
    """202 with the one job that ``ask`` drafts, or with one that waits to do the same."""
    (job_id,) = requested(ask, lambda accepted: [one.task_id for one in accepted])
    return done(read_job(job_id), 202)


def waited_job(job_id: str, seconds: float) -> dict[str, Any]:
    """The caller's job, as soon as it is over or ``seconds`` (30 at most) have passed."""
    if seconds:
        with gateway().yard.store.read() as tx:
            job = get_job(tx, caller().account_id, job_id)
        if not job.status.is_final:
            gateway().waiting.wait(job.id, seconds)
    return read_job(job_id)


def read_job(job_id: str) -> dict[str, Any]:
    """The caller's job as it is now."""
    with gateway().yard.store.read() as tx:
        return job_body(get_job(tx, caller().account_id, job_id))


def draft_of(name: str, /, **payload: Any) -> Draft:
    """A draft of the caller's job ``name``; what its type refuses is named by field."""
    registry, account_id = gateway().yard.registry, caller().account_id
    return job(registry, account_id, name, loaded(registry, name, payload))


def loaded(registry: Registry, name: str, payload: dict[str, Any]) -> dict[str, Any]:
    """``payload`` as the type reads it."""
    kind = registry.get(name)
    if kind is None:
        raise NotFound(f"{name} is not available on this server.")
    try:
        read: dict[str, Any] = kind.payload.load(payload, unknown=EXCLUDE)
    except ValidationError as error:
        raise refuse(error) from None
    return read
