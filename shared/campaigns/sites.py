"""Sites as a table: CSV with a header (RFC 4180), in UTF-8. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from shared.campaigns.form import MOST_SITES, PLACES, NewCampaign, SiteSchema, read_campaign

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = tuple(SiteSchema().fields)
HEADER = (
    f"the first row must name the columns, separated by commas: some of {', '.join(COLUMNS)}, "
    f"with {', '.join(PLACES[:-1])} or {PLACES[-1]} among them."
)


def read_table(content: bytes, words: Mapping[str, Any]) -> NewCampaign:
    """The campaign of the sites in a table, with ``words`` for the rest of it.

    marshmallow's `ValidationError` names every field, and of a site's the line where it begins.
    """
    sites = read_sites(content)
    try:
        return read_campaign({**words, "sites": list(sites.values())})
    except ValidationError as error:
        raise ValidationError(_with_lines(error.messages_dict, list(sites))) from None


def read_sites(content: bytes) -> dict[int, dict[str, str]]:
    """One site for each row that is not blank, by the line where it begins; not checked further.

    Columns may come in any order; unknown ones are ignored. marshmallow's `ValidationError` says
    what is wrong with the table. Reading ends at one site more than a campaign may have.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"the table must be UTF-8; byte {error.start + 1} is not.") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        _check_names(names)
        return _sites(rows, names)
    except csv.Error as error:
        raise _refused(f"line {rows.line_num} is no CSV: {error}.") from None


def _check_names(names: Sequence[str]) -> None:
    if not set(PLACES) & set(names):
        raise _refused(HEADER)
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise _refused(f"the first row names {', '.join(twice)} twice.")


def _sites(rows: Reader, names: Sequence[str]) -> dict[int, dict[str, str]]:
    sites: dict[int, dict[str, str]] = {}
    begins = rows.line_num + 1
    for cells in rows:
        line, begins = begins, rows.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(names):
            detail = f"has {len(cells)} cells, and the first row has {len(names)}."
            raise ValidationError({"sites": {len(sites): [_with_line(detail, line)]}})
        sites[line] = {n: c for n, c in zip(names, cells, strict=True) if n in COLUMNS}
        if len(sites) > MOST_SITES:
            break
    return sites


def _with_lines(messages: Mapping[str, Any], lines: Sequence[int]) -> dict[str, Any]:
    """The same errors; those of a site say in which of ``lines`` it begins."""
    found = messages.get("sites")
    if not isinstance(found, Mapping):
        return dict(messages)
    sites = {
        place: _each_with_line(inner, lines[place]) if isinstance(place, int) else inner
        for place, inner in found.items()
    }
    return {**messages, "sites": sites}


def _each_with_line(messages: Any, line: int) -> Any:
    match messages:
        case dict():
            return {name: _each_with_line(inner, line) for name, inner in messages.items()}
        case list():
            return [_each_with_line(inner, line) for inner in messages]
        case _:
            return _with_line(str(messages), line)


def _with_line(detail: str, line: int) -> str:
    return f"{detail.removesuffix('.')} (line {line})."


def _refused(detail: str) -> ValidationError:
    return ValidationError({"sites": [detail]})
