"""What a link task is told."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

POOL = "links"
"""The pool of all link tasks."""
SECRETS = frozenset({"password"})
"""The payload fields that are sealed, whoever brought them."""
LONGEST_TEXT = 10_000
SITE_FIELDS = ("email", "username", "about")


def _text(longest: int) -> fields.String:
    return fields.String(
        load_default="", validate=[validate.Length(max=longest), validate.ContainsNoneOf("\x00")]
    )


class LinkPayload(Schema):
    """One site; a task that belongs to no campaign also says what for."""

    class Meta:
        """Unknown keys are ignored."""

        unknown = EXCLUDE

    site_id = _text(100)
    site_name = _text(500)
    site_url = _text(2000)
    site_kind = _text(40)
    email = _text(320)
    username = _text(320)
    password = _text(2000)
    about = _text(LONGEST_TEXT)
    website = _text(2000)
    name = _text(200)
    config = fields.Dict(keys=fields.String(), load_default=dict)
