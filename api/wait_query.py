"""The query of a long poll, the same in every dialect."""

from __future__ import annotations

from marshmallow import Schema

from api.fields import Seconds


class WaitQuerySchema(Schema):
    """How long to wait until what is read is final."""

    wait = Seconds(
        load_default=0,
        metadata={"description": "Seconds to wait until it is final; more than 30 is 30."},
    )
