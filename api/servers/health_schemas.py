"""What servers say of themselves."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.fields import Text, Whole, Words
from api.servers.fields import Measure, Sparing
from api.servers.task_schemas import MOMENT

MANY = 2**31 - 1


class ServerHealthSchema(Sparing):
    """How a server is."""

    server_name = Text(200, 0)
    ip = Text(100, 0)
    cpu_usage = Measure(metadata={"description": "Percent."})
    ram_usage = Measure(metadata={"description": "Percent."})
    disk_usage = Measure(metadata={"description": "Percent."})
    active_threads = Whole(0, MANY)
    active_tasks = Whole(0, MANY)


class ServerHeardSchema(Schema):
    """That the server was heard; the name is the one it was registered by."""

    status = Words(("ok",), required=True)
    server_id = fields.String(required=True)
    server_name = fields.String(required=True)
    server_time = fields.String(required=True, metadata=MOMENT)
