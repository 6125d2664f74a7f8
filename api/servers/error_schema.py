"""What every error of this dialect looks like."""

from __future__ import annotations

from marshmallow import Schema, fields


class ServersErrorSchema(Schema):
    """The envelope of every error."""

    success = fields.Boolean(required=True, metadata={"enum": [False]})
    message = fields.String(required=True, metadata={"description": "Names the field at fault."})
