"""Tasks that servers claim, and keep while they do them."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from api.failure import Kind
from api.permissions import permit
from api.servers import examples
from api.servers.blueprint import WITH_BODY, body_of, done, enveloped, refuses, servers
from api.servers.claim_desk import claim_tasks, extend_tasks, read_held
from api.servers.claim_schemas import (
    ClaimedLinkSchema,
    LinkClaimSchema,
    LinkExtensionSchema,
    LinksExtendSchema,
)
from api.servers.items import read_items

CLAIMED = enveloped(
    "LinksClaimedAnswer", fields.List(fields.Nested(ClaimedLinkSchema), required=True)
)
EXTENDED = enveloped(
    "LinksExtendedAnswer", fields.List(fields.Nested(LinkExtensionSchema), required=True)
)
HELD = body_of(LinksExtendSchema, examples.HELD)


@servers.route("/api/v1/worker/tasks/claim", methods=["POST"])
@permit("links:do")
@servers.arguments(LinkClaimSchema, example=examples.CLAIM)
@servers.answers(200, CLAIMED, example=examples.CLAIMED)
@refuses(Kind.INVALID_FIELD, *WITH_BODY)
def claim(asked: dict[str, Any]) -> Response:
    """Take tasks to run from now on: assigned ones first, then others that the server may do.

    With `wait`, the answer comes as soon as there is work, and at once where too many wait.
    """
    return done(claim_tasks(asked))


@servers.route("/api/v1/worker/tasks/extend", methods=["POST"])
@permit("links:do")
@servers.about(requestBody=HELD)
@servers.answers(200, EXTENDED, example=examples.EXTENDED)
@refuses(Kind.INVALID_FIELD, *WITH_BODY)
def extend_leases() -> Response:
    """Go on with claimed tasks; says until when they are the server's, and which are to stop."""
    return done(extend_tasks(read_items(read_held)))
