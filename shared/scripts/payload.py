"""What every script is told: where it runs, and its configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from marshmallow import EXCLUDE, Schema, fields, validate
from sqlalchemy import Table, select

from shared.db import Transaction
from shared.devices.device import LONGEST_SERIAL, device_mutex, devices
from shared.errors import Refused
from shared.ids import is_id
from shared.social.account import LONGEST_USERNAME, social_accounts, social_mutex
from shared.tasks.task_type import Payload

POOL = "scripts"
"""The pool of all scripts: a task type of this pool is the script called as it, in lower case."""


class ScriptPayload(Schema):
    """Where a script runs; a script's own schema adds ``config``, a nested schema.

    ``device_id`` and ``social_id`` are what the serial and the user name stood for when the task
    was made; one of them at least is given.
    """

    class Meta:
        """Unknown keys are ignored here; a ``config`` keeps them."""

        unknown = EXCLUDE

    serial = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_SERIAL))
    device_id = fields.String(allow_none=True, validate=validate.Length(max=36))
    username = fields.String(allow_none=True, validate=validate.Length(max=LONGEST_USERNAME))
    social_id = fields.String(allow_none=True, validate=validate.Length(max=36))


def mutexes(payload: Payload) -> Collection[str]:
    """A script has its device and its account to itself."""
    device_id, social_id = payload.get("device_id"), payload.get("social_id")
    device = [device_mutex(str(device_id))] if device_id else []
    return [*device, social_mutex(str(social_id))] if social_id else device


def admit(
    tx: Transaction, account_id: str, payloads: Sequence[Payload]
) -> Sequence[Refused | None]:
    """Refuse payloads that run nowhere, or on a device or in an account of somebody else's.

    What is admitted is not removed before the transaction ends.
    """
    named = (("device_id", devices), ("social_id", social_accounts))
    own = {key: _own(tx, table, account_id, payloads, key) for key, table in named}
    return [_refusal(payload, own) for payload in payloads]


def _refusal(payload: Payload, own: Mapping[str, Collection[str]]) -> Refused | None:
    given = {key: payload[key] for key in own if payload.get(key)}
    if not given:
        message = "content.device_id or content.social_id is required: a script runs somewhere."
        return Refused(message, code="INVALID_FIELD", field="content")
    for key, value in given.items():
        if value not in own[key]:
            message = f"content.{key} names none of this account's."
            return Refused(message, code="INVALID_FIELD", field=f"content.{key}")
    return None


def _own(
    tx: Transaction, table: Table, account_id: str, payloads: Sequence[Payload], key: str
) -> set[str]:
    """Which ids that the payloads have as ``key`` are of the account's own, and not removed now."""
    ids = {str(payload[key]) for payload in payloads if is_id(payload.get(key) or "")}
    if not ids:
        return set()
    query = select(table.c.id).where(table.c.account_id == account_id, table.c.id.in_(ids))
    query = query.order_by(table.c.number).with_for_update(read=True, key_share=True)
    return {row.id for row in tx.rows(query)}
