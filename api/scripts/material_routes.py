"""The library of material: upload, list, read, change, delete."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.auth import caller
from api.gateway import gateway
from api.idempotency.keyed import creates
from api.permissions import permit
from api.scripts import material_desk as desk
from api.scripts import material_schemas as schemas
from api.scripts.blueprint import KEYED, WITH_BODY, blueprint, done, enveloped, refuses
from api.scripts.dialect import Code, success
from api.scripts.material_view import material_body
from shared.db import Transaction
from shared.material.library import change_material, delete_material
from shared.material.material import Material

MATERIAL = enveloped("MaterialAnswer", fields.Nested(schemas.MaterialSchema, required=True))
MATERIALS = enveloped("MaterialsAnswer", fields.Nested(schemas.MaterialPageSchema, required=True))
ADDED = enveloped(
    "MaterialsAddedAnswer", fields.Nested(schemas.MaterialsAddedSchema, required=True)
)
REMOVED = enveloped(
    "MaterialRemovedAnswer", fields.Nested(schemas.MaterialRemovedSchema, required=True)
)
MATERIAL_ID = "019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e06"
EXAMPLE: dict[str, Any] = {
    "id": MATERIAL_ID,
    "name": "clip.mp4",
    "state": "checked",
    "error": None,
    "kind": "video",
    "media_type": "video/mp4",
    "size": 4_821_300,
    "width": 1080,
    "height": 1920,
    "duration_seconds": 14.5,
    "tags": ["food"],
    "source": None,
    "created_at": "2030-01-31T08:00:00.000Z",
}
PAGE = {"materials": [EXAMPLE], "total": 1, "page": 1, "page_size": 20}


@blueprint.route("/api/v1/materials", methods=["GET"])
@permit("devices:read")
@blueprint.arguments(schemas.MaterialsQuerySchema, location="query")
@blueprint.answers(200, MATERIALS, example=success(PAGE))
@refuses(Code.INVALID)
def show_materials(query: dict[str, Any]) -> Response:
    """List material, newest first."""
    return done(desk.read_materials(query))


@blueprint.route("/api/v1/materials", methods=["POST"])
@permit("devices:write")
@creates()
@blueprint.about(requestBody=schemas.FORM)
@blueprint.answers(200, ADDED, example=success({"materials": [EXAMPLE], "added_count": 1}))
@refuses(Code.TOO_MANY, *WITH_BODY, *KEYED)
def add_materials() -> Response:
    """Put files into the library, all or none; a worker looks into them before posts use them."""
    return done(desk.received())


@blueprint.route("/api/v1/materials/<material_id>", methods=["GET"])
@permit("devices:read")
@blueprint.answers(200, MATERIAL, example=success(EXAMPLE))
@refuses(Code.NOT_FOUND)
def show_material(material_id: str) -> Response:
    """Read what is known of material."""
    return done(desk.read_material(material_id))


@blueprint.route("/api/v1/materials/<material_id>", methods=["PATCH"])
@permit("devices:write")
@blueprint.arguments(schemas.MaterialChangeSchema, required=True, example={"tags": ["food"]})
@blueprint.answers(200, MATERIAL, example=success(EXAMPLE))
@refuses(Code.NOT_FOUND, *WITH_BODY)
def change_one(asked: dict[str, Any], material_id: str) -> Response:
    """Give material another name, or other tags."""
    account_id = caller().account_id

    def work(tx: Transaction) -> Material:
        return change_material(tx, account_id, material_id, **asked)

    return done(material_body(gateway().yard.store.transact(work)))


@blueprint.route("/api/v1/materials/<material_id>", methods=["DELETE"])
@permit("devices:write")
@blueprint.answers(200, REMOVED, example=success({"id": MATERIAL_ID, "deleted": True}))
@refuses(Code.NOT_FOUND)
def delete_one(material_id: str) -> Response:
    """Take material out of the library; no other task is given it."""
    account_id = caller().account_id
    gateway().yard.store.transact(lambda tx: delete_material(tx, account_id, material_id))
    return done({"id": material_id, "deleted": True})
