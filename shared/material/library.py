"""The library's verbs: add, find, list, change, delete.

A content lies in the blob store and is one row for each account. Only material that was checked
and found good is chosen for posts (`choice`); what is added without facts is to be checked
(`intake`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update

from shared.blobs import Written, keep
from shared.db import Transaction
from shared.documents.file_name import clean_name
from shared.documents.media_type import UNKNOWN
from shared.errors import NotFound
from shared.ids import is_id, new_id
from shared.material.material import Material, MaterialState, materials
from shared.media.facts import Facts
from shared.tags import check_tags, has_tag


@dataclass(frozen=True, slots=True)
class Added:
    """The row of a content; ``is_new`` where the library did not have it, or not any more."""

    material: Material
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which material is asked for; what is None, or empty, is not looked at.

    ``tags``: one of them at least; ``name``: exactly.
    """

    kind: str | None = None
    state: str | None = None
    name: str | None = None
    tags: Sequence[str] = ()


EVERYTHING = Wanted()


def add_material(
    tx: Transaction,
    account_id: str,
    written: Written,
    *,
    name: str,
    tags: Iterable[str] = (),
    source: str = "",
    media_type: str = UNKNOWN,
    facts: Facts | None = None,
) -> Added:
    """Add a content that was written to the blob store, and keep it there.

    A content that the account has already stays as it is, but for more tags; one that it had is
    there again, under the new ``name``. Where ``facts`` are given it is checked; else it is to be
    checked, unless it was found good before. ``name`` is cleaned of folders and the like.
    `Refused` names ``tags`` where they are too many or too long.
    """
    tx.lock(f"material/{account_id}/{written.sha256}")
    keep(tx, written)
    found = _row(tx, materials.c.account_id == account_id, materials.c.sha256 == written.sha256)
    if found is None:
        row = _new_row(tx, account_id, written, media_type) | {
            "name": clean_name(name),
            "tags": check_tags(tags),
            "source": source,
            **_verdict(facts),
        }
        made = tx.rows(insert(materials).values(row).returning(materials))
        return Added(Material.of(made[0]), is_new=True)
    values: dict[str, Any] = {"tags": check_tags([*found.tags, *tags]), "deleted_at": None}
    if found.deleted_at is not None:
        values |= {"name": clean_name(name), "source": source}
    if not found.is_checked:
        values |= _verdict(facts)
    return Added(_changed(tx, found.id, values), is_new=found.deleted_at is not None)


def get_material(tx: Transaction, account_id: str, material_id: str) -> Material:
    """The account's material with that id; `NotFound`."""
    found = None
    if is_id(material_id):
        found = _row(tx, *_alive(account_id), materials.c.id == material_id)
    if found is None:
        raise NotFound("There is no such material.")
    return found


def find_material(tx: Transaction, account_id: str, word: str) -> Material | None:
    """The account's material with that id or, else, that name (the newest of several), or None."""
    if is_id(word):
        found = _row(tx, *_alive(account_id), materials.c.id == word)
        if found is not None:
            return found
    named = list_materials(tx, account_id, Wanted(name=clean_name(word)), limit=1)
    return named[0] if named else None


def list_materials(
    tx: Transaction,
    account_id: str,
    wanted: Wanted = EVERYTHING,
    *,
    limit: int,
    offset: int = 0,
    before: int | None = None,
) -> list[Material]:
    """The account's material, newest first: a page by ``offset``, or what is older than the
    ``number`` in ``before``."""
    query = select(materials).where(*_alive(account_id), *_fitting(tx, wanted))
    if before is not None:
        query = query.where(materials.c.number < before)
    page = query.order_by(materials.c.number.desc()).limit(limit).offset(offset)
    return [Material.of(row) for row in tx.rows(page)]


def count_materials(tx: Transaction, account_id: str, wanted: Wanted = EVERYTHING) -> int:
    """How many there are on all pages."""
    query = select(func.count()).select_from(materials)
    counted = query.where(*_alive(account_id), *_fitting(tx, wanted))
    return int(tx.execute(counted).scalar_one())


def change_material(
    tx: Transaction,
    account_id: str,
    material_id: str,
    *,
    name: str | None = None,
    tags: Iterable[str] | None = None,
) -> Material:
    """Give it another name, or other tags instead of those it has; `NotFound`, `Refused`."""
    found = get_material(tx, account_id, material_id)
    values: dict[str, Any] = {} if name is None else {"name": clean_name(name)}
    if tags is not None:
        values["tags"] = check_tags(tags)
    return _changed(tx, found.id, values)


def delete_material(tx: Transaction, account_id: str, material_id: str) -> Material:
    """Take it out of the library; `NotFound`. Its content goes where nothing else refers to it."""
    found = get_material(tx, account_id, material_id)
    return _changed(tx, found.id, {"deleted_at": tx.now})


def set_verdict(
    tx: Transaction, account_id: str, sha256: str, facts: Facts | None, error: str | None = None
) -> Material | None:
    """Write what a check found, or the ``error`` for which the content is no material.

    None where the account has not that content (any more).
    """
    mine = (*_alive(account_id), materials.c.sha256 == sha256)
    found = _row(tx, *mine)
    return None if found is None else _changed(tx, found.id, _verdict(facts, error))


def alive_and_good(account_id: str) -> Select[Any]:
    """A query of the account's material that posts can be made of."""
    good = materials.c.state == MaterialState.CHECKED.value
    return select(materials).where(*_alive(account_id), good)


def has_any(tx: Transaction, tags: Iterable[str]) -> list[ColumnElement[bool]]:
    """That material has one of ``tags`` at least; nothing where there are none."""
    each = [has_tag(materials.c.tags, tag, tx.dialect) for tag in check_tags(tags)]
    return [or_(*each)] if each else []


def _new_row(tx: Transaction, account_id: str, written: Written, media_type: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "account_id": account_id,
        "sha256": written.sha256,
        "size_bytes": written.size_bytes,
        "media_type": media_type,
        "created_at": tx.now,
        "updated_at": tx.now,
    }


def _verdict(facts: Facts | None, error: str | None = None) -> dict[str, Any]:
    if facts is not None:
        return {"state": MaterialState.CHECKED.value, "error": None, **asdict(facts)}
    state = MaterialState.REFUSED if error else MaterialState.UNCHECKED
    return {"state": state.value, "error": error}


def _alive(account_id: str) -> tuple[ColumnElement[bool], ...]:
    return (materials.c.account_id == account_id, materials.c.deleted_at.is_(None))


def _fitting(tx: Transaction, wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = ("kind", "state", "name")
    given = [(materials.c[name], getattr(wanted, name)) for name in columns]
    where = [column == value for column, value in given if value is not None]
    return [*where, *has_any(tx, wanted.tags)]


def _row(tx: Transaction, *where: ColumnElement[bool]) -> Material | None:
    row = tx.first(select(materials).where(*where))
    return None if row is None else Material.of(row)


def _changed(tx: Transaction, material_id: str, values: dict[str, Any]) -> Material:
    changed = update(materials).where(materials.c.id == material_id)
    rows = tx.rows(changed.values(**values, updated_at=tx.now).returning(materials))
    return Material.of(rows[0])
