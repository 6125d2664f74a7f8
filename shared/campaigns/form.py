"""What a campaign is asked for by: its own words, and the sites at which links are made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate
from marshmallow.decorators import validates_schema

from shared.links.choice import KINDS, kinds_for
from shared.links.payload import LONGEST_TEXT
from shared.links.service import SERVICES, Service
from shared.outbound.error import OutboundError
from shared.outbound.url import checked_url

MOST_SITES = 10_000
PLACES = ("url", "name", "kind")
"""A site has one of these at least; some kinds know where they are."""
MOST_CENTS = 1_000_000
MOST_RETRIES = 100
DEFAULT_RETRIES = 3
LONGEST_NAME = 200
LONGEST_ADDRESS = 2000
LONGEST_CONFIG = 100_000
DEEPEST_CONFIG = 50
REQUIRED = "is required and must not be empty."
SITES = f"must be a list of 1 to {MOST_SITES:,} sites."
ADDRESS = (
    f"must be an http or https address of at most {LONGEST_ADDRESS} characters, without blanks and "
    "without a user or a password in it."
)
PRICE = f"must be a number of cents from 0 to {MOST_CENTS:,}."
RETRIES = f"must be a whole number from 0 to {MOST_RETRIES}."
CONFIG = (
    f"must be an object of at most {LONGEST_CONFIG:,} characters and {DEEPEST_CONFIG} levels, "
    "without NUL characters."
)
SERVICE = f"must be one of {', '.join(SERVICES)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """A campaign that was checked; ``sites`` have the keys of `SiteSchema`, "" where not given."""

    name: str
    website: str
    service: Service
    type_request: str
    auction_price: int | float
    max_retries: int
    config: dict[str, Any]
    sites: list[dict[str, str]]

    @property
    def link_cost_cents(self) -> int:
        """What is held for each link: the price in whole cents, halves rounded up."""
        price = Decimal(repr(self.auction_price))
        return int(price.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class _Text(fields.String):
    """A text of bounded length, without NUL characters (which PostgreSQL does not keep)."""

    def __init__(self, longest: int, least: int = 0, **kwargs: Any) -> None:
        message = f"must be a text of {least} to {longest} characters."
        no_nul = validate.ContainsNoneOf("\x00", error="must not contain NUL characters.")
        super().__init__(
            validate=[validate.Length(min=least, max=longest, error=message), no_nul],
            error_messages={"required": REQUIRED, "invalid": message},
            **kwargs,
        )


class _Address(_Text):
    """An address that anybody may fetch."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        try:
            checked_url(text)
        except OutboundError:
            raise ValidationError(ADDRESS) from None
        if text.split() != [text]:
            raise ValidationError(ADDRESS)
        return text


class _SiteId(_Text):
    """A caller's own name for a site; a whole number is taken as it is written."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return str(super()._deserialize(str(value) if is_number else value, *args, **kwargs))


class _Price(fields.Float):
    """A number of cents, kept as it was written."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not isfinite(value) or not 0 <= value <= MOST_CENTS:
            raise ValidationError(PRICE)
        return value


class _Retries(fields.Integer):
    """A whole number; 3.0 counts as 3, as in JSON Schema."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise ValidationError(RETRIES)
        if not 0 <= number <= MOST_RETRIES:
            raise ValidationError(RETRIES)
        return number


class _Config(fields.Dict):
    """An object, or JSON text of one."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if isinstance(value, str):
            value = _parsed(value)
        if not isinstance(value, dict) or not _is_storable(value, DEEPEST_CONFIG):
            raise ValidationError(CONFIG)
        if len(orjson.dumps(value).decode()) > LONGEST_CONFIG:
            raise ValidationError(CONFIG)
        return value


class _GivenSchema(Schema):
    """Unknown keys are ignored, and a null is as good as none."""

    class Meta:
        """Callers may send more than is known."""

        unknown = EXCLUDE

    error_messages = {"type": "must be an object."}  # noqa: RUF012 - as declared there

    @pre_load
    def drop_nulls(self, data: Any, **_kwargs: Any) -> Any:
        """Leave out what is null."""
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if value is not None}


