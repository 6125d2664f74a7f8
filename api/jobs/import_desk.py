"""What is to be imported: addresses in JSON, or an archive in a form."""

from __future__ import annotations

from flask import Response, request
from marshmallow import EXCLUDE, ValidationError

from api.auth import caller
from api.jobs.arrivals import one_file, received
from api.jobs.folder_desk import require_folder
from api.jobs.job_desk import accepted_job, draft_of
from api.jobs.refusals import refuse
from api.jobs.schemas import ImportSchema
from api.limits import read_object
from shared.blobs import keep
from shared.db import Transaction
from shared.documents.folder import get_folder
from shared.tasks.draft import Draft

FORM = "multipart/form-data"
_SCHEMA = ImportSchema(unknown=EXCLUDE)


def imported(folder_id: str) -> Response:
    """202 with the job that imports what the request brings or names."""
    if request.mimetype == FORM:
        return _archive(folder_id)
    return _addresses(folder_id)


def _addresses(folder_id: str) -> Response:
    try:
        asked = _SCHEMA.load(read_object())
    except ValidationError as error:
        raise refuse(error) from None

    def ask(tx: Transaction) -> list[Draft]:
        get_folder(tx, caller().account_id, folder_id)
        return [draft_of("IMPORT", folderId=folder_id, urls=asked["urls"])]

    return accepted_job(ask)


def _archive(folder_id: str) -> Response:
    require_folder(folder_id)  # before much is sent
    with received() as upload:
        file = one_file(upload)

        def ask(tx: Transaction) -> list[Draft]:
            get_folder(tx, caller().account_id, folder_id)
            keep(tx, file.written)
            archive = {"archive": file.written.sha256, "name": file.name}
            return [draft_of("IMPORT", folderId=folder_id, **archive)]

        return accepted_job(ask)
