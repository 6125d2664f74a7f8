"""From the body of a request to what it orders: which script, how, where and when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from marshmallow import EXCLUDE, ValidationError

from api.failure import FieldError
from api.invalid import invalid
from api.json_value import as_json
from api.limits import without_nulls
from api.scripts.dialect import NAME, Code
from api.scripts.refusals import refuse, refused, refused_fields
from api.scripts.schemas import NewScriptsSchema
from shared.errors import Refused
from shared.notices.endpoint_url import check_endpoint
from shared.scripts.start_time import next_moment
from shared.scripts.targets import Target
from shared.settings import Network
from shared.tasks.draft import Draft
from shared.tasks.task_type import TaskType

LONGEST_CONFIG = 100_000
"""Characters of JSON."""
TARGET_KEYS = ("serial", "device_id", "username", "social_id")
SCHEMA = NewScriptsSchema(unknown=EXCLUDE)
Scripts = Mapping[str, TaskType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to run (``payload`` is what all tasks are told), where, and when.

    Either ``usernames`` or ``serials`` is empty.
    """

    kind: TaskType
    payload: Mapping[str, Any]
    usernames: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    each_account: bool = False
    start_time: time | None = None
    callback_url: str | None = None

    def draft(self, target: Target, account_id: str, source: str, now: datetime) -> Draft:
        """The task of ``target``."""
        payload = {**self.payload, **target.payload}
        at = self.start_time
        return Draft(
            account_id=account_id,
            task_type=self.kind,
            payload=payload,
            dialect=NAME,
            source=source,
            not_before=next_moment(at, target.timezone, now) if at else None,
            cost_cents=self.kind.price_cents(payload),
            callback_url=self.callback_url,
        )


def order_of(
    body: Mapping[str, Any], scripts: Scripts, callback_networks: Sequence[Network] = ()
) -> Order:
    """What ``body`` (without its nulls) orders; `Rejected` names the first that is wrong.

    ``callback_networks`` are where callbacks may go beside the public internet.
    """
    kind = script_of(body, scripts)
    try:
        asked = SCHEMA.load(body)
    except ValidationError as error:
        raise refuse(error) from None
    usernames = tuple(asked.get("usernames", ()))
    serials = () if usernames else tuple(asked.get("serials", ()))
    if not usernames and not serials:
        detail = "one of them is required: a list of device serials, or of user names."
        raise refused_fields([FieldError("serials, usernames", detail)])
    if "callback_url" in asked:
        check_callback(asked["callback_url"], callback_networks)
    return Order(
        kind=kind,
        payload=payload_of(kind, asked["script_config"]),
        usernames=usernames,
        serials=serials,
        each_account=asked["enable_multi_account"],
        start_time=asked.get("start_time"),
        callback_url=asked.get("callback_url"),
    )


def check_callback(url: str, networks: Sequence[Network]) -> None:
    """Refuse a URL to which nothing may be sent."""
    try:
        check_endpoint(url, networks, "callback_url")
    except Refused as error:
        raise refused("callback_url", str(error).partition(": ")[2]) from None


def script_of(body: Mapping[str, Any], scripts: Scripts) -> TaskType:
    """The script that ``body`` names."""
    known = f"must be one of {', '.join(sorted(scripts))}."
    name = body.get("script_name", "")
    if name == "":
        raise refused("script_name", f"is required, and {known}", Code.MISSING_SCRIPT)
    if not isinstance(name, str):
        raise refused("script_name", known)
    if name not in scripts:
        raise refused("script_name", f"{name!r} is not supported; {known}", Code.UNKNOWN_SCRIPT)
    return scripts[name]


def payload_of(kind: TaskType, config: Mapping[str, Any]) -> dict[str, Any]:
    """What the script reads from its configuration; a null in it counts as absent."""
    text = as_json(config)
    if text is None:
        raise refused("script_config", "is nested too deeply, or contains NUL characters.")
    if len(text) > LONGEST_CONFIG:
        detail = f"must be at most {LONGEST_CONFIG} characters of JSON, not {len(text)}."
        raise refused("script_config", detail)
    given = {"config": without_nulls(dict(config))}
    try:
        read: dict[str, Any] = kind.payload.load(given, partial=TARGET_KEYS)
    except ValidationError as error:
        raise refused_fields([_renamed(one) for one in invalid(error)]) from None
    return read


def _renamed(error: FieldError) -> FieldError:
    """``error`` by the name that the caller wrote."""
    head, _, rest = error.field.partition(".")
    where = "script_config" if head == "config" else head
    return FieldError(f"{where}.{rest}" if rest else where, error.detail)
