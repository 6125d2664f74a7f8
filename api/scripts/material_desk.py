"""The caller's material for the request at hand: files come in, and are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.auth import caller
from api.gateway import gateway
from api.idempotency.once import identified, requested
from api.scripts.material_view import material_body
from api.scripts.refusals import refused
from api.uploads import FILE, UploadedFile, uploaded
from shared.db import Transaction
from shared.material.intake import Arrival, Taken, take_in_all
from shared.material.library import Wanted, count_materials, get_material, list_materials
from shared.tags import split_tags
from shared.tasks.draft import Draft


def read_materials(query: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the caller's material, newest first, and how much there is on all pages."""
    page, size = query["page"], query["page_size"]
    tags = [query["tag"]] if "tag" in query else []
    wanted = Wanted(kind=query.get("kind"), state=query.get("state"), tags=tags)
    account_id = caller().account_id
    with gateway().yard.store.read() as tx:
        total = count_materials(tx, account_id, wanted)
        offset = (page - 1) * size
        found = list_materials(tx, account_id, wanted, limit=size, offset=offset)
    bodies = [material_body(one) for one in found]
    return {"materials": bodies, "total": total, "page": page, "page_size": size}


def read_material(material_id: str) -> dict[str, Any]:
    """The caller's material with that id."""
    with gateway().yard.store.read() as tx:
        return material_body(get_material(tx, caller().account_id, material_id))


def received() -> dict[str, Any]:
    """Take the request's files into the caller's library, all or none; what became of them.

    Each is sent to the blob store as it comes in, and looked into by a worker afterwards.
    """
    gateway().admission.require_room(caller().account_id)
    with gateway().upload_seats.seat(), uploaded(gateway().yard, _check_form) as upload:
        identified(upload)
        tags = _tags_in(upload.fields)
        if not upload.files:
            raise refused(FILE, "is required: files in a multipart/form-data body.")
        return _stored([_arrival(file, tags) for file in upload.files])


def _stored(arrivals: Sequence[Arrival]) -> dict[str, Any]:
    registry, account_id = gateway().yard.registry, caller().account_id
    taken: list[Taken] = []

    def ask(tx: Transaction) -> list[Draft]:
        taken[:] = take_in_all(tx, registry, account_id, arrivals)
        by_material = {one.material.id: one.drafts for one in taken}
        return [draft for drafts in by_material.values() for draft in drafts]

    return requested(ask, lambda _: _taken_body(taken))


def _taken_body(taken: Sequence[Taken]) -> dict[str, Any]:
    return {
        "materials": [material_body(one.material) for one in taken],
        "added_count": len({one.material.id for one in taken if one.is_new}),
    }


def _arrival(file: UploadedFile, tags: Sequence[str]) -> Arrival:
    return Arrival(name=file.name, written=file.written, tags=tags, shown=file.mime_type)


def _check_form(form: Mapping[str, str]) -> None:
    _tags_in(form)


def _tags_in(form: Mapping[str, str]) -> list[str]:
    return split_tags(form.get("tags", ""))
