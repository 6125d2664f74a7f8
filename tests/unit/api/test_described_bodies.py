"""What the description says of JSON bodies: as they are read, not only as they are declared."""

from __future__ import annotations

from typing import Any

import pytest

from api.described_bodies import as_read

NAMED = {"$ref": "#/components/schemas/Named"}


def described(*members: str, required: tuple[str, ...] = (), **given: Any) -> dict[str, Any]:
    """A description with a route that takes an object, once it says what is read."""
    body: dict[str, Any] = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in members} | given,
        "additionalProperties": False,
    }
    if required:
        body["required"] = list(required)
    answer = {"200": {"content": {"application/json": {"schema": {**body}}}}}
    content = {"application/json": {"schema": NAMED}}
    way = {"requestBody": {"required": True, "content": content}, "responses": answer}
    spec = {"paths": {"/a": {"post": way}}, "components": {"schemas": {"Named": body}}}
    as_read(spec)
    return spec


def members_of(spec: dict[str, Any]) -> dict[str, Any]:
    """The members of that object."""
    found: dict[str, Any] = spec["components"]["schemas"]["Named"]["properties"]
    return found


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ({"type": "string"}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        (
            {"type": "string", "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"enum": [0, 1]}, {"enum": [0, 1, None]}),
        ({"description": "Anything."}, {"description": "Anything."}),
        (
            {"anyOf": [{"type": "string"}], "description": "Why."},
            {"anyOf": [{"anyOf": [{"type": "string"}]}, {"type": "null"}], "description": "Why."},
        ),
    ],
    ids=["a type", "null already", "words", "only words", "anything", "several schemas"],
)
def test_a_null_is_as_good_as_an_absent_member(
    declared: dict[str, Any], read: dict[str, Any]
) -> None:
    assert members_of(described(member=declared))["member"] == read


def test_what_is_required_may_not_be_null() -> None:
    assert members_of(described("name", required=("name",)))["name"] == {"type": "string"}


def test_unknown_members_are_taken_in_bodies_and_never_in_answers() -> None:
    spec = described("name")

    assert "additionalProperties" not in spec["components"]["schemas"]["Named"]
    answer = spec["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["additionalProperties"] is False


def test_a_schema_that_names_itself_is_read_once() -> None:
    spec = described("name", below={"type": "array", "items": NAMED})

    assert members_of(spec)["below"] == {"type": ["array", "null"], "items": NAMED}


@pytest.mark.parametrize("required", [(), ("name",)])
def test_a_body_is_required_where_a_member_is(required: tuple[str, ...]) -> None:
    body = described("name", required=required)["paths"]["/a"]["post"]["requestBody"]

    assert body["required"] is bool(required)
