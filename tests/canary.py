"""A password that is put through the whole yard, and looked for wherever it must not come out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from shared.db import Store
from shared.migrations.tables import all_tables
from shared.secret_forms import forms_of

CANARY = 'tweet "7f/é & sing' + "ing-1c0ffee"
"""Long enough to be nothing else, with signs that every way of writing it writes differently."""
FORMS = forms_of([CANARY])


def in_text(text: str) -> list[str]:
    """How the canary is written in ``text``; nothing where it is not there."""
    return [form for form in FORMS if form in text]


def sweep(store: Store) -> None:
    """Look at every column of every row of every table: the canary is in none."""
    with store.read() as tx:
        found = [
            f"{table.name}.{name}: {_text(value)}"
            for table in all_tables().sorted_tables
            for row in tx.rows(select(table))
            for name, value in row._mapping.items()
            if in_text(_text(value))
        ]
    if found:
        raise AssertionError("\n".join(["the canary is told:", *found]))


def holds_rows(store: Store, table: str) -> bool:
    """Whether there is anything in ``table``: a sweep of empty ones proves nothing."""
    with store.read() as tx:
        return bool(tx.rows(select(all_tables().tables[table]).limit(1)))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "\n".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    """``value`` as a reader of the column may see it."""
    yield str(value)
    if isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
