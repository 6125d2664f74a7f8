"""A folder becomes what its source is: added, updated, removed; killed, canceled, resumed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Text, cast, select

from shared.documents.removal import remove_document, take_out
from shared.errors import TaskError
from shared.ids import new_id
from shared.settings import Settings
from shared.sources.source import Entry
from shared.tasks import dispatch
from shared.tasks.loss import Cause
from shared.tasks.status import Status
from shared.tasks.task import tasks
from tests.integration.documents.conftest import Library
from tests.integration.documents.syncing import Syncing, Watched
from tests.memory_yard import WORKER
from workers import context
from workers.commits import Superseded
from workers.documents.sync import SYNC
from workers.execute import execute


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that let all folders of this test run be read, but HOME."""
    return replace(settings, local_roots=(tmp_path_factory.getbasetemp().resolve(),))


@pytest.fixture
def syncing(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Syncing:
    """An empty folder, to be synced with an empty place."""
    library.yard.registry.types["SYNC"] = SYNC
    return Syncing(library, tmp_path_factory.mktemp("place").resolve())


def test_what_is_new_is_added_and_read(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    (syncing.place / "sub").mkdir()
    (syncing.place / "sub" / "talk.mp3").write_bytes(b"sound")
    job = syncing.run()
    assert job.status is Status.COMPLETED
    assert job.result == {
        "metadata": {
            "filesTotal": 3, "filesProcessed": 3, "added": 3, "updated": 0, "removed": 0,
            "unchanged": 0, "filesFailed": 0, "failed": [],
        }
    }  # fmt: skip
    assert set(syncing.documents()) == {"a.txt", "b.txt", "sub/talk.mp3"}
    assert syncing.jobs("a.txt") == ["EXTRACTION"]
    assert syncing.jobs("sub/talk.mp3") == ["TRANSCRIPTION"]


def test_what_a_file_is_called_does_not_hide_what_it_is(syncing: Syncing) -> None:
    (syncing.place / "talk").write_bytes(b"ID3" + bytes(100))
    (syncing.place / "paper.mp3").write_bytes(b"%PDF-1.7")
    syncing.run()
    assert syncing.jobs("talk") == ["TRANSCRIPTION"]
    assert syncing.jobs("paper.mp3") == ["EXTRACTION"]


def test_what_is_unchanged_is_not_read_again(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    syncing.run()
    before = syncing.documents()
    task = syncing.library.memory.claim(syncing.ask())[0]
    source = Watched(syncing)
    assert syncing.mirror(task).run(source).unchanged == 2
    assert source.read == []
    assert syncing.documents() == before


def test_what_changed_keeps_its_id_and_is_read_again(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    syncing.run()
    before = syncing.documents()
    syncing.library.read(before["a.txt"].id)
    syncing.put(a="alpha, changed")
    assert syncing.counts() == {"updated": 1, "unchanged": 1}
    after = syncing.documents()
    assert after["a.txt"].id == before["a.txt"].id
    assert after["a.txt"].sha256 != before["a.txt"].sha256
    assert after["a.txt"].text_sha256 is not None
    assert syncing.jobs("a.txt") == ["EXTRACTION", "EXTRACTION"]
    assert syncing.jobs("b.txt") == ["EXTRACTION"]


def test_what_was_only_touched_is_not_read_by_anybody(syncing: Syncing) -> None:
    syncing.put(a="alpha")
    syncing.run()
    os.utime(syncing.place / "a.txt", (1, 1))
    assert syncing.counts() == {"unchanged": 1}
    assert syncing.jobs("a.txt") == ["EXTRACTION"]
    task = syncing.library.memory.claim(syncing.ask())[0]
    source = Watched(syncing)
    syncing.mirror(task).run(source)
    assert source.read == []


def test_what_is_gone_is_removed_with_its_jobs(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    syncing.run()
    gone = syncing.documents()["a.txt"].id
    (syncing.place / "a.txt").unlink()
    assert syncing.counts() == {"removed": 1, "unchanged": 1}
    assert set(syncing.documents()) == {"b.txt"}
    assert [task.status for task in syncing.library.jobs(gone)] == [Status.CANCELED]


def test_what_others_put_into_the_folder_stays(
    syncing: Syncing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    syncing.put(a="alpha")
    other = Syncing(syncing.library, tmp_path_factory.mktemp("other").resolve(), syncing.folder_id)
    other.put(b="beta")
    syncing.library.bring(b"by hand", syncing.folder_id)
    assert syncing.counts() == {"added": 1}
    assert other.counts() == {"added": 1}
    (syncing.place / "a.txt").unlink()
    assert syncing.counts() == {"removed": 1}
    assert set(syncing.documents()) == {"b.txt", "letter.txt"}


def test_the_same_place_in_two_folders_has_documents_in_each(syncing: Syncing) -> None:
    syncing.put(a="alpha")
    other = Syncing(syncing.library, syncing.place)
    assert (syncing.counts(), other.counts()) == ({"added": 1}, {"added": 1})
    assert syncing.documents()["a.txt"].id != other.documents()["a.txt"].id


def test_two_files_with_the_same_content_are_two_documents(syncing: Syncing) -> None:
    syncing.put(a="same", b="same")
    assert syncing.counts() == {"added": 2}
    (syncing.place / "b.txt").unlink()
    assert syncing.counts() == {"removed": 1, "unchanged": 1}
    assert set(syncing.documents()) == {"a.txt"}


def test_a_document_deleted_by_hand_comes_again(syncing: Syncing) -> None:
    syncing.put(a="alpha")
    syncing.run()
    account = syncing.library.account_id
    with syncing.library.yard.store.begin() as tx:
        remove_document(tx, account, syncing.documents()["a.txt"].id, actor="tests")
    assert syncing.counts() == {"added": 1}
    assert set(syncing.documents()) == {"a.txt"}


def test_a_document_taken_out_of_the_folder_comes_back_and_is_embedded(syncing: Syncing) -> None:
    syncing.put(a="alpha")
    syncing.run()
    before = syncing.documents()["a.txt"].id
    with syncing.library.yard.store.begin() as tx:
        take_out(tx, syncing.library.account_id, syncing.folder_id, before)
    assert syncing.counts() == {"updated": 1}
    assert syncing.documents()["a.txt"].id == before
    assert "EMBEDDING" in [task.type for task in syncing.library.jobs(syncing.folder_id)]


def test_a_file_that_is_too_large_costs_only_itself(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    syncing.run()
    before = syncing.documents()["a.txt"]
    syncing.put(a="alpha" * 100, b="beta2")
    done = syncing.run(options={"max_file_bytes": 100})
    assert done.result is not None
    assert done.result["metadata"]["failed"] == [
        {"name": "a.txt", "error": "The file is larger than 100 bytes."}
    ]
    assert done.result["metadata"]["updated"] == 1
    assert syncing.documents()["a.txt"] == before


def test_only_files_that_are_asked_for_are_in_the_folder(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta", draft="x")
    (syncing.place / "c.bin").write_bytes(b"c")
    options = {"include": ["*.txt"], "exclude": ["draft*"]}
    assert syncing.counts(options=options) == {"added": 2}
    assert set(syncing.documents()) == {"a.txt", "b.txt"}


def test_names_that_are_no_text_are_written_as_they_can_be(syncing: Syncing) -> None:
    for name in (b"caf\xe9.txt", b"caf\xe8.txt"):
        Path(os.fsdecode(os.fsencode(syncing.place) + b"/" + name)).write_bytes(name)
    assert syncing.counts() == {"added": 2}
    assert set(syncing.documents()) == {"caf\\udce9.txt", "caf\\udce8.txt"}
    assert syncing.counts() == {"unchanged": 2}


def test_a_listing_that_breaks_changes_nothing(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta", c="gamma")
    syncing.run()
    (syncing.place / "a.txt").unlink()
    before = syncing.documents()

    def fail(entry: Entry) -> None:
        if entry.path == "c.txt":
            raise TaskError("The listing broke.")

    task = syncing.library.memory.claim(syncing.ask())[0]
    with pytest.raises(TaskError):
        syncing.mirror(task).run(Watched(syncing, on_list=fail))
    assert syncing.documents() == before


def test_the_next_attempt_goes_on_where_one_stopped(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta", c="gamma", d="delta")
    memory = syncing.library.memory
    task = memory.claim(syncing.ask())[0]

    def die(entry: Entry) -> None:
        if entry.path == "c.txt":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        syncing.mirror(task).run(Watched(syncing, on_read=die))
    dispatch.lose(syncing.library.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests")
    dispatch.release(syncing.library.yard, "sync")
    (again,) = memory.claim(task.id)
    source = Watched(syncing)
    tally = syncing.mirror(again).run(source)
    assert source.read == ["c.txt", "d.txt"]
    assert (tally.added, tally.unchanged, tally.processed) == (4, 0, 4)
    assert len(syncing.documents()) == 4


def test_a_worker_that_lost_its_task_writes_nothing_more(syncing: Syncing) -> None:
    syncing.put(a="alpha", b="beta")
    task = syncing.library.memory.claim(syncing.ask())[0]

    def lose(entry: Entry) -> None:
        if entry.path == "b.txt":
            dispatch.lose(
                syncing.library.yard, WORKER, Cause.LEASE_LAPSED, [task.id], actor="tests"
            )

    with pytest.raises(Superseded):
        syncing.mirror(task).run(Watched(syncing, on_read=lose))
    assert set(syncing.documents()) == {"a.txt"}


def test_a_canceled_sync_stops_between_pieces(
    syncing: Syncing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "LOOK_SECONDS", 0.0)
    syncing.put(a="alpha", b="beta")
    task = syncing.library.memory.claim(syncing.ask())[0]

    def cancel(entry: Entry) -> None:
        if entry.path == "b.txt":
            syncing.library.memory.cancel(task.id)

    with pytest.raises(Superseded):
        syncing.mirror(task).run(Watched(syncing, on_read=cancel))
    assert set(syncing.documents()) == {"a.txt"}


def test_a_folder_of_somebody_else_is_not_there(syncing: Syncing) -> None:
    job = syncing.run(folderId=new_id())
    assert (job.status, job.error) == (
        Status.FAILED,
        {"code": "NOT_FOUND", "message": "There is no such folder."},
    )


def test_a_place_that_is_refused_is_not_tried_again(syncing: Syncing) -> None:
    job = syncing.run(url="/etc")
    assert job.status is Status.FAILED
    assert job.error is not None
    assert job.error["code"] == "BAD_REQUEST"


def test_what_opens_a_source_is_sealed_in_the_store(syncing: Syncing) -> None:
    secret = {"user": "maria", "password": "open sesame"}
    task_id = syncing.ask(options=secret)
    assert syncing.ask(options=secret) == task_id
    assert syncing.ask(options={**secret, "password": "another"}) != task_id
    with syncing.library.yard.store.read() as tx:
        (payload,) = tx.rows(select(cast(tasks.c.payload, Text)).where(tasks.c.id == task_id))
    assert "sesame" not in payload[0]
    assert "maria" not in payload[0]
    assert execute(syncing.library.yard, SYNC, [task_id], WORKER) == 1
    assert syncing.library.memory.status(task_id) is Status.COMPLETED
