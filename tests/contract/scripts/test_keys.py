"""Requests with keys in the scripts' words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shared.tasks.registry import Registry
from tests.contract.scripts.conftest import new_operator
from tests.keyed import assert_same, sent
from tests.operators import CONFIG, TASK, TYPES, Operator, OperatorsBench, open_bench
from workers.scripts.material_check import MATERIAL_CHECK

ORDER = {"serials": ["d1", "d2"], "script_name": "post", "script_config": CONFIG}
ACCOUNT = {"platform": "mastodon", "username": "ada"}
MATERIALS = "/api/v1/materials"


@pytest.mark.parametrize(
    ("path", "asked", "other"),
    [
        (TASK, ORDER, {**ORDER, "serials": ["d3"]}),
        ("/api/v1/accounts", ACCOUNT, {**ACCOUNT, "username": "ben"}),
    ],
    ids=["task", "account"],
)
def test_what_is_made_is_made_once(
    operator: Operator, path: str, asked: dict[str, Any], other: dict[str, Any]
) -> None:
    first = sent(operator, path, "a", json=asked)
    assert_same(first, sent(operator, path, "a", json=asked))

    refused = sent(operator, path, "a", json=other)
    assert refused.status_code == 422
    assert refused.get_json()["code"] == 42201
    assert refused.get_json()["data"] is None
    assert "Idempotency-Key" in refused.get_json()["message"]


def test_an_order_that_came_twice_is_done_once(operator: Operator) -> None:
    for _ in range(2):
        sent(operator, TASK, "a", json=ORDER)

    assert len(operator.listed()) == 2


@pytest.fixture
def librarian(bench: OperatorsBench) -> Iterator[Operator]:
    """An operator at a gateway that knows how material is checked."""
    registry = Registry({kind.name: kind for kind in (*TYPES, MATERIAL_CHECK)})
    with open_bench(replace(bench.yard, registry=registry)) as opened:
        yield new_operator(opened)


def material(content: bytes, **fields: str) -> dict[str, Any]:
    """A form with one file."""
    return {"data": {**fields, "file": (io.BytesIO(content), "a.png")}}


def test_material_is_taken_once_however_its_form_is_written(librarian: Operator) -> None:
    first = sent(librarian, MATERIALS, "a", **material(b"\x89PNG\r\n\x1a\n1"))
    assert first.get_json()["data"]["added_count"] == 1

    assert_same(first, sent(librarian, MATERIALS, "a", **material(b"\x89PNG\r\n\x1a\n1")))


@pytest.mark.parametrize(
    ("content", "fields"), [(b"2", {}), (b"1", {"tags": "new"})], ids=["content", "field"]
)
def test_another_form_is_another_request(
    librarian: Operator, content: bytes, fields: dict[str, str]
) -> None:
    sent(librarian, MATERIALS, "a", **material(b"1"))

    assert sent(librarian, MATERIALS, "a", **material(content, **fields)).status_code == 422
