"""The library of material over HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from shared.ids import new_id
from shared.material.intake import CHECK
from shared.material.library import set_verdict
from shared.media.facts import Facts
from shared.tasks.registry import Registry
from shared.tasks.task import tasks
from tests.contract.scripts.conftest import new_operator
from tests.operators import TYPES, Operator, OperatorsBench, open_bench
from workers.scripts.material_check import MATERIAL_CHECK

MATERIALS = "/api/v1/materials"
PNG = b"\x89PNG\r\n\x1a\n"
FIELDS = {
    "id", "name", "state", "error", "kind", "media_type", "size", "width", "height",
    "duration_seconds", "tags", "source", "created_at",
}  # fmt: skip
File = tuple[str, bytes]


@pytest.fixture(scope="session")
def library_bench(bench: OperatorsBench) -> Iterator[OperatorsBench]:
    """A gateway to the same yard, which knows how material is checked."""
    registry = Registry({kind.name: kind for kind in (*TYPES, MATERIAL_CHECK)})
    with open_bench(replace(bench.yard, registry=registry)) as opened:
        yield opened


@pytest.fixture
def operator(library_bench: OperatorsBench) -> Operator:
    """An operator on the plan pro."""
    return new_operator(library_bench)


@pytest.fixture
def stranger(library_bench: OperatorsBench) -> Operator:
    """An operator of another account."""
    return new_operator(library_bench)


def form(*parts: tuple[str, str | File]) -> dict[str, Any]:
    """A form with these parts in this order."""
    boundary = "a-boundary-of-its-own"
    body = b""
    for name, part in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(part, str):
            data = part.encode()
        else:
            head, data = f'{head}; filename="{part[0]}"', part[1]
        body += b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), data)
    body += f"--{boundary}--\r\n".encode()
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def upload(operator: Operator, *files: File, tags: str = "") -> TestResponse:
    """Put files in."""
    parts: list[tuple[str, str | File]] = [("file", file) for file in files]
    return operator.post(MATERIALS, **form(("tags", tags), *parts))


def added(
    operator: Operator, content: bytes = PNG, name: str = "a.png", tags: str = ""
) -> dict[str, Any]:
    """Material that was taken."""
    data = operator.told(upload(operator, (name, content), tags=tags))
    (one,) = data["materials"]
    return dict(one)


def refusal(answer: TestResponse) -> tuple[int, str]:
    """The code of an error, whose status and envelope are seen to fit, and its message."""
    body = answer.get_json()
    assert (body["data"], answer.status_code) == (None, body["code"] // 100)
    return body["code"], body["message"]


def names(operator: Operator, query: str = "") -> list[str]:
    """What a list shows."""
    page = operator.data(f"{MATERIALS}?{query}")
    assert page["total"] >= len(page["materials"])
    return [one["name"] for one in page["materials"]]


def blobs(operator: Operator) -> set[Path]:
    """Every file in the blob store."""
    folder = operator.yard.settings.home / "blobs"
    return {file for file in folder.rglob("*") if file.is_file()}


def checks(operator: Operator) -> list[dict[str, Any]]:
    """The payloads of the tasks that check the operator's material."""
    mine = (tasks.c.account_id == operator.account.id, tasks.c.type == CHECK)
    with operator.yard.store.read() as tx:
        return [row.payload for row in tx.rows(select(tasks.c.payload).where(*mine))]


# --- uploads


def test_an_upload_is_listed_at_once_and_is_to_be_checked(operator: Operator) -> None:
    one = added(operator, tags="food, fr,food")

    assert one.keys() == FIELDS
    assert (one["name"], one["state"], one["size"]) == ("a.png", "unchecked", len(PNG))
    assert (one["media_type"], one["kind"], one["source"]) == ("image/png", None, None)
    assert one["tags"] == ["food", "fr"]
    assert operator.data(f"{MATERIALS}/{one['id']}") == one
    assert operator.data(MATERIALS) == {
        "materials": [one], "total": 1, "page": 1, "page_size": 20
    }  # fmt: skip
    assert checks(operator) == [{"materialId": one["id"]}]


