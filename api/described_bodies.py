"""What the description says of JSON bodies that are sent, made true to how they are read. Pure.

Every dialect ignores members it does not know, takes a null for an absent member, and a request
without a body for an empty object. Schemas are declared without regard to that; here it is added
to what is made of them. Schemas of answers are left alone: what is sent is exactly as they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
METHODS = frozenset({"get", "put", "post", "delete", "patch"})
JSON = "application/json"
NULL = {"type": "null"}


def operations(spec: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and description of each operation."""
    for path, ways in spec["paths"].items():
        for method in ways.keys() & METHODS:
            yield path, method, ways[method]


def as_read(spec: Json) -> None:
    """Say in ``spec`` what the gateway takes, beyond what its schemas declare."""
    named = spec["components"]["schemas"]
    seen: set[str] = set()
    for _, _, operation in operations(spec):
        body = operation.get("requestBody", {})
        content = body.get("content", {})
        if JSON not in content:
            continue
        schema = content[JSON]["schema"]
        _open(schema, named, seen)
        is_object = _resolved(schema, named).get("type") == "object"
        if is_object and len(content) == 1:
            body["required"] = bool(_resolved(schema, named).get("required"))


def _open(schema: Json, named: Json, seen: set[str]) -> None:
    """Let ``schema`` and all that it is made of take nulls and unknown members."""
    name = schema.get("$ref", "").removeprefix(SCHEMAS)
    if name in seen:
        return
    if name:
        seen.add(name)
        schema = named[name]
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    members = schema.get("properties", {})
    for member in members.values():
        _open(member, named, seen)
    if "items" in schema:
        _open(schema["items"], named, seen)
    must = schema.get("required", ())
    for member in members.keys() - must:
        members[member] = _or_null(members[member])


def _or_null(schema: Json) -> Json:
    """``schema``, and null."""
    if "$ref" in schema or "anyOf" in schema or "allOf" in schema or "oneOf" in schema:
        told = {key: schema[key] for key in ("description",) if key in schema}
        return {"anyOf": [{k: v for k, v in schema.items() if k not in told}, NULL], **told}
    changed = dict(schema)
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        changed["type"] = types if "null" in types else [*types, "null"]
    if "enum" in schema and None not in schema["enum"]:
        changed["enum"] = [*schema["enum"], None]
    return changed


def _resolved(schema: Json, named: Json) -> Json:
    name = schema.get("$ref", "").removeprefix(SCHEMAS)
    found: Json = named[name] if name else schema
    return found
