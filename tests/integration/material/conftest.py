"""A yard with a library, on each kind of store, and short ways to fill it and to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from shared.blobs import Written, find_key
from shared.db import Store, Transaction
from shared.documents.signature import signature_of
from shared.ids import new_id
from shared.material.choice import note_use, unused_first
from shared.material.intake import Arrival, Taken, take_in
from shared.material.library import add_material, list_materials
from shared.material.material import Material, materials
from shared.media.facts import Facts
from shared.settings import Settings
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.task import Task
from shared.yard import Yard
from tests.documents_yard import DocumentsYard
from tests.memory_yard import WORKER
from workers.execute import execute
from workers.scripts.material_check import MATERIAL_CHECK
from workers.scripts.material_sync import MATERIAL_SYNC

FILM = Facts(kind="video", media_type="video/mp4", width=1080, height=1920, duration_seconds=12.5)
PHOTO = Facts(kind="image", media_type="image/jpeg", width=40, height=30)


@dataclass(slots=True)
class Library:
    """The first account's library."""

    docs: DocumentsYard
    account_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.account_id = self.docs.account_id

    @property
    def yard(self) -> Yard:
        """The yard itself."""
        return self.docs.yard

    @property
    def store(self) -> Store:
        """The yard's store."""
        return self.docs.store

    def written(self, content: bytes) -> Written:
        """The content, in the blob store."""
        return self.yard.blobs.write(content)

    def add(
        self,
        content: str,
        *,
        facts: Facts | None = FILM,
        tags: Sequence[str] = (),
        name: str | None = None,
    ) -> Material:
        """Material with that content; it is called as it, if nothing else is said."""
        written = self.written(content.encode())
        with self.store.begin() as tx:
            added = add_material(
                tx, self.account_id, written, name=name or content, tags=tags, facts=facts
            )
        return added.material

    def upload(self, name: str, content: bytes, *tags: str) -> Taken:
        """Take in a file as the gateway does."""
        arrival = Arrival(
            name=name, written=self.written(content), tags=tags, shown=signature_of(content[:64])
        )
        taken: list[Taken] = []

        def ask(tx: Transaction) -> Sequence[Draft]:
            taken.append(take_in(tx, self.yard.registry, self.account_id, arrival))
            return taken[-1].drafts

        dispatch.request(self.yard, ask)
        return taken[-1]

    def check(self, taken: Taken) -> Task:
        """Do the task that checks an upload; the task as it is then."""
        (draft,) = taken.drafts
        execute(self.yard, MATERIAL_CHECK, [draft.id], WORKER)
        return self.docs.memory.task(draft.id)

    def sync(self, url: Path | str, **payload: Any) -> Task:
        """Sync with a source, as a worker does; the task as it is then."""
        return self.docs.do(MATERIAL_SYNC, url=str(url), **payload)

    def counts(self, url: Path | str, **payload: Any) -> dict[str, int]:
        """Sync; how many files were added, updated, removed, unchanged and failed."""
        done = self.sync(url, **payload)
        assert done.result is not None, done.error
        names = ("added", "updated", "removed", "unchanged", "filesFailed")
        told = {name: done.result[name] for name in names}
        return {name: count for name, count in told.items() if count}

    def names(self) -> list[str]:
        """What there is, by name, newest first."""
        with self.store.read() as tx:
            return [one.name for one in list_materials(tx, self.account_id, limit=1000)]

    def row(self, material_id: str) -> Material:
        """The row, deleted or not."""
        with self.store.read() as tx:
            return Material.of(tx.rows(select(materials).where(materials.c.id == material_id))[0])

    def next(self, whose: str, *tags: str, kind: str = "video", count: int = 1) -> list[str]:
        """The names of what goes next for ``whose``; it is used by that."""
        with self.store.begin() as tx:
            chosen = unused_first(tx, self.account_id, whose, kind, tags, count)
            note_use(tx, whose, new_id(), [one.sha256 for one in chosen])
        return [one.name for one in chosen]

    def is_kept(self, sha256: str) -> bool:
        """Whether the content is in the blob store."""
        with self.store.read() as tx:
            return find_key(tx, sha256) is not None


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that let all folders of this test run be read, but HOME."""
    return replace(settings, local_roots=(tmp_path_factory.getbasetemp().resolve(),))


@pytest.fixture
def library(store: Store, settings: Settings) -> Library:
    """An empty library on each kind of store."""
    return Library(DocumentsYard(store, settings, [MATERIAL_CHECK, MATERIAL_SYNC]))