def test_several_files_come_in_at_once_and_the_same_content_is_there_once(
    operator: Operator,
) -> None:
    files = [("a.png", PNG + b"1"), ("b.png", PNG + b"2"), ("c.png", PNG + b"1")]

    data = operator.told(upload(operator, *files))

    first, second, third = (one["id"] for one in data["materials"])
    assert first == third != second
    assert data["added_count"] == 2
    assert len(checks(operator)) == 2
    again = operator.told(upload(operator, ("d.png", PNG + b"2"), tags="more"))
    assert (again["materials"][0]["id"], again["added_count"]) == (second, 0)
    assert again["materials"][0]["tags"] == ["more"]


def test_an_upload_may_be_larger_than_json(operator: Operator) -> None:
    # encoded here: the test client leaves a temporary file open for what is so large
    file = FileStorage(io.BytesIO(PNG + b"x" * 9 * 1024 * 1024), "large.png")
    boundary, body = encode_multipart({"file": file})
    kind = f"multipart/form-data; boundary={boundary}"

    operator.told(operator.post(MATERIALS, data=body, content_type=kind))


def test_tags_may_follow_the_files(operator: Operator) -> None:
    answer = operator.post(MATERIALS, **form(("file", ("a.png", PNG)), ("tags", "food")))

    assert operator.told(answer)["materials"][0]["tags"] == ["food"]


@pytest.mark.parametrize(
    "parts",
    [
        [("tags", "x" * 51), ("file", ("a.png", PNG + b"bad tags"))],
        [("file", ("a.png", PNG + b"bad tags")), ("tags", "x" * 51)],
        [("tags", ",".join(map(str, range(51)))), ("file", ("a.png", PNG + b"bad tags"))],
    ],
    ids=["before", "after", "too many"],
)
def test_tags_that_will_not_do_are_refused_and_nothing_is_kept(
    operator: Operator, parts: list[tuple[str, str | File]]
) -> None:
    before = blobs(operator)

    code, message = refusal(operator.post(MATERIALS, **form(*parts)))

    assert (code, "tags" in message) == (40001, True)
    assert names(operator) == []
    assert blobs(operator) == before


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (form(("tags", "food")), 40001),
        (form(), 40001),
        (form(("file", ("empty.png", b""))), 40001),
        (form(("other", ("a.png", PNG))), 40001),
        ({"data": b"no form", "content_type": "multipart/form-data; boundary=x"}, 40001),
        ({"data": b"no form", "content_type": "multipart/form-data"}, 40001),
        ({"json": {"file": "a.png"}}, 41501),
        ({}, 40001),
    ],
    ids=["no file", "nothing", "empty", "another name", "broken", "no boundary", "json", "no body"],
)
def test_what_is_no_upload_is_refused(operator: Operator, sent: dict[str, Any], code: int) -> None:
    assert refusal(operator.post(MATERIALS, **sent))[0] == code
    assert names(operator) == []


def test_an_upload_that_is_too_large_is_refused_and_nothing_is_kept(
    library_bench: OperatorsBench,
) -> None:
    yard = library_bench.yard
    small = replace(yard, settings=replace(yard.settings, max_upload_bytes=1000))
    with open_bench(small) as opened:
        operator = new_operator(opened)
        before = blobs(operator)

        assert refusal(upload(operator, ("a.png", PNG * 500)))[0] == 41301
        assert blobs(operator) == before


def test_too_many_waiting_tasks_are_refused_before_the_files_are_read(
    library_bench: OperatorsBench,
) -> None:
    yard = library_bench.yard
    crowded = replace(yard, settings=replace(yard.settings, max_pending_tasks=1))
    with open_bench(crowded) as opened:
        operator = new_operator(opened)
        added(operator)

        assert refusal(operator.post(MATERIALS))[0] == 42901


# --- lists


def test_lists_are_newest_first_and_by_pages(operator: Operator) -> None:
    for number in range(5):
        added(operator, PNG + bytes([number]), f"{number}.png")

    assert names(operator, "page_size=2") == ["4.png", "3.png"]
    assert names(operator, "page_size=2&page=3") == ["0.png"]
    assert names(operator, f"page={10**12}") == []
    assert operator.data(f"{MATERIALS}?page_size=500")["page_size"] == 100


