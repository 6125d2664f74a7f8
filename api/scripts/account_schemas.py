"""What operators send and get about accounts, field by field."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from api.fields import Errors, Tags, Text, Whole, Words
from api.scripts.fields import Choice
from api.scripts.schemas import PageQuerySchema
from shared.devices.device import LONGEST_SERIAL
from shared.social.account import LONGEST_USERNAME, Platform
from shared.tags import LONGEST_TAG

PLATFORMS = tuple(platform.value for platform in Platform)
LOGINED = ("not_logged_in", "logged_in")
STATUSES = ("enabled", "disabled")
LONGEST_PAUSE_SECONDS = 7 * 24 * 3600
LARGEST_DAILY_CAP = 10_000
CREDENTIAL = "must be an object of texts, such as an access_token; an empty one is none."
SERIAL = {"description": "The serial of one of the account's devices."}


def numbered(words: tuple[str, str]) -> str:
    """What 0 and 1 mean."""
    return ", ".join(f"{number} {word}" for number, word in enumerate(words))


class Switch(fields.Field[bool]):
    """On or off, written as 1 or 0, or as true or false."""

    def __init__(self, description: str, **kwargs: Any) -> None:
        about = {"enum": [0, 1, False, True], "description": description}
        super().__init__(metadata=about, **kwargs)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool | int) or value not in (0, 1):
            raise ValidationError("must be 0 or 1, or false or true.")
        return bool(value)


class Pause(fields.Float):
    """A span of time in seconds."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        message = f"must be a number of seconds from 0 to {longest}."
        errors: Errors = dict.fromkeys(("invalid", "special", "too_large"), message)
        range_ = validate.Range(min=0, max=longest, error=message)
        super().__init__(validate=range_, error_messages=errors, **kwargs)

    def _validated(self, value: Any) -> float:
        if isinstance(value, str | bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class AccountsQuerySchema(PageQuerySchema):
    """Which accounts to list."""

    platform = Words(PLATFORMS)
    device = Text(LONGEST_SERIAL, metadata=SERIAL)
    logined = Choice(1, numbered(LOGINED))
    status = Choice(1, numbered(STATUSES))
    tag = Text(LONGEST_TAG, metadata={"description": "One of its tags, exactly."})


class AccountChangeSchema(Schema):
    """What is said of an account; what is left out stays."""

    class Meta:
        """Unknown fields are ignored."""

        unknown = EXCLUDE

    platform = Words(PLATFORMS, metadata={"description": "It cannot be changed."})
    username = Text(LONGEST_USERNAME + 1, metadata={"description": "A leading @ is dropped."})
    email = Text(320, least=0)
    device = Text(LONGEST_SERIAL, least=0, metadata=SERIAL)
    packagename = Text(200, least=0, attribute="package_name")
    enabled = Switch("While it is not, its tasks wait.")
    status = Switch(f"The same, as lists have it: {numbered(STATUSES)}.")
    logined = Switch("While it is not, its tasks wait.", attribute="logged_in")
    credential = fields.Dict(
        keys=fields.String(),
        error_messages={"invalid": CREDENTIAL},
        metadata={"description": "What the platform is logged in with; it is never shown again."},
    )
    timezone = Text(60, metadata={"description": "A name of the IANA database; UTC by default."})
    pause_seconds = Pause(
        LONGEST_PAUSE_SECONDS, metadata={"description": "The least time between two posts."}
    )
    daily_cap = Whole(
        0, LARGEST_DAILY_CAP, metadata={"description": "The most posts of a day; 0: any number."}
    )
    tags = Tags()

    @post_load
    def read_status(self, said: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """``status`` is another word for ``enabled``, which wins where both are said."""
        status = said.pop("status", None)
        return said if status is None else {"enabled": not status, **said}


class NewAccountSchema(AccountChangeSchema):
    """What is said of a new account."""

    platform = Words(PLATFORMS, required=True)
    username = Text(LONGEST_USERNAME + 1, required=True)


class OperatedAccountSchema(Schema):
    """An account; never what it is logged in with."""

    id = fields.Integer(required=True)
    username = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    platform = Words(PLATFORMS, required=True)
    packagename = fields.String(required=True, allow_none=True)
    device = fields.String(required=True, allow_none=True, metadata=SERIAL)
    device_online = fields.Boolean(required=True)
    device_name = fields.String(
        required=True, metadata={"description": "Empty where the device is not online."}
    )
    logined = fields.Integer(required=True, metadata={"description": numbered(LOGINED)})
    logined_text = Words(LOGINED, required=True)
    status = fields.Integer(required=True, metadata={"description": numbered(STATUSES)})
    status_text = Words(STATUSES, required=True)
    tags = fields.List(fields.String(), required=True)


class WholeAccountSchema(OperatedAccountSchema):
    """An account by itself, with its pace."""

    has_credential = fields.Boolean(required=True)
    timezone = fields.String(required=True)
    pause_seconds = fields.Float(required=True)
    daily_cap = fields.Integer(required=True, metadata={"description": "0: any number."})


class AccountPageSchema(Schema):
    """A page of accounts, oldest first."""

    accounts = fields.List(fields.Nested(OperatedAccountSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class AccountRemovedSchema(Schema):
    """That an account is gone."""

    id = fields.Integer(required=True)
    deleted = fields.Boolean(required=True)