class SiteSchema(_GivenSchema):
    """Where one link is made."""

    id = _SiteId(
        100, load_default="", metadata={"description": "Yours; else its place, from 1 on."}
    )
    name = _Text(500, load_default="")
    url = _Text(LONGEST_ADDRESS, load_default="", metadata={"description": "Or a name, or a kind."})
    kind = _Text(
        40, load_default="", metadata={"description": f"Of our own pool: {', '.join(KINDS)}."}
    )
    email = _Text(320, load_default="")
    username = _Text(320, load_default="")
    password = _Text(2000, load_default="", metadata={"writeOnly": True})
    about = _Text(LONGEST_TEXT, load_default="")


class CampaignSchema(_GivenSchema):
    """A campaign: one link at each of its sites."""

    name = _Text(LONGEST_NAME, 1, required=True)
    website = _Address(LONGEST_ADDRESS, 1, required=True)
    service_type = fields.String(
        required=True,
        validate=validate.OneOf(SERVICES, error=SERVICE),
        error_messages={"required": REQUIRED, "invalid": SERVICE},
    )
    type_request = _Text(LONGEST_TEXT, load_default="")
    auction_price = _Price(
        load_default=0,
        metadata={"description": "Cents for one link.", "minimum": 0, "maximum": MOST_CENTS},
    )
    max_retries = _Retries(
        load_default=DEFAULT_RETRIES, metadata={"minimum": 0, "maximum": MOST_RETRIES}
    )
    config = _Config(load_default=dict)
    sites = fields.Nested(
        SiteSchema,
        many=True,
        required=True,
        validate=validate.Length(1, MOST_SITES, error=SITES),
        error_messages={"required": REQUIRED, "type": SITES},
    )

    @pre_load
    def count_sites(self, data: Any, **_kwargs: Any) -> Any:
        """Refuse too many before each is looked at."""
        sites = data.get("sites") if isinstance(data, Mapping) else None
        if isinstance(sites, Collection) and len(sites) > MOST_SITES:
            raise ValidationError(SITES, "sites")
        return data

    @validates_schema
    def check_sites(self, data: Mapping[str, Any], **_kwargs: Any) -> None:
        """Refuse sites that are nowhere, or of a kind that cannot do the service."""
        service = Service(data["service_type"])
        wrong = {
            place: {field: [message]}
            for place, site in enumerate(data["sites"])
            for field, message in _flaws(site, service)
        }
        if wrong:
            raise ValidationError({"sites": wrong})

    @post_load
    def made(self, data: dict[str, Any], **_kwargs: Any) -> NewCampaign:
        """The campaign, with an id for each of its sites."""
        sites: list[dict[str, str]] = data.pop("sites")
        for place, site in enumerate(sites, 1):
            site["id"] = site["id"] or str(place)
        return NewCampaign(service=Service(data.pop("service_type")), sites=sites, **data)


CAMPAIGN = CampaignSchema()


def read_campaign(body: Mapping[str, Any]) -> NewCampaign:
    """The campaign that ``body`` asks for; marshmallow's `ValidationError` names every field."""
    campaign: NewCampaign = CAMPAIGN.load(body)
    return campaign


def _flaws(site: dict[str, str], service: Service) -> Iterator[tuple[str, str]]:
    """What is wrong with a site as a whole; a kind of ours is written as we write it."""
    if not any(site[name].strip() for name in PLACES):
        yield "url", "is required where the site has neither a name nor a kind."
    kind = site["kind"].strip().lower()
    if kind in KINDS:
        site["kind"] = kind
        if service not in KINDS[kind]:
            able = ", ".join(kinds_for(service))
            yield "kind", f"{kind} cannot do {service}; of our kinds, {able} can."


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ValidationError(CONFIG) from None


def _is_storable(value: Any, depth: int) -> bool:
    """Whether every store keeps ``value``, and no more than ``depth`` levels of it are nested."""
    match value:
        case str():
            return "\x00" not in value
        case dict():
            inside = [part for pair in value.items() for part in pair]
        case list():
            inside = value
        case _:
            return True
    return depth > 0 and all(_is_storable(part, depth - 1) for part in inside)