def test_lists_may_be_of_a_tag_a_kind_or_a_state(operator: Operator, stranger: Operator) -> None:
    added(operator, PNG + b"1", "a.png", "food")
    clip = added(operator, b"clip", "b.mp4", "food,fr")
    added(stranger, PNG + b"1", "theirs.png", "food")
    with operator.yard.store.begin() as tx:
        facts = Facts(kind="video", media_type="video/mp4", width=9, height=16, duration_seconds=2)
        set_verdict(tx, operator.account.id, sha256(b"clip").hexdigest(), facts)

    assert names(operator, "tag=food") == ["b.mp4", "a.png"]
    assert names(operator, "tag=fr") == ["b.mp4"]
    assert names(operator, "tag=foo") == []
    assert names(operator, "kind=video") == ["b.mp4"]
    assert names(operator, "state=unchecked") == ["a.png"]
    checked = operator.data(f"{MATERIALS}/{clip['id']}")
    assert (checked["state"], checked["width"], checked["height"]) == ("checked", 9, 16)
    assert (checked["kind"], checked["duration_seconds"]) == ("video", 2)


@pytest.mark.parametrize(
    "query",
    ["tag=", f"tag={'x' * 51}", "kind=text", "state=new", "page=0", "page_size=x", "page=-1"],
)
def test_a_filter_that_is_none_is_refused_by_its_name(operator: Operator, query: str) -> None:
    code, message = refusal(operator.get(f"{MATERIALS}?{query}"))

    assert (code, query.partition("=")[0] in message) == (40001, True)


# --- changing and deleting


def test_material_is_given_another_name_and_other_tags(operator: Operator) -> None:
    one = added(operator, tags="food")

    def changed(**said: Any) -> dict[str, Any]:
        return dict(operator.told(operator.send("PATCH", f"{MATERIALS}/{one['id']}", json=said)))

    assert changed(name="b.png") == {**one, "name": "b.png"}
    assert changed(tags=["fr", "fr"]) == {**one, "name": "b.png", "tags": ["fr"]}
    assert changed(tags=[]) == {**one, "name": "b.png", "tags": []}
    assert changed() == {**one, "name": "b.png", "tags": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", 7), ("name", "x" * 256), ("name", "a\x00b"), ("tags", "food"),
        ("tags", [7]), ("tags", ["a,b"]), ("tags", ["x" * 51]), ("tags", {"food": 1}),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    operator: Operator, field: str, value: Any
) -> None:
    one = added(operator)

    answer = operator.send("PATCH", f"{MATERIALS}/{one['id']}", json={field: value})

    code, message = refusal(answer)
    assert (code, field in message) == (40001, True)
    assert operator.data(f"{MATERIALS}/{one['id']}") == one


def test_deleted_material_is_gone_and_may_come_back(operator: Operator) -> None:
    one = added(operator)

    answer = operator.delete(f"{MATERIALS}/{one['id']}")

    assert operator.told(answer) == {"id": one["id"], "deleted": True}
    assert names(operator) == []
    assert refusal(operator.delete(f"{MATERIALS}/{one['id']}"))[0] == 40401
    assert added(operator, name="again.png")["name"] == "again.png"


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_material_of_nobody_or_of_another_is_not_there(
    operator: Operator, stranger: Operator, method: str
) -> None:
    theirs = added(stranger)

    for material_id in (theirs["id"], new_id(), "7", "a.png"):
        answer = operator.send(method, f"{MATERIALS}/{material_id}", json={"name": "mine"})
        assert refusal(answer)[0] == 40401
    assert stranger.data(f"{MATERIALS}/{theirs['id']}") == theirs


# --- who may


@pytest.mark.parametrize("role", ["validator", "buyer"])
def test_only_operators_may(library_bench: OperatorsBench, operator: Operator, role: str) -> None:
    caller = library_bench.caller(operator.account, role, "Ada")
    tries = [("GET", MATERIALS), ("POST", MATERIALS)]
    tries += [(method, f"{MATERIALS}/{new_id()}") for method in ("GET", "PATCH", "DELETE")]

    for method, path in tries:
        assert refusal(caller.send(method, path))[0] == 40301


def test_the_smallest_plan_may_not(library_bench: OperatorsBench) -> None:
    assert refusal(new_operator(library_bench, plan="starter").get(MATERIALS))[0] == 40301


def test_nobody_may_without_a_credential(library_bench: OperatorsBench, operator: Operator) -> None:
    assert refusal(library_bench.visitor(operator.account).get(MATERIALS))[0] == 40101
