"""MATERIAL_CHECK: looks into an uploaded file, and writes to the library what it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields, validate

from shared.blobs import key_of
from shared.errors import Refused, TaskError, Unavailable
from shared.material.intake import CHECK
from shared.material.library import get_material, set_verdict
from shared.material.material import Material
from shared.media.facts import Facts
from shared.scripts.payload import POOL
from shared.tasks.retry import RetryPolicy
from shared.tasks.task_type import Context, Payload, TaskType

MINUTES = 60.0


class MaterialCheckPayload(Schema):
    """The material to look into."""

    materialId = fields.String(  # noqa: N815 - the dialect's word
        required=True, validate=validate.Length(min=1, max=36)
    )


def run(payload: Payload, context: Context) -> dict[str, Any]:
    """Check the content; what was found is the result, why it is refused is the error."""
    try:
        return _checked(str(payload["materialId"]), context)
    except Refused as error:
        raise TaskError(str(error), retryable=False, code=error.code) from error
    except Unavailable as error:
        raise TaskError(str(error), code="UNAVAILABLE") from error


def _checked(material_id: str, context: Context) -> dict[str, Any]:
    from shared.material.check import MaterialRefused, check_file

    yard = context.yard
    with yard.store.read() as tx:
        material = get_material(tx, context.account_id, material_id)
        key = key_of(tx, material.sha256)
    with yard.blobs.local(key) as file:
        try:
            facts = check_file(file)
        except MaterialRefused as error:
            _write(context, material, None, str(error))
            message = f"{material.name}: {error}"
            raise TaskError(message, retryable=False, code=error.code) from error
    _write(context, material, facts)
    return {"materialId": material.id, **asdict(facts)}


def _write(
    context: Context, material: Material, facts: Facts | None, error: str | None = None
) -> None:
    """Write the verdict; every attempt comes to the same one, so whichever is last may stay."""
    context.yard.store.transact(
        lambda tx: set_verdict(tx, material.account_id, material.sha256, facts, error)
    )


MATERIAL_CHECK = TaskType(
    name=CHECK,
    pool=POOL,
    queue="material_check",
    payload=MaterialCheckPayload(),
    run=run,
    target=lambda payload: str(payload["materialId"]),
    batch_size=8,
    retry=RetryPolicy(max_retries=5, first_seconds=2.0),
    time_limit_seconds=30 * MINUTES,
)
