"""Campaigns over HTTP: what is refused, and with which code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.ids import new_id
from tests.asking import REQUESTS, Asker, asker, check, link_bench, new_asker, sent_as_csv
from tests.campaigning import a_body, a_site
from tests.gateway import Bench
from tests.remote_servers import open_servers_bench

__all__ = ["asker", "link_bench"]
ONE = f"{REQUESTS}/{{request_id}}"
ROUTES = [
    ("POST", REQUESTS),
    ("GET", REQUESTS),
    ("GET", ONE),
    ("DELETE", ONE),
    ("POST", f"{ONE}/pause"),
    ("POST", f"{ONE}/resume"),
    ("GET", f"{ONE}/export"),
]


def code_of(message: str) -> str:
    """The code of a refusal with that sentence."""
    return "MISSING_FIELDS" if message.endswith("is required") else "INVALID_FIELD"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ...}, "name: is required"),
        ({"service_type": "mail"}, "service_type: must be one of entity, social"),
        ({"service_type": "podcast", "sites": [a_site(kind="")]}, "service_type: podcast is not"),
        ({"sites": []}, "sites: must be a list of 1 to 10,000 sites."),
        ({"sites": [a_site(), a_site(kind="feed")]}, "sites.1.kind: feed cannot do social"),
        ({"sites": [a_site(), a_site(), 7]}, "sites.2: must be an object."),
        ({"auction_price": "20"}, "auction_price: must be a number of cents"),
    ],
    ids=range(7),
)
def test_a_field_at_fault_is_named_and_nothing_is_made(
    asker: Asker, changes: dict[str, Any], message: str
) -> None:
    assert message in asker.why(code_of(message), "POST", REQUESTS, json=a_body(**changes))
    assert asker.count() == 0


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        (b"name;url\r\na;b\r\n", {}, "sites: the first row must name the columns"),
        (b"name,url\r\na\r\n", {}, "sites.0: has 1 cells, and the first row has 2 (line 2)."),
        (
            b"name\r\n" + b"x" * 501,
            {},
            "sites.0.name: must be a text of 0 to 500 characters (line 2).",
        ),
        (b"", {}, "sites: the first row"),
        (b"name\r\na", {"auction_price": "much"}, "auction_price: must be"),
        (b"name\r\na", {"auction_price": "nan"}, "auction_price: must be"),
        (b"name\r\na", {"auction_price": "1_000"}, "auction_price: must be"),
        (b"name\r\na", {"max_retries": "2.5"}, "max_retries: must be"),
        (b"name\r\na", {"website": ""}, "website: is required"),
    ],
    ids=range(9),
)
def test_a_table_at_fault_is_refused_likewise(
    asker: Asker, content: bytes, words: dict[str, str], message: str
) -> None:
    assert message in asker.why(code_of(message), "POST", **sent_as_csv(content, **words))
    assert asker.count() == 0


def test_many_errors_are_counted_and_not_all_told(asker: Asker) -> None:
    sites = [a_site(kind=7) for _ in range(30)]

    errors = asker.refused("INVALID_FIELD", "POST", REQUESTS, json=a_body(sites=sites))["errors"]

    assert [error["field"] for error in errors] == [
        *(f"sites.{n}.kind" for n in range(20)),
        "sites",
    ]
    assert errors[-1]["detail"] == "10 more errors are not told here."


def test_bodies_that_are_none_are_refused(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    json = {"content_type": "application/json"}
    assert "not valid JSON" in asker.why("INVALID_JSON", "POST", REQUESTS, data=b"{", **json)
    assert "a JSON object" in asker.why("INVALID_JSON", "POST", REQUESTS, json=[a_body()])
    asked = {"data": b"<a/>", "content_type": "text/xml"}
    assert "application/json or text/csv" in asker.why(
        "UNSUPPORTED_MEDIA_TYPE", "POST", REQUESTS, **asked
    )
    monkeypatch.setattr("api.buyers.campaign_desk.BULK_BYTES", 100)
    assert "at most 100 bytes" in asker.why("BODY_TOO_LARGE", "POST", REQUESTS, json=a_body())


def test_too_few_credits_make_nothing(link_bench: Bench) -> None:
    poor = new_asker(link_bench, cents=50)

    assert "cost 60 cents" in poor.why("INSUFFICIENT_CREDITS", "POST", REQUESTS, json=a_body(3))
    assert (poor.count(), poor.balance()) == (0, 50)
    assert poor.made(2)["size"] == 2


def test_more_than_may_wait_make_nothing(link_bench: Bench) -> None:
    crowded = replace(
        link_bench.yard, settings=replace(link_bench.yard.settings, max_pending_tasks=5)
    )
    with open_servers_bench(crowded) as other:
        asker = new_asker(other)
        asker.made(3)

        message = asker.why("RATE_LIMITED", "POST", REQUESTS, json=a_body(3))
        assert asker.answers[-1].headers["Retry-After"] == "5"
        assert "Only 2 more tasks" in message
        asker.made(2)
        assert "5 tasks of this account are waiting" in asker.why(
            "RATE_LIMITED", "POST", REQUESTS, json=a_body(1)
        )


def test_what_is_another_accounts_is_not_there(link_bench: Bench, asker: Asker) -> None:
    theirs = new_asker(link_bench).made(1)["id"]

    for request_id in (theirs, new_id(), "7"):
        for method, path in ROUTES[2:]:
            here = path.replace("{request_id}", request_id)
            assert asker.why("NOT_FOUND", method, here) == "There is no such campaign."
    assert asker.told("GET", REQUESTS)["requests"] == []


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{m} {p}" for m, p in ROUTES])
def test_only_accounts_that_buy_or_operate_get_in(
    link_bench: Bench, method: str, path: str
) -> None:
    here = path.replace("{request_id}", new_id())
    validator, operator = new_asker(link_bench, "validator"), new_asker(link_bench, "operator")
    nobody = replace(validator, credential=None)

    assert validator.refused("FORBIDDEN", method, here)
    assert nobody.refused("UNAUTHORIZED", method, here)
    assert nobody.refused("UNAUTHORIZED", method, here, headers={"X-API-Key": "tys_whatever"})
    assert operator.send(method, here).status_code not in (401, 403, 500)


@pytest.mark.parametrize(
    ("query", "message"),
    [("limit=0", "limit: must be"), ("limit=x", "limit: must be"), ("cursor=x", "next_cursor")],
)
def test_a_page_that_cannot_be_is_refused(asker: Asker, query: str, message: str) -> None:
    assert message in asker.why("INVALID_FIELD", "GET", f"{REQUESTS}?{query}")


# --- whatever is sent

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(
    allow_nan=False, allow_infinity=False
) | st.text(st.characters(codec="utf-8"))  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=5,
)
SITE = st.fixed_dictionaries({}, optional=dict.fromkeys(a_site(), JSON)) | JSON
ASKED = st.fixed_dictionaries(
    {
        "name": st.just("n") | JSON,
        "website": st.just("https://a.example") | JSON,
        "service_type": st.just("social") | JSON,
        "sites": st.lists(st.just({"name": "here"}) | SITE, max_size=3) | JSON,
    },
    optional=dict.fromkeys(("type_request", "auction_price", "max_retries", "config"), JSON),
)
OFTEN = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anybody(link_bench: Bench) -> Asker:
    """Somebody who sends anything."""
    return new_asker(link_bench)


@OFTEN
@given(body=ASKED)
def test_any_json_is_answered_as_described(anybody: Asker, body: Any) -> None:
    answer = anybody.post(REQUESTS, json=body)

    assert answer.status_code in (201, 400, 402)
    check(answer, REQUESTS)


@OFTEN
@given(content=st.binary(max_size=60) | st.text(st.sampled_from('name,url\r\n";ab'), max_size=60))
def test_any_table_is_answered_as_described(anybody: Asker, content: Any) -> None:
    table = content if isinstance(content, bytes) else b"name,url\r\n" + content.encode()
    answer = anybody.post(**sent_as_csv(table, auction_price=0))

    assert answer.status_code in (201, 400)
    check(answer, REQUESTS)
