"""What a campaign may be asked for by, and what is said of what it may not."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from shared.campaigns.form import MOST_SITES, SiteSchema, read_campaign
from shared.links.payload import LinkPayload
from shared.links.service import SERVICES, Service
from tests.campaigning import SECRET, a_body, a_site

DEEP: Any = None
for _ in range(60):
    DEEP = [DEEP]


def refused(body: dict[str, Any]) -> dict[str, str]:
    """What is said of each field at fault, by its path."""
    with pytest.raises(ValidationError) as error:
        read_campaign(body)
    assert SECRET not in str(error.value)
    return dict(flat(error.value.messages))


def flat(messages: Any, *path: str) -> list[tuple[str, str]]:
    """The messages with the paths of their fields."""
    if isinstance(messages, dict):
        return [one for name, inner in messages.items() for one in flat(inner, *path, str(name))]
    return [(".".join(path), " ".join(messages))]


def test_what_is_not_said_has_a_default() -> None:
    least = {
        "name": "n",
        "website": "http://a.example",
        "service_type": "social",
        "sites": [{"name": "here"}],
    }

    campaign = read_campaign(least)

    assert (campaign.auction_price, campaign.max_retries, campaign.config) == (0, 3, {})
    assert (campaign.type_request, campaign.service) == ("", Service.SOCIAL)
    (site,) = campaign.sites
    assert site.pop("id") == "1"
    assert site == dict.fromkeys(SiteSchema().fields.keys() - {"id"}, "") | {"name": "here"}


def test_a_null_is_as_good_as_nothing_and_unknown_keys_are_ignored() -> None:
    body = a_body(1, max_retries=None, colour="red", sites=[a_site(email=None, colour="blue")])

    campaign = read_campaign(body)

    assert (campaign.max_retries, campaign.sites[0]["email"]) == (3, "")
    assert "colour" not in campaign.sites[0]


@pytest.mark.parametrize(
    ("field", "wrong", "message"),
    [
        ("name", ..., "is required"),
        ("name", "", "1 to 200 characters"),
        ("name", "x" * 201, "1 to 200 characters"),
        ("name", "a\x00b", "NUL"),
        ("name", 7, "must be a text"),
        ("website", ..., "is required"),
        ("website", "shop.example", "http or https"),
        ("website", "ftp://shop.example", "http or https"),
        ("website", "https://ada:pw@shop.example", "without a user"),
        ("website", "https://shop.example/a b", "without blanks"),
        ("website", "https://a.example/" + "x" * 2000, "2000 characters"),
        ("service_type", ..., "is required"),
        ("service_type", "mail", "must be one of entity, social, blog20"),
        ("service_type", ["social"], "must be one of"),
        ("type_request", "x" * 10_001, "0 to 10000"),
        ("auction_price", -0.01, "from 0 to"),
        ("auction_price", 1_000_000.5, "from 0 to 1,000,000"),
        ("auction_price", "20", "number of cents"),
        ("auction_price", True, "number of cents"),
        ("auction_price", float("nan"), "number of cents"),
        ("auction_price", float("inf"), "number of cents"),
        ("max_retries", -1, "0 to 100"),
        ("max_retries", 101, "0 to 100"),
        ("max_retries", 1.5, "whole number"),
        ("max_retries", True, "whole number"),
        ("max_retries", "3", "whole number"),
        ("config", [], "must be an object"),
        ("config", "[]", "must be an object"),
        ("config", "{", "must be an object"),
        ("config", {"a": DEEP}, "levels"),
        ("config", {"a": ["\x00"]}, "NUL"),
        ("config", {"\x00": 1}, "NUL"),
        ("config", {"a": "x" * 100_000}, "100,000 characters"),
        ("sites", ..., "is required"),
        ("sites", [], "1 to 10,000 sites"),
        ("sites", "here", "1 to 10,000 sites"),
        ("sites", [None] * (MOST_SITES + 1), "1 to 10,000 sites"),
    ],
    ids=range(37),
)
def test_a_wrong_field_is_named_with_what_would_do(field: str, wrong: Any, message: str) -> None:
    said = refused(a_body(1, **{field: wrong}))

    assert set(said) == {field}
    assert message in said[field]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"url": "", "name": " ", "kind": ""}, "url", "neither a name nor a kind"),
        ({"url": "x" * 2001}, "url", "2000"),
        ({"name": "x" * 501}, "name", "500"),
        ({"kind": "x" * 41}, "kind", "40"),
        ({"kind": "wordpress"}, "kind", "wordpress cannot do social; of our kinds, mastodon"),
        ({"kind": " WordPress "}, "kind", "cannot do social"),
        ({"email": "x" * 321}, "email", "320"),
        ({"username": 7}, "username", "must be a text"),
        ({"password": SECRET * 200}, "password", "2000"),
        ({"password": f"{SECRET}\x00"}, "password", "NUL"),
        ({"about": "x" * 10_001}, "about", "10000"),
        ({"id": "x" * 101}, "id", "100"),
        ({"id": True}, "id", "must be a text"),
    ],
    ids=range(13),
)
def test_a_wrong_site_is_named_by_its_index(
    changes: dict[str, Any], field: str, message: str
) -> None:
    said = refused(a_body(sites=[a_site(), a_site(2, **changes)]))

    assert set(said) == {f"sites.1.{field}"}
    assert message in said[f"sites.1.{field}"]


def test_several_errors_are_told_at_once() -> None:
    sites = ["here", a_site(2, kind=7), a_site(3), a_site(4, email=7)]

    said = refused(a_body(name="", sites=sites))

    assert set(said) == {"name", "sites.0._schema", "sites.1.kind", "sites.3.email"}
    assert said["sites.0._schema"] == "must be an object."


@pytest.mark.parametrize("kind", ["", "drupal", "mastodon", " Mastodon"])
def test_a_kind_may_be_ours_or_one_that_only_servers_know(kind: str) -> None:
    campaign = read_campaign(a_body(1, sites=[a_site(kind=kind)]))

    assert campaign.sites[0]["kind"] == kind.strip().lower()


def test_an_id_may_be_a_number() -> None:
    assert read_campaign(a_body(1, sites=[a_site(id=17)])).sites[0]["id"] == "17"


def test_config_may_be_json_text() -> None:
    assert read_campaign(a_body(1, config='{"a": [1]}')).config == {"a": [1]}


@pytest.mark.parametrize(
    ("price", "cents"),
    [(0, 0), (0.49, 0), (0.5, 1), (1.005, 1), (12.5, 13), (13.4999, 13), (20, 20), (1e6, 10**6)],
)
def test_fractions_of_a_cent_are_rounded_half_up(price: float, cents: int) -> None:
    campaign = read_campaign(a_body(1, auction_price=price))

    assert campaign.link_cost_cents == cents
    assert campaign.auction_price == price


@pytest.mark.parametrize("service", SERVICES)
def test_the_tasks_take_all_that_a_site_may_say(service: str) -> None:
    longest = {
        name: "x" * next(v.max for v in field.validators if hasattr(v, "max"))
        for name, field in SiteSchema().fields.items()
    }
    site = read_campaign(a_body(1, service_type=service, sites=[longest])).sites[0]
    places = {f"site_{name}": site[name] for name in ("id", "name", "url", "kind")}
    said = {name: site[name] for name in ("email", "username", "password", "about")}

    assert LinkPayload().validate({**places, **said}) == {}
