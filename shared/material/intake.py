"""Uploads come in: kept and listed at once, and looked into by a worker before posts use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.blobs import Written
from shared.db import Transaction
from shared.documents.media_type import media_type_of
from shared.errors import NotFound
from shared.material.library import add_material
from shared.material.material import Material
from shared.tasks.draft import Draft
from shared.tasks.registry import Registry

CHECK = "MATERIAL_CHECK"
DIALECT = "buyers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file whose content is in the blob store; ``shown`` is what its beginning says it is
    (`signature_of`), where it says anything."""

    name: str
    written: Written
    tags: Sequence[str] = ()
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival: its material, and the draft of the task that checks it."""

    material: Material
    is_new: bool
    drafts: Sequence[Draft]


def take_in(tx: Transaction, registry: Registry, account_id: str, arrival: Arrival) -> Taken:
    """Add ``arrival`` to the library; the same content is there once, whatever it is called.

    The drafts are for `dispatch.request`, in the same transaction; there is none where the content
    was checked before and found good. `Refused` names ``tags`` where they will not do.
    """
    added = add_material(
        tx,
        account_id,
        arrival.written,
        name=arrival.name,
        tags=arrival.tags,
        media_type=media_type_of(arrival.name, arrival.shown)[:100],
    )
    material = added.material
    drafts = () if material.is_checked else (checking(registry, material),)
    return Taken(material, added.is_new, drafts)


def take_in_all(
    tx: Transaction, registry: Registry, account_id: str, arrivals: Iterable[Arrival]
) -> list[Taken]:
    """Add each of ``arrivals``, in an order in which two such requests never wait for each other;
    the answers are in the order of the arrivals."""
    given = list(arrivals)
    turns = sorted(range(len(given)), key=lambda place: given[place].written.sha256)
    taken = {place: take_in(tx, registry, account_id, given[place]) for place in turns}
    return [taken[place] for place in range(len(given))]


def checking(registry: Registry, material: Material) -> Draft:
    """The task that checks ``material``; `NotFound` where this yard has no such task."""
    kind = registry.get(CHECK)
    if kind is None:
        raise NotFound(f"{CHECK} is not available on this server.")
    payload = {"materialId": material.id}
    return Draft(account_id=material.account_id, task_type=kind, payload=payload, dialect=DIALECT)
