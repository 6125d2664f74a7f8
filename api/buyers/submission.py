"""From the body of a submission to a draft, by the buyers' checks in their fixed order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from marshmallow import EXCLUDE, RAISE, ValidationError

from api.buyers.answer_options import check_options
from api.buyers.dialect import NAME
from api.buyers.refusals import missing, refused, refused_fields
from api.buyers.submit_schema import SubmitSchema
from api.caller import Caller
from api.failure import FieldError
from api.fields import REQUIRED
from api.invalid import invalid
from api.json_value import as_json
from shared.accounts.annotators import Annotators
from shared.accounts.project import Project
from shared.errors import Refused
from shared.notices.endpoint_url import check_endpoint
from shared.settings import Network
from shared.tasks.draft import Draft
from shared.tasks.registry import Registry
from shared.tasks.task_type import TaskType

LONGEST_CONTENT = 100_000
"""Characters; of an object or array, those of its JSON text."""
ANSWERED_SECONDS = 3600
"""How long annotators have; also what is told as the estimate for such types."""
ANSWERED_FIELDS = ("content", "options", "locale", "validationsNeeded")
UNLESS = "unless type is one that takes none; this type is unknown."
SCHEMA = SubmitSchema()
DEFAULTS: Mapping[str, Any] = MappingProxyType(SCHEMA.load({}))
"""What holds where a submission says nothing but what is to be done."""

FindProject = Callable[[str], Project | None]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the checks look things up in."""

    caller: Caller
    registry: Registry
    find_project: FindProject
    callback_networks: Sequence[Network] = ()
    """Where callbacks may go beside the public internet."""


def draft_of(body: Body, desk: Desk) -> Draft:
    """The draft that ``body`` (without its nulls) asks for; raises the first check that fails."""
    kind = desk.registry.get(body["type"]) if isinstance(body.get("type"), str) else None
    check_presence(body, kind)
    if kind is None:
        raise unknown_type(body["type"], desk.registry)
    if kind.is_answered:
        check_options(body["options"])
    fields = _load_fields(body)
    if "callbackUrl" in fields:
        check_callback(fields["callbackUrl"], desk.callback_networks)
    payload = load_payload(kind, body, fields)
    project = desk.find_project(fields["projectId"]) if "projectId" in fields else None
    policy = (project and project.annotators) or desk.caller.account.annotators
    check_machines(kind, payload, policy)
    price = check_price(kind, payload, fields.get("maxCents"))
    if "projectId" in fields and project is None:
        raise refused("PROJECT_NOT_FOUND", "projectId", "names no project of this account.")
    return _draft(desk.caller, kind, payload, fields, policy, price)


def check_presence(body: Body, kind: TaskType | None) -> None:
    """MISSING_FIELDS; options are needed unless the type is known not to take them."""
    needed = ["type", "content"]
    if kind is None or kind.is_answered:
        needed.append("options")
    absent = [name for name in needed if name not in body]
    if "content" in body and is_empty(body["content"], kind):
        absent.append("content")
    if absent == ["options"] and kind is None:
        raise refused("MISSING_FIELDS", "options", f"{REQUIRED.rstrip('.')} {UNLESS}")
    if absent:
        raise missing(absent)


def is_empty(content: Any, kind: TaskType | None) -> bool:
    """Whether there is nothing to work on; an empty object is a payload where options are not."""
    if isinstance(content, str):
        return not content.strip()
    takes_payload = kind is not None and not kind.is_answered
    return content in ([], {}) and not takes_payload


def unknown_type(name: Any, registry: Registry) -> Exception:
    """INVALID_TYPE, saying which types there are and whether this one could not be loaded."""
    known = f"must be one of {', '.join(sorted(registry.types))}."
    lost = {origin.rpartition(".")[2].upper() for origin in registry.failures}
    if isinstance(name, str) and name in lost:
        return refused("INVALID_TYPE", "type", f"{name} is not available on this server; {known}")
    return refused("INVALID_TYPE", "type", known)


