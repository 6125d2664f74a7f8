"""The stream of an account's events."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from api.auth import caller, still_good
from api.buyers import event_schemas
from api.buyers.blueprint import blueprint, refuses
from api.buyers.event_query import resumed_after, wanted_of
from api.gateway import gateway
from api.permissions import permit
from api.streams.frames import CONTENT_TYPE
from api.streams.gate import leave_gate

EXAMPLE = (
    "id: 4711\nevent: task.completed\n"
    'data: {"taskId":"019a3c5e-7d1b-7c3a-9a55-2f6d1c0b4e01","type":"ECHO","status":"COMPLETED",'
    '"step":"completed","attempt":1,"reason":null,"at":"2030-01-31T08:00:00.250Z"}\n\n'
)
LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "description": "Go on after the event of that id; clients of such streams send it themselves.",
    "schema": {"type": "string"},
}
BODY = {
    "200": {
        "description": "Server-Sent Events; the data of each is an Event.",
        "content": {CONTENT_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@blueprint.route("/events", methods=["GET"])
@permit("tasks:read")
@blueprint.arguments(event_schemas.EventsQuerySchema, location="query")
@blueprint.about(parameters=[LAST_EVENT_ID], responses=BODY)
@refuses("INVALID_FIELD")
def stream_events(query: dict[str, Any]) -> Response:
    """Stream what happens to the account's tasks, while it happens."""
    known = gateway().yard.registry.types
    wanted = wanted_of(query, caller().account_id, known)
    after = resumed_after(query, request.headers.get("Last-Event-ID"))
    is_read = request.method != "HEAD"
    body = gateway().streams.open(wanted, after, still_good()) if is_read else None
    if body is not None:
        leave_gate(request.environ)
    response = Response(body, content_type=CONTENT_TYPE)
    response.headers["X-Accel-Buffering"] = "no"
    return response
