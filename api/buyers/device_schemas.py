"""What operators send and get about devices, field by field."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from api.fields import Flag, Tags, Text, Words
from shared.devices.device import LONGEST_SERIAL
from shared.devices.registration import LONGEST_NAME
from shared.tags import LONGEST_TAG

# Names are the dialect's own.
# ruff: noqa: N815

FLAGS = {"true": True, "false": False}
ADB = {"description": "Whether it is reached over an ADB link, and looked at before it is used."}
ONLINE = {"description": "Whether it answered last; without a link, what its owner says."}
NAME = {"description": "The serial, unless it is given a name."}


class DeviceQuerySchema(Schema):
    """Which devices to list."""

    online = Words(tuple(FLAGS))
    tag = Text(LONGEST_TAG)


class DeviceChangeSchema(Schema):
    """What is said of a device; what is left out stays."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    serial = Text(LONGEST_SERIAL)
    name = Text(LONGEST_NAME, least=0, metadata=NAME)
    online = Flag(metadata=ONLINE)
    adb = Flag(metadata=ADB)
    tags = Tags()


class NewDeviceSchema(DeviceChangeSchema):
    """What is said of a new device."""

    serial = Text(LONGEST_SERIAL, required=True)


class DeviceSchema(Schema):
    """A device."""

    id = fields.String(required=True)
    serial = fields.String(required=True)
    name = fields.String(required=True)
    online = fields.Boolean(required=True, metadata=ONLINE)
    adb = fields.Boolean(required=True, metadata=ADB)
    tags = fields.List(fields.String(), required=True)
    createdAt = fields.String(required=True, metadata={"format": "date-time"})
    updatedAt = fields.String(required=True, metadata={"format": "date-time"})


class DevicesSchema(Schema):
    """The devices, oldest first."""

    devices = fields.List(fields.Nested(DeviceSchema), required=True)
