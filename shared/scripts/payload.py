"""What every script is told: where it runs, and its configuration."""

from __future__ import annotations

from collections.abc import Collection

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.devices.device import LONGEST_SERIAL, device_mutex
from shared.social.account import LONGEST_USERNAME, social_mutex
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
