"""Documents: put in, read, read again, turn into something, delete."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.fields import Words
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.jobs import examples, schemas
from api.jobs.blueprint import KEYED, MAKES_JOBS, WITH_BODY, blueprint, done, enveloped, refuses
from api.jobs.dialect import SHOWN_WORDS
from api.jobs.document_reader import read_document, read_documents, read_progress
from api.jobs.generation import generation_of
from api.jobs.job_desk import accepted_job, draft_of, makes_jobs
from api.jobs.job_routes import JOB
from api.jobs.outputs import send_output
from api.permissions import permit
from shared.db import Transaction
from shared.documents.document import get_document
from shared.documents.intake import hearing, reading
from shared.documents.removal import remove_document
from shared.tasks.draft import Draft

DOCUMENT = enveloped("DocumentAnswer", fields.Nested(schemas.JobsDocumentSchema, required=True))
DOCUMENTS = enveloped(
    "DocumentsAnswer", fields.List(fields.Nested(schemas.ListedDocumentSchema), required=True)
)
STATUS = enveloped("StatusAnswer", Words(SHOWN_WORDS, required=True))
MESSAGE = enveloped("MessageAnswer", fields.Nested(schemas.MessageSchema, required=True))


@blueprint.route("/v1/documents", methods=["GET"])
@permit("documents:read")
@blueprint.arguments(schemas.DocumentsQuerySchema, location="query")
@blueprint.answers(200, DOCUMENTS, example=examples.DOCUMENTS)
@refuses("BAD_REQUEST", "NOT_FOUND")
def show_documents(query: dict[str, Any]) -> Response:
    """List documents (of a folder), newest first."""
    return done(read_documents(query))


@blueprint.route("/v1/documents/<document_id>", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, DOCUMENT, example=examples.DOCUMENT)
@refuses("NOT_FOUND")
def show_document(document_id: str) -> Response:
    """Read a document and what it says."""
    return done(read_document(document_id))


@blueprint.route("/v1/documents/<document_id>/status", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, STATUS, example={"success": True, "data": "DONE"})
@refuses("NOT_FOUND")
def show_status(document_id: str) -> Response:
    """How far a document is, in one word."""
    return done(read_progress(document_id).status)


@blueprint.route("/v1/documents/<document_id>", methods=["DELETE"])
@permit("documents:write")
@blueprint.answers(200, MESSAGE, example=examples.DOCUMENT_DELETED)
@refuses("NOT_FOUND")
def delete_document(document_id: str) -> Response:
    """Delete a document: from every folder, from search, and its jobs with it."""
    here = caller()

    def work(tx: Transaction) -> None:
        remove_document(tx, here.account_id, document_id, actor=here.actor)

    gateway().yard.store.transact(work)
    return done({"message": "The document is deleted."})


@blueprint.route("/v1/documents/<document_id>/reextract", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *KEYED)
def reextract(document_id: str) -> Response:
    """Read a document anew: EXTRACTION, or TRANSCRIPTION of a recording."""

    def ask(tx: Transaction) -> list[Draft]:
        document = get_document(tx, caller().account_id, document_id)
        return [reading(gateway().yard.registry, document)]

    return accepted_job(ask)


@blueprint.route("/v1/documents/<document_id>/transcribe", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *KEYED)
def transcribe(document_id: str) -> Response:
    """Write down what is said in a recording; uploads of recordings start it by themselves."""

    def ask(tx: Transaction) -> list[Draft]:
        document = get_document(tx, caller().account_id, document_id)
        return [hearing(gateway().yard.registry, document)]

    return accepted_job(ask)


@blueprint.route("/v1/documents/<document_id>/generate", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.arguments(schemas.GenerationSchema, required=True, example=examples.GENERATION)
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def generate_from_document(asked: dict[str, Any], document_id: str) -> Response:
    """Make a summary or keywords of a document, or answer a question about it."""
    wanted = generation_of(asked)

    def ask(tx: Transaction) -> list[Draft]:
        get_document(tx, caller().account_id, document_id)
        return [draft_of("GENERATION", documentId=document_id, **wanted)]

    return accepted_job(ask)


@blueprint.route("/v1/documents/<document_id>/outputs/<name>", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, description="What the job made, with its own content type.")
@refuses("NOT_FOUND")
def show_document_output(document_id: str, name: str) -> Response:
    """What a job made of a document beside text: srt, vtt, summary, keywords, answer."""
    with gateway().yard.store.read() as tx:
        get_document(tx, caller().account_id, document_id)
    return send_output(document_id, name)
