"""Campaigns over HTTP, for the accounts that ask for links."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from typing import Any

from jsonschema import Draft202012Validator

from shared.campaigns.export import COLUMNS
from shared.tasks import dispatch, lifecycle
from shared.tasks.outcome import Completed
from tests.answering import HOLDER, run_now
from tests.asking import (
    REQUESTS,
    SPEC,
    Asker,
    as_csv,
    asker,
    link_bench,
    sent_as_csv,
)
from tests.campaigning import SECRET, a_body, a_site
from tests.gateway import Bench

__all__ = ["asker", "link_bench"]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

# --- made


def test_a_campaign_is_made_and_read(asker: Asker) -> None:
    made = asker.made(3, auction_price=12.5)

    assert asker.answers[0].headers["Location"] == f"{REQUESTS}/{made['id']}"
    assert made["counts"] == {
        "pending": 3, "queued": 0, "running": 0, "completed": 0, "failed": 0, "canceled": 0,
        "total": 3,
    }  # fmt: skip
    assert {
        name: made[name] for name in a_body(auction_price=12.5, sites=..., max_retries=...)
    } == {**a_body(auction_price=12.5, sites=..., max_retries=...)}
    assert (made["size"], made["link_cost_cents"]) == (3, 13)
    assert (made["paused_at"], made["canceled_at"]) == (None, None)
    assert MOMENT.fullmatch(made["created_at"])
    assert asker.told("GET", f"{REQUESTS}/{made['id']}") == made
    assert asker.balance() == 10_000 - 3 * 13


def test_sites_may_come_as_a_table(link_bench: Bench, asker: Asker) -> None:
    sites = [a_site(1), a_site(2, about='"Paints",\r\nand draws.')]

    made = asker.told("POST", status=201, **sent_as_csv(as_csv(sites)))

    like = asker.told("GET", f"{REQUESTS}/{asker.made(2)['id']}")
    same = ("name", "website", "auction_price", "config", "service_type", "size", "counts")
    assert {name: made[name] for name in same} == {name: like[name] for name in same}
    rows = asker.exported(made["id"])
    assert [row["site_name"] for row in rows] == ["Site 1", "Site 2"]


def test_json_may_begin_with_a_byte_order_mark(asker: Asker) -> None:
    content = BOM_UTF8 + json.dumps(a_body(2)).encode()

    made = asker.told("POST", REQUESTS, 201, data=content, content_type="application/json")

    assert made["size"] == 2


def test_ten_thousand_sites_come_in_one_call(asker: Asker) -> None:
    made = asker.made(10_000, auction_price=1)

    assert made["counts"]["total"] == 10_000
    assert asker.balance() == 0


def test_a_campaign_as_the_description_shows_it_is_taken(asker: Asker) -> None:
    content = SPEC["paths"][REQUESTS]["post"]["requestBody"]["content"]
    shown = content["application/json"]

    schema = {**shown["schema"], "components": SPEC["components"]}
    Draft202012Validator(schema).validate(shown["example"])
    assert asker.told("POST", REQUESTS, 201, json=shown["example"])["size"] == 1
    table = sent_as_csv(content["text/csv"]["example"].encode())
    assert asker.told("POST", status=201, **table)["size"] == 1


# --- read


def test_campaigns_are_listed_newest_first_page_by_page(asker: Asker) -> None:
    for number in range(5):
        asker.made(1, name=str(number))

    names: list[list[str]] = []
    page: dict[str, Any] = {"next_cursor": ""}
    while page["next_cursor"] is not None:
        after = f"&cursor={page['next_cursor']}" if names else ""
        page = asker.told("GET", f"{REQUESTS}?limit=2{after}")
        names.append([one["name"] for one in page["requests"]])
    assert names == [["4", "3"], ["2", "1"], ["0"]]


def test_the_outcome_is_a_table(link_bench: Bench, asker: Asker) -> None:
    request_id = asker.made(2)["id"]
    before = asker.exported(request_id)
    with link_bench.yard.store.begin() as tx:
        lifecycle.queue(tx, [before[0]["link_id"]], actor="tests")
    (task,) = run_now(link_bench.yard, [before[0]["link_id"]])
    link = {"link_profile": "", "link_post": "https://s1.example/1", "note": "", "is_indexed": None}
    dispatch.report(link_bench.yard, [Completed(task, link)], HOLDER)

    done, waiting = asker.exported(request_id)

    assert tuple(done) == COLUMNS
    assert (done["status"], done["link_post"]) == ("completed", "https://s1.example/1")
    assert (waiting["status"], waiting["completed_at"]) == ("pending", "")
    assert asker.told("GET", f"{REQUESTS}/{request_id}")["counts"]["completed"] == 1


# --- changed


def test_a_campaign_is_paused_resumed_and_canceled(asker: Asker) -> None:
    one = f"{REQUESTS}/{asker.made(2)['id']}"

    paused = asker.told("POST", f"{one}/pause")
    assert (paused["paused_at"] is None, paused["counts"]["pending"]) == (False, 2)
    assert asker.told("POST", f"{one}/pause") == paused
    assert asker.told("POST", f"{one}/resume")["paused_at"] is None
    canceled = asker.told("DELETE", one)
    assert (canceled["counts"]["canceled"], canceled["paused_at"]) == (2, None)
    assert canceled["canceled_at"] is not None
    assert asker.told("DELETE", one)["canceled_at"] == canceled["canceled_at"]
    for change in ("pause", "resume"):
        assert asker.why("CONFLICT", "POST", f"{one}/{change}") == "The campaign is canceled."
    assert asker.balance() == 10_000


# --- secret


def test_no_answer_ever_tells_a_password(asker: Asker) -> None:
    request_id = asker.made(2, type_request="x")["id"]
    one = f"{REQUESTS}/{request_id}"
    links = [row["link_id"] for row in asker.exported(request_id)]
    sites = [a_site(kind=7, password=SECRET + "x" * 2000)]

    asker.refused("INVALID_FIELD", "POST", REQUESTS, json=a_body(sites=sites))
    asker.refused(
        "INVALID_FIELD", "POST", **sent_as_csv(f"url,password\r\na,{SECRET},c\r\n".encode())
    )
    asker.refused(
        "INVALID_FIELD", "POST", **sent_as_csv(f'url,password\r\na,"{SECRET}"x\r\n'.encode())
    )
    asker.get(f"/api/v1/tasks/{links[0]}")
    asker.get("/api/v1/tasks")
    for path in (one, REQUESTS, f"{one}/export"):
        asker.get(path)
    asker.delete(one)

    assert SECRET not in "".join(answer.text for answer in asker.answers)
