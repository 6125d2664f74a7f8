"""Blobs that nobody needs go, and nothing waits for the blob store meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scheduler.purge_blobs import PurgeBlobs, purge_share
from shared.blobs import MissingBlob, keep
from shared.blobs.blob import blobs
from shared.blobs.purge import SHARDS
from shared.clock import FakeClock
from tests.memory_yard import MemoryYard

HOUR = 3600.0


@pytest.fixture
def yard(yard: MemoryYard, tmp_path: Path) -> MemoryYard:
    """A yard with blobs of its own."""
    settings = replace(yard.yard.settings, blobs_url=f"file://{tmp_path}/blobs")
    yard.yard = replace(yard.yard, settings=settings)
    return yard


def test_a_share_is_purged_and_swept(yard: MemoryYard, clock: FakeClock) -> None:
    unused = yard.yard.blobs.write(b"unused")
    with yard.store.begin() as tx:
        keep(tx, unused)
    clock.advance(HOUR + 1)

    purge_share(yard.yard, unused.sha256[:2])

    with pytest.raises(MissingBlob):
        yard.yard.blobs.read(unused.key)


def test_one_call_after_the_other_looks_through_everything(
    yard: MemoryYard, clock: FakeClock
) -> None:
    for number in range(20):
        with yard.store.begin() as tx:
            keep(tx, yard.yard.blobs.write(str(number).encode()))
    clock.advance(HOUR + 1)
    chore = PurgeBlobs()

    for _ in SHARDS:
        assert chore(yard.yard) == 0
        chore.join(10)

    with yard.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(blobs)).scalar_one() == 0


def test_a_blob_store_that_does_not_answer_is_a_line_in_the_log(
    yard: MemoryYard, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(yard.yard.settings, blobs_url="nowhere://blobs")
    chore = PurgeBlobs()

    chore(replace(yard.yard, settings=settings))
    chore.join(10)

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "The blob store does not answer" in caplog.text
