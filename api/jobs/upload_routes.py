"""Files come in: one with its folder and its wait, many at once, an archive to be unpacked."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from marshmallow import fields

from api.idempotency.keyed import creates
from api.jobs import examples, schemas
from api.jobs.arrivals import one_file, received, stored
from api.jobs.blueprint import KEYED, MAKES_JOBS, WITH_BODY, blueprint, done, enveloped, refuses
from api.jobs.document_routes import DOCUMENT
from api.jobs.folder_desk import named_folder, require_folder
from api.jobs.import_desk import imported
from api.jobs.job_desk import makes_jobs
from api.jobs.job_routes import JOB
from api.jobs.outcome import answer_of, message_of
from api.jobs.upload_options import folder_names, wait_header, wait_seconds
from api.jobs.upload_wait import standing, wait_for
from api.permissions import permit
from api.waiting import LONGEST_SECONDS

STANDING = enveloped("StandingAnswer", fields.Nested(schemas.StandingSchema, required=True))
UPLOAD = enveloped("UploadAnswer", fields.Nested(schemas.UploadSchema, required=True))


@blueprint.route("/v1/documents", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.about(requestBody=examples.NEW_DOCUMENT)
@blueprint.answers(200, DOCUMENT, example=examples.DOCUMENT, description="It is read.")
@blueprint.answers(202, STANDING, example=examples.STANDING, description="Not yet.")
@refuses(
    "NO_FILE",
    "NOT_FOUND",
    "EXTRACTION_FAILED",
    "EXTRACTION_TIMEOUT",
    *MAKES_JOBS,
    *WITH_BODY,
    *KEYED,
)
def add_document() -> Response:
    """Put a file in, and wait until it is read; what takes longer goes on."""
    with received(check_form) as upload:
        check_form(upload.fields)
        (document_id,) = stored([one_file(upload)], upload.fields.get("folderId") or None)
        seconds = wait_seconds(upload.fields.get("wait"))
    wait_for([document_id], seconds)
    return answer_of(document_id)


def check_form(form: Mapping[str, str]) -> None:
    """Refuse a folder that is not there, or a wait that is none, before a file is read."""
    wait_seconds(form.get("wait"))
    if form.get("folderId"):
        require_folder(form["folderId"])


@blueprint.route("/api/upload", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.about(requestBody=examples.FILES, parameters=examples.UPLOAD_HEADERS)
@blueprint.answers(200, UPLOAD, example=examples.UPLOAD)
@refuses("NO_FILE", "NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def upload_files() -> Response:
    """Put files in; the same content is kept once in a folder. All of them or none."""
    is_waiting = wait_header(request.headers.get("wait"))
    folder_id = named_folder(folder_names(request.headers.get("folder")))
    with received() as upload:
        ids = stored(upload.files, folder_id)
    wait_for(ids, LONGEST_SECONDS if is_waiting else 0)
    return done({"message": message_of(len(ids), *standing(ids)), "ids": ids})


@blueprint.route("/v1/folders/<folder_id>/import", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.about(requestBody=examples.IMPORT)
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NO_FILE", "NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def import_files(folder_id: str) -> Response:
    """Put into a folder what lies at some addresses, or in a zip or tar archive."""
    return imported(folder_id)
