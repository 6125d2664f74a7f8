"""A file of sites becomes a campaign of this machine's yard."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import orjson
from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from shared.campaigns.campaign import Campaign
from shared.campaigns.form import NewCampaign, read_campaign
from shared.campaigns.making import make_campaign
from shared.campaigns.sites import read_table
from shared.db import Transaction
from shared.errors import Refused
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.yard import Yard

LARGEST_BYTES = 64 * 1024 * 1024
MOST_ERRORS = 20
JSON_BEGINS = (b"[", b"{")


def asked(file: BinaryIO, said: Mapping[str, Any]) -> NewCampaign:
    """The campaign of the sites in ``file``; what is ``said`` wins over what stands there.

    `Refused` names the fields at fault, and repeats nothing of what they hold.
    """
    content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise _refused(f"The file is larger than {LARGEST_BYTES} bytes.")
    try:
        return _read(content, said)
    except ValidationError as error:
        told = list(_told(error.messages))
        more = len(told) - MOST_ERRORS
        ending = [f"and {more} more errors."] if more > 0 else []
        raise _refused("\n  ".join([*told[:MOST_ERRORS], *ending])) from None


def make(yard: Yard, account_id: str, new: NewCampaign) -> Campaign:
    """Store the account's campaign with its tasks, all or none."""
    made: list[Campaign] = []

    def ask(tx: Transaction) -> list[Draft]:
        campaign, drafts = make_campaign(tx, yard.registry, account_id, new)
        made[:] = [campaign]
        return drafts

    dispatch.request(yard, ask)
    return made[0]


def _read(content: bytes, said: Mapping[str, Any]) -> NewCampaign:
    text = content.removeprefix(BOM_UTF8)
    if not text.lstrip().startswith(JSON_BEGINS):
        return read_table(content, said)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _refused("The file is no JSON, and no CSV with a header either.") from None
    return read_campaign({**(found if isinstance(found, dict) else {"sites": found}), **said})


def _told(messages: Any, path: str = "") -> Iterator[str]:
    """A line for each error: where it is, and what would do."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = "" if name == SCHEMA else str(name)
            yield from _told(inner, ".".join(filter(None, (path, step))))
    else:
        yield f"{path}: {' '.join(map(str, messages))}"


def _refused(message: str) -> Refused:
    return Refused(message, code="INVALID_FIELD", field="file")
