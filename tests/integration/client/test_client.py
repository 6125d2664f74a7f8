"""Both clients at a real gateway, over real HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from taskyard.client import (
    AsyncClient,
    Client,
    Conflict,
    NotFound,
    NotInTime,
    Rejected,
    Submission,
    TaskFailed,
    Unauthorized,
    Unreachable,
)
from taskyard.client.calls import BULK, TASKS, UPLOAD
from tests.answering import complete, fail
from tests.calling import QUICK, Station
from tests.servers import free_port


def test_a_task_is_submitted_and_waited_for(client: Client, station: Station) -> None:
    receipt = client.submit("ECHO", {"message": "hello"}, priority=9, metadata={"mine": 1})
    assert (receipt.type, receipt.status, receipt.cost_cents) == ("ECHO", "PENDING", 0)

    waiting = client.get(receipt.task_id)
    assert not waiting.is_final
    assert (waiting.priority, waiting.metadata) == (9, {"mine": 1})
    assert waiting.waiting_for is not None

    done = Thread(target=complete, args=(station.bench.yard, receipt.task_id, {"said": "hello"}))
    done.start()
    assert client.result(receipt.task_id, timeout_seconds=20) == {"said": "hello"}
    done.join()


def test_who_waits_no_longer_gets_the_task_as_it_is(client: Client) -> None:
    task_id = client.submit("ECHO").task_id
    with pytest.raises(NotInTime) as caught:
        client.wait(task_id, timeout_seconds=0.05)
    assert (caught.value.task.id, caught.value.task.status) == (task_id, "PENDING")


def test_a_failed_task_has_no_result_and_may_begin_anew(client: Client, station: Station) -> None:
    task_id = client.submit("ECHO").task_id
    fail(station.bench.yard, task_id, "It broke.")

    with pytest.raises(TaskFailed, match="BROKEN: It broke") as caught:
        client.result(task_id)
    assert caught.value.code == "BROKEN"

    station.road.lost = 1
    assert client.retry(task_id).status == "PENDING"
    with pytest.raises(Conflict, match="Only a failed task can be tried again"):
        client.retry(task_id)


def test_a_job_is_not_begun_anew_but_asked_for_again(client: Client, station: Station) -> None:
    document_id = client.upload(b"hello", name="a.txt")
    job_id = station.owner.newest(document_id)
    station.owner.fail(job_id)

    with pytest.raises(Conflict, match="is asked for there anew"):
        client.retry(job_id)


def test_a_task_is_canceled_once_and_stays_so(client: Client) -> None:
    task_id = client.submit("ECHO").task_id
    assert client.cancel(task_id).is_canceled
    assert client.cancel(task_id).is_canceled
    with pytest.raises(TaskFailed, match="CANCELED"):
        client.result(task_id)


def test_what_is_over_cannot_be_canceled(client: Client, station: Station) -> None:
    task_id = client.submit("ECHO").task_id
    complete(station.bench.yard, task_id, {})
    with pytest.raises(Conflict, match="completed already"):
        client.cancel(task_id)


def test_many_are_submitted_and_one_spoils_no_other(client: Client, station: Station) -> None:
    items = [Submission(type="ECHO", content={"n": n}) for n in range(5)]
    told = list(client.submit_many([*items, {"type": "ECHO"}], size=2))

    assert [one.index for one in told] == list(range(6))
    assert all(one.task_id for one in told[:5])
    assert told[5].error is not None
    assert told[5].error.code == "MISSING_FIELDS"
    keys = station.road.keys(BULK)
    assert len(keys) == len(set(keys)) == 3
    assert client.counts().total["total"] == client.counts().left == 5


def test_tasks_are_listed_newest_first_page_after_page(client: Client) -> None:
    ids = [
        one.task_id
        for one in client.submit_many(Submission(type="ECHO", content="a") for _ in range(205))
    ]
    assert [task.id for task in client.list()] == ids[::-1]
    assert [task.id for task in client.list(most=3)] == ids[:-4:-1]
    assert [task.id for task in client.list(most=150, type="ECHO")] == ids[:-151:-1]
    assert list(client.list(status="COMPLETED")) == []


def test_a_request_that_is_turned_back_is_made_again(client: Client, station: Station) -> None:
    station.road.turned_back = 2
    task_id = client.submit("ECHO").task_id

    keys = station.road.keys(TASKS)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert [task.id for task in client.list()] == [task_id]


def test_an_answer_that_got_lost_makes_no_second_task(client: Client, station: Station) -> None:
    station.road.lost = 2
    task_id = client.submit("ECHO").task_id
    station.road.lost = 2
    (told,) = client.submit_many([{"type": "ECHO", "content": "a"}])
    station.road.lost = 1
    document_id = client.upload(b"hello", name="a.txt")

    assert [task.id for task in client.list(type="ECHO")] == [told.task_id, task_id]
    assert len(station.owner.jobs("type=EXTRACTION")) == 1
    assert station.owner.newest(document_id)


def test_a_key_of_the_callers_own_is_sent(client: Client, station: Station) -> None:
    client.submit("ECHO", idempotency_key="order-1")
    assert station.road.keys(TASKS) == ["order-1"]


def test_a_gateway_that_stays_busy_is_told(client: Client, station: Station) -> None:
    station.road.turned_back = 99
    with pytest.raises(Unreachable, match="Come again") as caught:
        client.counts()
    assert caught.value.status == 503
    assert len(station.road.seen) == QUICK.tries


def test_a_gateway_that_comes_back_is_found(client: Client, station: Station) -> None:
    task_id = client.submit("ECHO").task_id
    station.web.stop()
    with pytest.raises(Unreachable, match="The gateway does not answer at"):
        client.get(task_id)
    station.web.start()
    assert client.get(task_id).id == task_id


def test_refusals_are_told_apart(client: Client, station: Station) -> None:
    with pytest.raises(NotFound):
        client.get("nonsense/../../")
    with pytest.raises(Rejected) as caught:
        client.submit("ECHO", priority=10)
    assert (caught.value.code, list(caught.value.fields)) == ("INVALID_FIELD", ["priority"])
    assert caught.value.request_id
    with Client(station.web.url, "no key", patience=QUICK) as stranger, pytest.raises(Unauthorized):
        stranger.counts()


@pytest.mark.parametrize("is_path", [True, False])
def test_a_file_is_uploaded_once_and_waited_for(
    client: Client, station: Station, tmp_path: Path, is_path: bool
) -> None:
    station.owner.folder("Papers and more")
    (tmp_path / "a.txt").write_bytes(b"Some words.")
    station.road.turned_back = 1
    file: Path | bytes = tmp_path / "a.txt" if is_path else b"Some words."

    document_id = client.upload(file, name="b.txt", folder="Papers and more")

    keys = station.road.keys(UPLOAD)
    assert len(keys) == 2
    assert len(set(keys)) == 1
    with pytest.raises(Unreachable, match="is not read yet"):
        client.wait_document(document_id, timeout_seconds=0)
    station.owner.read(document_id, "Some words.")
    found = client.wait_document(document_id, timeout_seconds=20)
    assert (found["status"], found["title"]) == ("DONE", client.document(document_id)["title"])


def test_a_file_that_is_not_there_is_no_matter_of_the_gateways(
    client: Client, station: Station, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        client.upload(tmp_path / "nothing.txt")
    assert station.road.seen == []


def test_how_much_of_a_file_is_sent_is_told(client: Client, tmp_path: Path) -> None:
    pieces: list[int] = []
    (tmp_path / "a.bin").write_bytes(b"x" * 200_000)
    client.upload(tmp_path / "a.bin", sent=pieces.append)
    assert sum(pieces) == 200_000


def test_a_file_that_changes_while_it_is_sent_is_not_sent_again(
    client: Client, station: Station, tmp_path: Path
) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * 2_000_000)
    with pytest.raises(Rejected, match="The file changed while it was sent"):
        client.upload(file, sent=lambda _: os.truncate(file, 100_000))


def test_any_other_call_is_made_in_the_gateways_words(client: Client) -> None:
    made = client.ask("POST", "/api/v1/projects", {"name": "Reviews"})
    assert client.ask("GET", "/api/v1/projects")["projects"] == [made]
    assert client.ask("GET", "/v1/jobs", query={"type": "EXTRACTION", "limit": None}) == []


def test_nobody_answering_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with (
        Client(url, "a key", patience=QUICK) as client,
        pytest.raises(Unreachable, match="refused"),
    ):
        client.get("t1")


def test_threads_share_a_client(station: Station) -> None:
    with Client(station.web.url, station.key, patience=QUICK) as client:
        threads = [Thread(target=client.submit, args=("ECHO",)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.counts().total["total"] == 8


async def _in_parallel(station: Station) -> int:
    import asyncio

    async with AsyncClient(station.web.url, station.key, patience=QUICK) as client:
        await asyncio.gather(*[client.submit("ECHO") for _ in range(8)])
        return (await client.counts()).total["total"]


def test_an_event_loop_submits_in_parallel(station: Station) -> None:
    import asyncio

    assert asyncio.run(_in_parallel(station)) == 8


def test_a_stream_tells_what_happens_and_goes_on_where_it_broke(
    client: Client, station: Station
) -> None:
    yard = station.bench.yard
    ids = [client.submit("ECHO").task_id for _ in range(2)]
    for task_id in ids:
        complete(yard, task_id, {})
    steps = [(i, step) for i in ids for step in ("pending", "queued")]
    steps += [(i, step) for i in ids for step in ("running", "completed")]
    station.road.turned_back, station.road.cut = 1, 2

    told = list(client.stream(after=0, most=8))

    assert sorted((one.task_id, one.step) for one in told) == sorted(steps)
    assert [one.number for one in told] == sorted({one.number for one in told})
    assert station.road.cut == 0
    assert list(client.stream(after=told[5].number, most=2)) == told[6:]
    finals = client.stream(after=0, most=1, status="COMPLETED", task=ids[1])
    assert [(one.task_id, one.status, one.type) for one in finals] == [
        (ids[1], "COMPLETED", "ECHO")
    ]


def test_a_stream_that_is_refused_says_so(client: Client, station: Station) -> None:
    with pytest.raises(Rejected, match="status: must be one or several of"):
        list(client.stream(status="done"))
    station.road.turned_back = 4
    with pytest.raises(Unreachable, match="Come again"):
        list(client.stream(most=1))
