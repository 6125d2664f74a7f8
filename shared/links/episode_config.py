"""What a campaign's ``config`` says of an episode and its feed, checked. Pure."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from shared.links.feed_folder import NAME
from shared.links.order import Order
from shared.links.podcast import Channel, Episode
from shared.links.wording import name, post_text, require_length, title, website
from shared.sites.outcome import NotAccepted

LONGEST_TITLE = 255
LONGEST_TEXT = 4000
LINE = validate.Length(max=255)
PICTURE = validate.Regexp(r"(?i).*\.(jpe?g|png)$", error="must end with .jpg or .png.")
LANGUAGE = validate.Regexp(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", error="must be like en or pt-BR.")
WHOLE = validate.Range(min=1, max=1_000_000)


class Address(fields.URL):
    """An address on the web."""

    def __init__(self, **how: Any) -> None:
        super().__init__(schemes={"http", "https"}, require_tld=False, **how)


class _Schema(Schema):
    class Meta:
        """Words that are another connector's: ignored."""

        unknown = EXCLUDE


class EnclosureSchema(_Schema):
    """The audio or video file; type and length are asked of its server where they are missing."""

    url = Address(required=True)
    type = fields.String(validate=validate.Regexp(r"[\w.+-]+/[\w.+-]+$"))
    length = fields.Integer(strict=True, validate=validate.Range(min=0))


class ChannelSchema(_Schema):
    """What the feed says of itself."""

    title = fields.String(validate=LINE)
    description = fields.String(validate=validate.Length(max=LONGEST_TEXT))
    link = Address()
    language = fields.String(validate=LANGUAGE)
    author = fields.String(validate=LINE)
    email = fields.Email()
    image = Address(validate=PICTURE)
    category = fields.String(validate=LINE)
    explicit = fields.Boolean()


class EpisodeSchema(_Schema):
    """The words of ``config`` beside ``title`` and ``text``."""

    feed = fields.String(
        load_default="feed",
        validate=validate.Regexp(
            rf"{NAME.pattern}$", error="must have small letters, digits, - and _, 63 at most."
        ),
    )
    hub = Address()
    enclosure = fields.Nested(EnclosureSchema)
    channel = fields.Nested(ChannelSchema, load_default=dict)
    author = fields.String(validate=LINE)
    image = Address(validate=PICTURE)
    duration = fields.Integer(strict=True, validate=WHOLE)
    season = fields.Integer(strict=True, validate=WHOLE)
    number = fields.Integer(strict=True, validate=WHOLE)
    explicit = fields.Boolean()


def read_config(order: Order) -> dict[str, Any]:
    """The config's words; `NotAccepted` names the first that cannot be meant."""
    given = {word: value for word, value in order.config.items() if value is not None}
    try:
        loaded: dict[str, Any] = EpisodeSchema().load(given)
    except ValidationError as error:
        raise NotAccepted(_sentence(error.messages_dict), code="INVALID_FIELD") from error
    return loaded


def episode(order: Order, config: dict[str, Any], published_at: str) -> Episode:
    """The episode that ``order`` asks for, but for its file."""
    heading, text = title(order), post_text(order)
    require_length(heading, len(heading), LONGEST_TITLE, "config.title")
    require_length(text, len(text), LONGEST_TEXT, "config.text")
    plain = ("author", "image", "duration", "season", "number", "explicit")
    return Episode(
        guid=order.key,
        title=heading,
        text=text,
        link=website(order),
        published_at=published_at,
        channel=_channel(order, config["channel"]),
        **{word: config[word] for word in plain if word in config},
    )


def _channel(order: Order, given: dict[str, Any]) -> Channel:
    usual = {
        "title": order.site.name or name(order),
        "description": order.site.about or order.site.name or name(order),
        "link": website(order),
    }
    return Channel(**{**usual, **given})


def _sentence(messages: Any, field: str = "config") -> str:
    while isinstance(messages, dict):
        word, messages = next(iter(messages.items()))
        field = field if word == "_schema" else f"{field}.{word}"
    return f"{field}: {messages[0][:1].lower()}{messages[0][1:]}"
