"""``taskyard material``: pictures, videos and sounds that posts are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError

from shared.errors import NotFound, Refused
from shared.material.library import Wanted, list_materials
from shared.material.material import Material
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.yard import Yard
from taskyard.bringing import bring
from taskyard.desk import acting_account, open_desk, open_whole_yard
from taskyard.output import json_option, show, show_list
from taskyard.owner_options import owner_option, tag_option, tags_cell, tags_option

SYNC = "MATERIAL_SYNC"
DIALECT = "buyers"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("material")
def command() -> None:
    """Pictures, videos and sounds that posts are made of."""


@command.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@tags_option
@owner_option
@json_option
def add(files: tuple[Path, ...], tags: list[str], account: str | None, as_json: bool) -> None:
    """Put each FILE into the library; a worker looks into it before posts use it.

    The same content is there once, so the command may be run again after an interruption.
    """
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            owner = acting_account(tx, yard.settings, account)
        taken = [bring(yard, owner.id, file, tags) for file in files]
    rows = [{**_fields(one.material, as_json=as_json), "new": one.is_new} for one in taken]
    show_list(rows, as_json=as_json)


@command.command("list")
@tag_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@owner_option
@json_option
def show_all(tag: str | None, limit: int, account: str | None, as_json: bool) -> None:
    """Show the library, newest first."""
    with open_desk() as desk, desk.store.read() as tx:
        owner = acting_account(tx, desk.settings, account)
        found = list_materials(tx, owner.id, Wanted(tags=[tag] if tag else []), limit=limit)
    show_list([_fields(one, as_json=as_json) for one in found], as_json=as_json)


@command.command("sync")
@click.argument("source", metavar="DIR")
@click.option("--remove", is_flag=True, help="Remove material that DIR had and has no more.")
@tags_option
@owner_option
@json_option
def sync(source: str, remove: bool, tags: list[str], account: str | None, as_json: bool) -> None:
    """Let a worker bring what lies in DIR, or at a URL, into the library; prints the task's id.

    Folders of the worker's machine are read below TASKYARD_LOCAL_ROOTS. `taskyard watch ID` shows
    how it goes.
    """
    url = source if "://" in source else str(Path(source).absolute())
    with open_whole_yard() as yard:
        with yard.store.read() as tx:
            owner = acting_account(tx, yard.settings, account)
        said = {"url": url, "tags": tags, "remove": remove}
        accepted = _submitted(yard, _draft(yard, owner.id, said))
    if as_json:
        show({"task_id": accepted.task_id, "source": url}, as_json=True)
    else:
        click.echo(accepted.task_id)


def _draft(yard: Yard, account_id: str, said: dict[str, Any]) -> Draft:
    kind = yard.registry.get(SYNC)
    if kind is None:
        raise NotFound(f"{SYNC} is not available in this yard.")
    try:
        payload: dict[str, Any] = kind.payload.load(said)
    except ValidationError as error:
        fields = ", ".join(sorted(error.messages_dict))
        raise Refused(f"A source is a folder or a URL; wrong: {fields}.") from None
    return Draft(account_id=account_id, task_type=kind, payload=payload, dialect=DIALECT)


def _submitted(yard: Yard, draft: Draft) -> Accepted:
    (answer,) = dispatch.submit(yard, [draft])
    if not isinstance(answer, Accepted):
        raise answer
    return answer


def _fields(material: Material, *, as_json: bool) -> dict[str, Any]:
    return {
        "id": material.id,
        "name": material.name,
        "state": material.state,
        "error": material.error,
        "kind": material.kind,
        "size_bytes": material.size_bytes,
        "width": material.width,
        "height": material.height,
        "duration_seconds": material.duration_seconds,
        "tags": tags_cell(material.tags, as_json=as_json),
    }
