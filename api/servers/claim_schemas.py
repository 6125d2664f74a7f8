"""How servers claim tasks, and keep them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.fields import Whole
from api.servers.fields import Measure, Services, Sparing
from api.servers.report_schemas import LARGEST_ATTEMPT
from api.servers.task_schemas import MOMENT, LinkTaskSchema
from api.waiting import LONGEST_SECONDS
from shared.links.service import SERVICES
from shared.servers.claiming import LARGEST_CLAIM
from shared.servers.reporting import LARGEST_BULK
from shared.servers.word import Word

DEFAULT_CLAIM = 100


class LinkClaimSchema(Sparing):
    """How much work a server takes, and how long it waits for some."""

    limit = Whole(1, LARGEST_CLAIM, load_default=DEFAULT_CLAIM)
    service_type = Services(
        load_default=None,
        metadata={
            "type": "string",
            "description": f"One or several of {', '.join(SERVICES)}, with commas between.",
        },
    )
    wait = Measure(
        load_default=0.0,
        metadata={"description": f"Seconds; more than {LONGEST_SECONDS:g} is {LONGEST_SECONDS:g}."},
    )


class ClaimedLinkSchema(LinkTaskSchema):
    """A task that the server runs from now on."""

    attempt = fields.Integer(required=True, metadata={"description": "To be sent in reports."})
    lease_expires_at = fields.String(required=True, metadata=MOMENT)


class HeldLinkSchema(Sparing):
    """A task that the server goes on with."""

    attempt = Whole(
        1,
        LARGEST_ATTEMPT,
        metadata={"description": "As claimed; without it, whichever attempt goes on."},
    )


class HeldLinkItemSchema(HeldLinkSchema):
    """Such a task, with its name."""

    link_id = fields.String(required=True)


class LinksExtendSchema(Schema):
    """The tasks that the server goes on with."""

    items = fields.List(
        fields.Nested(HeldLinkItemSchema), required=True, validate=validate.Length(max=LARGEST_BULK)
    )


class LinkExtensionSchema(Schema):
    """Whether a task is still the server's, until when, and whether it is to be stopped."""

    link_id = fields.String(required=True)
    success = fields.Boolean(required=True)
    lease_expires_at = fields.String(required=True, allow_none=True, metadata=MOMENT)
    canceled = fields.Boolean(required=True)
    error = fields.String(metadata={"description": f"Why not, such as {Word.STALE_ATTEMPT}."})
