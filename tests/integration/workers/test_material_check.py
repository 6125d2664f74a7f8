"""Uploads are checked by a real worker, and a file that breaks the decoder breaks nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from shared.db import Transaction
from shared.material.intake import Arrival, take_in
from shared.material.material import materials
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.status import Status
from tests import media_files
from tests.integration.workers.conftest import NewYard
from tests.servers import ValkeyServer, eventually
from tests.working_yard import WorkingYard


@pytest.fixture(scope="module")
def yard(new_yard: NewYard, module_valkey: ValkeyServer) -> WorkingYard:
    """A yard with one worker of one child."""
    yard = new_yard("sqlite", module_valkey)
    yard.scheduler()
    yard.worker("scripts")
    return yard


def uploaded(yard: WorkingYard, **contents: bytes) -> list[str]:
    """The tasks that check the uploads."""
    arrivals = [
        Arrival(name=name, written=yard.yard.blobs.write(content))
        for name, content in contents.items()
    ]

    def take(tx: Transaction) -> Sequence[Draft]:
        taken = (take_in(tx, yard.registry, yard.account.id, arrival) for arrival in arrivals)
        return [draft for one in taken for draft in one.drafts]

    return [getattr(answer, "task_id", "") for answer in dispatch.request(yard.yard, take)]


def test_a_worker_checks_what_comes_in(yard: WorkingYard) -> None:
    ids = uploaded(yard, good=media_files.picture(), bad=b"hello")
    eventually(lambda: all(task.status.is_final for task in yard.tasks(ids)), seconds=60)
    assert [task.status for task in yard.tasks(ids)] == [Status.COMPLETED, Status.FAILED]
    with yard.store.read() as tx:
        rows = tx.rows(select(materials.c.name, materials.c.state, materials.c.kind))
    assert sorted(tuple(row) for row in rows) == [
        ("bad", "refused", None),
        ("good", "checked", "image"),
    ]