def _load_fields(body: Body) -> Body:
    errors = []
    if content_error := check_content(body["content"]):
        errors.append(FieldError("content", content_error))
    try:
        fields = DEFAULTS if SCHEMA.fields.keys().isdisjoint(body) else SCHEMA.load(body)
    except ValidationError as error:
        raise refused_fields("INVALID_FIELD", [*errors, *invalid(error)]) from None
    if errors:
        raise refused_fields("INVALID_FIELD", errors)
    return fields


def check_content(content: Any) -> str | None:
    """What is wrong with ``content``, if anything."""
    if isinstance(content, str):
        if "\x00" in content:
            return "must not contain NUL characters."
        length = len(content)
    elif isinstance(content, dict | list):
        text = as_json(content)
        if text is None:
            return "is nested too deeply, or contains NUL characters."
        length = len(text)
    else:
        return "must be a text, an object or an array."
    if length > LONGEST_CONTENT:
        return f"must be at most {LONGEST_CONTENT} characters, not {length}."
    return None


def check_callback(url: str, networks: Sequence[Network]) -> None:
    """INVALID_FIELD where nothing may be sent to ``url``."""
    try:
        check_endpoint(url, networks, "callbackUrl")
    except Refused as error:
        raise refused("INVALID_FIELD", "callbackUrl", str(error).partition(": ")[2]) from None


def load_payload(kind: TaskType, body: Body, fields: Body) -> dict[str, Any]:
    """The payload as the type's own schema reads it; INVALID_FIELD names what it refuses."""
    content = body["content"]
    if kind.is_answered:
        given = {name: fields[name] if name in fields else body[name] for name in ANSWERED_FIELDS}
    else:
        given = content if isinstance(content, dict) else {"content": content}
    try:
        # Callers may send more than is known, unless the type itself wants to keep it.
        unknown: Literal["exclude"] | None = EXCLUDE if kind.payload.unknown == RAISE else None
        payload: dict[str, Any] = kind.payload.load(given, unknown=unknown)
    except ValidationError as error:
        inside = "" if kind.is_answered or not isinstance(content, dict) else "content"
        raise refused_fields("INVALID_FIELD", invalid(error, inside)) from None
    return payload


def check_machines(kind: TaskType, payload: Body, policy: Annotators) -> None:
    """Under the policy `machine`, no more answers can be had than there are machines."""
    if kind.annotators is None or policy is not Annotators.MACHINE:
        return
    machines = kind.annotators(payload)
    if payload["validationsNeeded"] > machines:
        most = f"must be at most {machines}" if machines else "cannot be had"
        detail = (
            f"{most}: machines alone are asked here, and {machines} of them answer {kind.name}."
        )
        raise refused("INVALID_FIELD", "validationsNeeded", detail)


def check_price(kind: TaskType, payload: Body, max_cents: int | None) -> int:
    """The price in cents; BUDGET_TOO_LOW where it is above what the buyer would pay."""
    price = kind.price_cents(payload)
    if max_cents is not None and price > max_cents:
        raise refused("BUDGET_TOO_LOW", "maxCents", f"must be at least the price, {price} cents.")
    return price


def estimated_ms(kind: TaskType) -> int:
    """By when the task should be over, in milliseconds from now."""
    return round(1000 * (ANSWERED_SECONDS if kind.is_answered else kind.time_limit_seconds))


def _draft(
    caller: Caller,
    kind: TaskType,
    payload: dict[str, Any],
    fields: Body,
    policy: Annotators,
    price: int,
) -> Draft:
    return Draft(
        account_id=caller.account_id,
        task_type=kind,
        payload=payload,
        dialect=NAME,
        project_id=fields.get("projectId"),
        priority=fields["priority"],
        not_before=fields.get("notBefore"),
        deadline_seconds=ANSWERED_SECONDS if kind.is_answered else None,
        cost_cents=price,
        annotators=policy.value if kind.is_answered else None,
        after=tuple(fields["after"]),
        after_policy=fields["afterPolicy"],
        caller_metadata=fields.get("metadata"),
        callback_url=fields.get("callbackUrl"),
    )
