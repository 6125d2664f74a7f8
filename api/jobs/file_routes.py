"""The files of a folder: documents that lie in it, and searching in what they say."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.jobs import examples, schemas
from api.jobs.blueprint import KEYED, MAKES_JOBS, WITH_BODY, blueprint, done, enveloped, refuses
from api.jobs.document_reader import read_files
from api.jobs.document_routes import MESSAGE
from api.jobs.folder_desk import put_in
from api.jobs.job_desk import done_with_jobs, makes_jobs
from api.jobs.search import find
from api.permissions import permit
from shared.documents.removal import take_out

FILES = enveloped("FilesAnswer", fields.List(fields.Nested(schemas.FileSchema), required=True))
FINDS = enveloped("FindsAnswer", fields.List(fields.Nested(schemas.FindSchema), required=True))


@blueprint.route("/v1/folders/<folder_id>/files", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, FILES, example=examples.FILES_IN)
@refuses("NOT_FOUND")
def show_files(folder_id: str) -> Response:
    """List the files of a folder, newest first."""
    return done(read_files(folder_id))


@blueprint.route("/v1/folders/<folder_id>/files", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.arguments(schemas.FilesSchema, required=True, example=examples.PUT_IN)
@blueprint.answers(200, FILES, example=examples.FILES_IN)
@refuses("NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def add_files(asked: dict[str, Any], folder_id: str) -> Response:
    """Put documents into a folder too; all of them or, where one is not there, none."""
    done_with_jobs(lambda tx: put_in(tx, folder_id, asked["filesIds"]))
    return done(read_files(folder_id))


@blueprint.route("/v1/folders/<folder_id>/files/<file_id>", methods=["DELETE"])
@permit("documents:write")
@blueprint.answers(200, MESSAGE, example=examples.TAKEN_OUT)
@refuses("NOT_FOUND")
def remove_file(folder_id: str, file_id: str) -> Response:
    """Take a document out of a folder; the document itself stays."""
    account_id = caller().account_id
    gateway().yard.store.transact(lambda tx: take_out(tx, account_id, folder_id, file_id))
    return done({"message": "The file is taken out of the folder."})


@blueprint.route("/v1/folders/<folder_id>/search", methods=["GET"])
@permit("documents:read")
@blueprint.arguments(schemas.SearchQuerySchema, location="query")
@blueprint.answers(200, FINDS, example=examples.FINDS)
@refuses("BAD_REQUEST", "NOT_FOUND")
def search_folder(query: dict[str, Any], folder_id: str) -> Response:
    """Find what a folder's documents say about a question, best first, in any language."""
    return done(find(folder_id, query["q"], query["limit"]))
