"""Contents that nobody refers to go; one that somebody refers to never does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from marshmallow import Schema
from sqlalchemy import func, select, text

from shared.accounts.account import Account, create_account
from shared.blobs import BlobStore, MissingBlob, Written, find_key, keep, key_of, not_kept, touch
from shared.blobs.blob import blobs, stray_blobs
from shared.blobs.purge import purge, remove_strays, sweep
from shared.blobs.references import REFERENCES
from shared.clock import FakeClock
from shared.db import Store, Transaction
from shared.documents.document import add_document, change_document
from shared.documents.output import put_output
from shared.migrations.tables import all_tables
from shared.tasks import submission
from shared.tasks.draft import Draft
from shared.tasks.task_type import TaskType
from tests.memory_yard import NoRoom
from tests.servers import eventually

Refer = Callable[[Transaction, Account, str], object]
IMPORT = TaskType(name="IMPORT", pool="documents", queue="import", payload=Schema(), run=None)
HOUR, DAY = 3600.0, 24 * 3600.0


@pytest.fixture
def files(tmp_path: Path) -> BlobStore:
    """Blobs in a folder."""
    return BlobStore(f"file://{tmp_path}/blobs")


@pytest.fixture
def account(store: Store) -> Account:
    """An account."""
    with store.begin() as tx:
        return create_account(tx, "acme")


def kept(store: Store, files: BlobStore, content: bytes = b"content") -> Written:
    """A content that was written and kept."""
    written = files.write(content)
    with store.begin() as tx:
        keep(tx, written)
    return written


def purged(store: Store, files: BlobStore, written: Written) -> int:
    """Purge the share in which ``written`` is, and its file; how many contents went."""
    gone = store.transact(lambda tx: purge(tx, written.sha256[:2]))
    remove_strays(store, files)
    return gone


def count(store: Store, table: object) -> int:
    """How many rows there are."""
    with store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def is_there(files: BlobStore, written: Written) -> bool:
    """Whether its file is."""
    try:
        return bool(files.read(written.key))
    except MissingBlob:
        return False


def as_document(tx: Transaction, account: Account, sha256: str) -> object:
    """A document of that content."""
    return add_document(
        tx, account.id, name="a.txt", size_bytes=1, mime_type="text/plain", sha256=sha256
    )


def as_text(tx: Transaction, account: Account, sha256: str) -> object:
    """A document in which that text was read."""
    made = add_document(
        tx, account.id, name="a.txt", size_bytes=1, mime_type="text/plain", sha256="0" * 64
    )
    return change_document(tx, made.id, text_sha256=sha256)


def as_output(tx: Transaction, account: Account, sha256: str) -> None:
    """What a job made."""
    put_output(tx, account.id, "srt", sha256, "text/plain")


def as_archive(tx: Transaction, account: Account, sha256: str) -> object:
    """An archive that a task is to unpack."""
    payload = {"folderId": account.id, "archive": sha256, "name": "a.zip"}
    draft = Draft(account_id=account.id, task_type=IMPORT, payload=payload, dialect="jobs")
    return submission.store(tx, [draft], NoRoom())


def test_the_same_content_is_kept_once(store: Store, files: BlobStore) -> None:
    first, second = kept(store, files), kept(store, files)
    remove_strays(store, files)

    with store.read() as tx:
        assert key_of(tx, first.sha256) == first.key
        assert not_kept(tx, [first.key, second.key]) == [second.key]
    assert is_there(files, first)
    assert not is_there(files, second)
    assert count(store, stray_blobs) == 0


def test_what_is_kept_again_in_a_second_attempt_stays(store: Store, files: BlobStore) -> None:
    written = kept(store, files)
    with store.begin() as tx:
        keep(tx, written)
    remove_strays(store, files)

    assert is_there(files, written)


def test_a_content_that_is_not_kept_is_missing(store: Store) -> None:
    with store.begin() as tx:
        assert find_key(tx, "0" * 64) is None
        assert not touch(tx, "0" * 64)
        with pytest.raises(MissingBlob):
            key_of(tx, "0" * 64)


def test_a_content_without_a_reference_goes_after_an_hour(
    store: Store, clock: FakeClock, files: BlobStore
) -> None:
    written = kept(store, files)

    clock.advance(HOUR - 1)
    assert purged(store, files, written) == 0
    clock.advance(2)
    assert purged(store, files, written) == 1
    assert not is_there(files, written)
    assert count(store, blobs) == 0


def test_a_touched_content_stays_for_another_hour(
    store: Store, clock: FakeClock, files: BlobStore
) -> None:
    written = kept(store, files)
    clock.advance(HOUR + 1)
    with store.begin() as tx:
        assert touch(tx, written.sha256)

    assert purged(store, files, written) == 0


def test_only_the_share_asked_for_is_looked_at(
    store: Store, clock: FakeClock, files: BlobStore
) -> None:
    written = kept(store, files)
    clock.advance(HOUR + 1)
    other = "00" if written.sha256[:2] != "00" else "01"

    assert store.transact(lambda tx: purge(tx, other)) == 0


@pytest.mark.parametrize("refer", [as_document, as_text, as_output, as_archive])
def test_what_is_referred_to_stays(
    store: Store, clock: FakeClock, files: BlobStore, account: Account, refer: Refer
) -> None:
    written = kept(store, files)
    with store.begin() as tx:
        refer(tx, account, written.sha256)
    clock.advance(100 * DAY)

    assert purged(store, files, written) == 0
    assert is_there(files, written)


def test_the_archive_of_an_import_that_is_over_goes(
    store: Store, clock: FakeClock, files: BlobStore, account: Account
) -> None:
    written = kept(store, files)
    with store.begin() as tx:
        as_archive(tx, account, written.sha256)
        tx.execute(text("UPDATE tasks SET completed_at = created_at"))
    clock.advance(HOUR + 1)

    assert purged(store, files, written) == 1


def test_every_column_that_holds_a_hash_is_known_to_the_purge() -> None:
    memories = ("blobs", "embedded_documents", "material_origins")
    hashes = {
        column
        for table in all_tables().tables.values()
        for column in table.c
        if column.name.endswith("sha256") and table.name not in memories
    }

    assert hashes == {reference.column for reference in REFERENCES}


def test_what_only_a_deleted_document_refers_to_goes(
    store: Store, clock: FakeClock, files: BlobStore, account: Account
) -> None:
    written = kept(store, files)
    with store.begin() as tx:
        as_document(tx, account, written.sha256)
        tx.execute(text("UPDATE documents SET deleted_at = created_at"))
    clock.advance(HOUR + 1)

    assert purged(store, files, written) == 1


def test_a_reference_and_a_purge_at_the_same_time_leave_the_content(
    store: Store, clock: FakeClock, files: BlobStore, account: Account
) -> None:
    written = kept(store, files)
    clock.advance(HOUR + 1)
    gone: list[int] = []
    purging = Thread(target=lambda: gone.append(purged(store, files, written)))
    with store.begin() as tx:
        keep(tx, written)
        as_document(tx, account, written.sha256)
        purging.start()
        _wait_until_blocked(store, purging)
    purging.join(20)

    assert gone == [0]
    assert is_there(files, written)


def test_whoever_comes_after_a_purge_has_a_file_of_its_own(
    store: Store, clock: FakeClock, files: BlobStore
) -> None:
    old = kept(store, files)
    clock.advance(HOUR + 1)
    new = files.write(b"content")
    done = Event()

    def keep_new() -> None:
        with store.begin() as tx:
            keep(tx, new)
        done.set()

    keeping = Thread(target=keep_new)
    with store.begin() as tx:
        assert purge(tx, old.sha256[:2]) == 1
        keeping.start()
        _wait_until_blocked(store, keeping)
        assert not done.is_set()
    keeping.join(20)
    remove_strays(store, files)

    assert is_there(files, new)
    assert not is_there(files, old)
    with store.read() as tx:
        assert key_of(tx, new.sha256) == new.key


def _wait_until_blocked(store: Store, thread: Thread) -> None:
    """Wait until ``thread`` waits for the lock that this one holds; SQLite has but one."""
    if store.dialect != "postgresql":
        return
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"

    def is_waiting() -> bool:
        with store.read() as tx:
            return bool(tx.execute(text(waits)).scalar_one()) or not thread.is_alive()

    eventually(is_waiting)


def test_a_file_that_nobody_kept_is_swept_after_a_day(
    store: Store, clock: FakeClock, files: BlobStore
) -> None:
    orphan, mine = files.write(b"killed before it was kept"), kept(store, files)
    for written in (orphan, mine):  # the clock of the store is in 2030, that of files is not
        sweep(store, files, written.key[:2])

    assert not is_there(files, orphan)
    assert is_there(files, mine)


def test_a_fresh_file_is_not_swept(sqlite_store: Store, files: BlobStore) -> None:
    written = files.write(b"about to be kept")

    assert sweep(sqlite_store, files, written.key[:2]) == 0
    assert is_there(files, written)
