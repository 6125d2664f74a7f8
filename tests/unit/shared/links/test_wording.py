"""The words of a link."""

from __future__ import annotations

from typing import Any

import pytest

from shared.links.order import Order, Site
from shared.links.service import Service
from shared.links.wording import name, post_text, profile_text, require_link, title, website
from shared.sites.outcome import NotAccepted

SHOP = "https://shop.example/"


def order(of_site: str = "", /, campaign: str = "Red", link: str = SHOP, **config: Any) -> Order:
    """An order with that ``config``."""
    site = Site(id="1", name="a site", url="", kind="mastodon", about=of_site)
    return Order(
        key="k", service=Service.SOCIAL, site=site, website=link, campaign=campaign, config=config
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (order(), f"Red\n{SHOP}"),
        (order(campaign=""), SHOP),
        (order(text="  "), f"Red\n{SHOP}"),
        (order(text="{name}: see {website}!"), f"Red: see {SHOP}!"),
        (order(text="See it."), f"See it.\n{SHOP}"),
        (order(text="See https://shop.example"), "See https://shop.example"),
        (order(text="See {website}more"), f"See {SHOP}more\n{SHOP}"),
        (order(text="{other} {} {website}"), f"{{other}} {{}} {SHOP}"),
        (order(campaign="{website}", text="{name}"), f"{{website}}\n{SHOP}"),
        (order(campaign="", text="{name} {website}"), f"shop.example {SHOP}"),
    ],
    ids=[
        "default", "no name", "blank", "template", "no place", "there", "longer", "braces",
        "once", "host",
    ],
)  # fmt: skip
def test_a_post_says_what_the_campaign_wants_and_links(given: Order, text: str) -> None:
    assert post_text(given) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (order(), f"Red\n{SHOP}"),
        (order("Of the site."), f"Of the site.\n{SHOP}"),
        (order("Of the site.", about="Of {name}: {website}"), f"Of Red: {SHOP}"),
    ],
    ids=["default", "site", "campaign"],
)
def test_a_profile_says_what_the_campaign_wants_else_the_site(given: Order, text: str) -> None:
    assert profile_text(given) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (order(), "Red"),
        (order(campaign=""), "shop.example"),
        (order(title="Why\n{name}?"), "Why Red?"),
    ],
    ids=["default", "host", "template"],
)
def test_a_title_is_one_line(given: Order, text: str) -> None:
    assert title(given) == text


def test_a_name_is_the_campaigns_else_the_websites_host() -> None:
    assert (name(order()), name(order(campaign=" "))) == ("Red", "shop.example")


@pytest.mark.parametrize(
    ("given", "longest", "told"),
    [
        (order(text="👩‍👩‍👧‍👦👍🏽 {website}"), 23, "config.text: the site takes 23 characters, "),
        (order(), 10, "name: the site takes 10 characters, these are 25."),
        (order(text=["a"]), 100, "config.text: give a text."),
        (order(link="shop.example"), 100, "website: give the address to link to, "),
        (order(link="javascript:x"), 100, "website: "),
        (order(link="https://"), 100, "website: "),
        (order(link="https://a b"), 100, "website: "),
        (order(link=""), 100, "website: "),
        (order(link="http://["), 100, "website: "),
    ],
    ids=["long", "name", "list", "bare", "script", "no host", "blank", "none", "broken"],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(given: Order, longest: int, told: str) -> None:
    with pytest.raises(NotAccepted) as caught:
        post_text(given, longest)
    assert caught.value.message.startswith(told)
    assert caught.value.code == "INVALID_FIELD"


def test_a_post_may_be_as_long_as_the_site_takes() -> None:
    assert post_text(order(), 25) == f"Red\n{SHOP}"


def test_an_address_is_taken_without_the_blanks_around_it() -> None:
    assert website(order(link=f" {SHOP}\n")) == SHOP


@pytest.mark.parametrize("text", [f"{SHOP}…more", "no link", f"x{SHOP}"])
def test_a_text_in_which_sites_would_find_another_link_is_refused(text: str) -> None:
    with pytest.raises(NotAccepted, match=r"^config.text: .* would not be a link"):
        require_link(text, order(), "config.text")


def test_a_text_with_the_link_among_others_will_do() -> None:
    require_link(f"https://other.example, “{SHOP}”.", order(), "config.text")
