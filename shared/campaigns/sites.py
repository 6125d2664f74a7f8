"""Sites as a table: CSV with a header (RFC 4180), in UTF-8. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from marshmallow import ValidationError

from shared.campaigns.form import MOST_SITES, PLACES, SiteSchema

COLUMNS = tuple(SiteSchema().fields)
HEADER = (
    f"the first row must name the columns, separated by commas: some of {', '.join(COLUMNS)}, "
    f"with {', '.join(PLACES[:-1])} or {PLACES[-1]} among them."
)


def read_sites(content: bytes) -> list[dict[str, str]]:
    """One site for each row that is not blank, not checked any further.

    Columns may come in any order; unknown ones are ignored. marshmallow's `ValidationError` says
    what is wrong with the table. Reading ends at one site more than a campaign may have.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"the table must be UTF-8; byte {error.start + 1} is not.") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _sites(rows, [name.strip().lower() for name in next(rows, [])])
    except csv.Error as error:
        raise _refused(f"line {rows.line_num} is no CSV: {error}.") from None


def _sites(rows: Iterator[Sequence[str]], names: Sequence[str]) -> list[dict[str, str]]:
    if not set(PLACES) & set(names):
        raise _refused(HEADER)
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise _refused(f"the first row names {', '.join(twice)} twice.")
    sites: list[dict[str, str]] = []
    for cells in rows:
        if not any(cells):
            continue
        if len(cells) != len(names):
            detail = f"has {len(cells)} cells, and the first row has {len(names)}."
            raise ValidationError({"sites": {len(sites): [detail]}})
        sites.append({n: c for n, c in zip(names, cells, strict=True) if n in COLUMNS})
        if len(sites) > MOST_SITES:
            break
    return sites


def _refused(detail: str) -> ValidationError:
    return ValidationError({"sites": [detail]})
