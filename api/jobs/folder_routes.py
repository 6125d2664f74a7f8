"""Folders: make, list, read, change, delete; and jobs on all that lies in one."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.idempotency.once import created
from api.jobs import examples, schemas
from api.jobs.blueprint import KEYED, MAKES_JOBS, WITH_BODY, blueprint, done, enveloped, refuses
from api.jobs.document_routes import MESSAGE
from api.jobs.folder_desk import embedding, read_folder
from api.jobs.folder_view import folder_body, listed_bodies
from api.jobs.generation import generation_of
from api.jobs.job_desk import (
    accepted_job,
    done_with_jobs,
    draft_of,
    makes_jobs,
    require_room,
)
from api.jobs.job_routes import JOB
from api.jobs.outputs import send_output
from api.permissions import permit
from shared.db import Transaction
from shared.documents.folder import change_folder, create_folder, get_folder, list_folders
from shared.documents.removal import remove_folder
from shared.documents.words import words_in
from shared.sources.url import read_source_url
from shared.tasks.draft import Draft

FOLDER = enveloped("FolderAnswer", fields.Nested(schemas.FolderSchema, required=True))
FOLDERS = enveloped(
    "FoldersAnswer", fields.List(fields.Nested(schemas.SettledFolderSchema), required=True)
)


@blueprint.route("/v1/folders", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, FOLDERS, example=examples.FOLDERS)
@refuses()
def show_folders() -> Response:
    """List the account's folders, oldest first."""
    with gateway().yard.store.read() as tx:
        found = list_folders(tx, caller().account_id)
        words = words_in(tx, [folder.id for folder in found])
    return done(listed_bodies(found, words))


@blueprint.route("/v1/folders", methods=["POST"])
@permit("documents:write")
@creates()
@blueprint.arguments(schemas.NewFolderSchema, required=True, example=examples.NEW_FOLDER)
@blueprint.answers(201, FOLDER, example=examples.FOLDER)
@refuses(*WITH_BODY, *KEYED)
def make_folder(asked: dict[str, Any]) -> Response:
    """Make a folder; several may have the same name."""
    account_id, name = caller().account_id, asked["name"]
    said = {"description": asked["description"], "chunk_size": asked["chunkSize"]}

    def work(tx: Transaction) -> dict[str, Any]:
        return folder_body(create_folder(tx, account_id, name, **said), 0)

    return done(created(work), 201)


@blueprint.route("/v1/folders/<folder_id>", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, FOLDER, example=examples.FOLDER)
@refuses("NOT_FOUND")
def show_folder(folder_id: str) -> Response:
    """Read a folder."""
    return done(read_folder(folder_id))


@blueprint.route("/v1/folders/<folder_id>", methods=["PUT"])
@permit("documents:write")
@blueprint.arguments(schemas.FolderChangeSchema, required=True, example=examples.FOLDER_CHANGE)
@blueprint.answers(200, FOLDER, example=examples.FOLDER)
@refuses("NOT_FOUND", *MAKES_JOBS, *WITH_BODY)
def change(asked: dict[str, Any], folder_id: str) -> Response:
    """Change a folder; what is not named stays. A new chunk size re-indexes it."""
    if "chunkSize" in asked:
        require_room()
    names = {"name": "name", "description": "description", "chunkSize": "chunk_size"}
    values = {names[name]: value for name, value in asked.items()}

    def ask(tx: Transaction) -> list[Draft]:
        folder = get_folder(tx, caller().account_id, folder_id, for_update=True)
        changed = change_folder(tx, folder, **values) if values else folder
        return [embedding(folder_id)] if changed.chunk_size != folder.chunk_size else []

    done_with_jobs(ask)
    return done(read_folder(folder_id))


@blueprint.route("/v1/folders/<folder_id>", methods=["DELETE"])
@permit("documents:write")
@blueprint.answers(200, MESSAGE, example=examples.FOLDER_DELETED)
@refuses("NOT_FOUND")
def delete_folder(folder_id: str) -> Response:
    """Delete a folder and its jobs; its documents stay, in other folders or in none."""
    here = caller()

    def work(tx: Transaction) -> None:
        remove_folder(tx, here.account_id, folder_id, actor=here.actor)

    gateway().yard.store.transact(work)
    return done({"message": "The folder is deleted; its documents stay."})


@blueprint.route("/v1/folders/<folder_id>/reindex", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *KEYED)
def reindex(folder_id: str) -> Response:
    """Chunk and embed a folder anew; what did not change is not embedded again."""

    def ask(tx: Transaction) -> list[Draft]:
        get_folder(tx, caller().account_id, folder_id)
        return [embedding(folder_id)]

    return accepted_job(ask)


@blueprint.route("/v1/folders/<folder_id>/sync", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.arguments(schemas.SyncSchema, required=True, example=examples.SYNC)
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def sync(asked: dict[str, Any], folder_id: str) -> Response:
    """Make a folder hold what lies at a URL: adds, updates and removes documents."""
    read_source_url(asked["url"], gateway().yard.settings)

    def ask(tx: Transaction) -> list[Draft]:
        get_folder(tx, caller().account_id, folder_id)
        return [draft_of("SYNC", folderId=folder_id, **asked)]

    return accepted_job(ask)


@blueprint.route("/v1/folders/<folder_id>/generate", methods=["POST"])
@permit("documents:write")
@creates()
@makes_jobs
@blueprint.arguments(schemas.GenerationSchema, required=True, example=examples.GENERATION)
@blueprint.answers(202, JOB, example=examples.JOB)
@refuses("NOT_FOUND", *MAKES_JOBS, *WITH_BODY, *KEYED)
def generate_from_folder(asked: dict[str, Any], folder_id: str) -> Response:
    """Make a summary or keywords of a folder, or answer a question about it."""
    wanted = generation_of(asked)

    def ask(tx: Transaction) -> list[Draft]:
        get_folder(tx, caller().account_id, folder_id)
        return [draft_of("GENERATION", folderId=folder_id, **wanted)]

    return accepted_job(ask)


@blueprint.route("/v1/folders/<folder_id>/outputs/<name>", methods=["GET"])
@permit("documents:read")
@blueprint.answers(200, description="What the job made, with its own content type.")
@refuses("NOT_FOUND")
def show_folder_output(folder_id: str, name: str) -> Response:
    """What a job made of a folder: summary, keywords, answer."""
    with gateway().yard.store.read() as tx:
        get_folder(tx, caller().account_id, folder_id)
    return send_output(folder_id, name)
