"""Campaigns as CSV: sites come in as rows, with the campaign's words in the query; and go out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import orjson
from flask import Response

from shared.campaigns.campaign import Campaign
from shared.campaigns.export import export_csv
from shared.campaigns.form import NewCampaign
from shared.campaigns.sites import read_table
from shared.db import Store

CSV = "text/csv"
CSV_TYPES = (CSV,)
WORDS = ("name", "website", "service_type", "type_request", "config")
NUMBERS = ("auction_price", "max_retries")


def read_csv(content: bytes, query: Mapping[str, str]) -> NewCampaign:
    """What is asked for; marshmallow's `ValidationError` names each field at fault. Pure.

    An empty parameter is as good as none.
    """
    words = {name: query[name] for name in WORDS if query.get(name)}
    numbers = {name: _number(query[name]) for name in NUMBERS if query.get(name)}
    return read_table(content, words | numbers)


def _number(text: str) -> Any:
    """The number that ``text`` is; other text as it is, for the schema to refuse."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def csv_response(store: Store, campaign: Campaign) -> Response:
    """The campaign's outcome, sent while it is read; nothing is sent before the first rows are."""
    pieces = export_csv(store, campaign)
    first = next(pieces)
    response = Response(chain([first], pieces), content_type=f"{CSV}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="campaign-{campaign.id}.csv"'
    return response
