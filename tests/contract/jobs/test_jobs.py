"""GET /v1/jobs: which jobs, in which order, in which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from shared.tasks.task import tasks
from tests.contract.jobs.conftest import new_owner
from tests.no_id import NO_ID
from tests.owner import JOBS, NAMES, Owner, OwnersBench

STATUSES = ("PENDING", "IN_PROGRESS", "DONE", "ERROR", "KILLED")


def ids(jobs: list[dict[str, Any]]) -> list[str]:
    """The ids of ``jobs``."""
    return [job["id"] for job in jobs]


@pytest.fixture
def folder(owner: Owner) -> str:
    """A folder to work on."""
    return owner.folder()


def reindex(owner: Owner, folder: str) -> str:
    """A new EMBEDDING job of the folder."""
    return str(owner.job(f"/v1/folders/{folder}/reindex")["id"])


def sync(owner: Owner, folder: str) -> str:
    """A new SYNC job of the folder."""
    asked = {"url": "s3://bucket/papers"}
    return str(owner.job(f"/v1/folders/{folder}/sync", json=asked)["id"])


def test_a_job_that_waits_says_what_is_known_and_nothing_else(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)

    (job,) = owner.jobs()

    assert job == {
        "id": job_id,
        "userId": owner.account.id,
        "targetId": folder,
        "type": "EMBEDDING",
        "status": "PENDING",
        "createdAt": job["createdAt"],
        "updatedAt": job["updatedAt"],
    }
    assert job["createdAt"].endswith("Z")
    assert len(job["createdAt"]) == len("2030-01-31T08:00:00.000Z")


def test_a_running_job_tells_its_progress_and_what_it_found_so_far(
    owner: Owner, folder: str
) -> None:
    job_id = reindex(owner, folder)
    owner.start(job_id)
    with owner.yard.store.begin() as tx:
        known = {"progress": 41.7, "detail": {"filesProcessed": 2}}
        tx.execute(update(tasks).where(tasks.c.id == job_id).values(known))

    (job,) = owner.jobs()

    assert (job["status"], job["progress"]) == ("IN_PROGRESS", 41)
    assert job["metadata"] == {"filesProcessed": 2}
    assert "startedAt" in job
    assert "completedAt" not in job


def test_a_job_that_is_done_is_at_100_and_has_its_metadata(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)
    found = {
        "folderName": "papers",
        "filesProcessed": 3,
        "totalChunks": 12,
        "chunkSize": 500,
        "model": "e5",
    }
    owner.finish(job_id, metadata=found)

    (job,) = owner.jobs()

    assert (job["status"], job["progress"], job["metadata"]) == ("DONE", 100, found)
    assert job["startedAt"] <= job["completedAt"] <= job["updatedAt"]
    assert "error" not in job


def test_a_job_that_failed_says_why_in_its_error(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)
    owner.fail(job_id, "The model is missing.")

    (job,) = owner.jobs()

    assert (job["status"], job["error"]) == ("ERROR", "The model is missing.")
    assert "progress" not in job


def test_a_failure_that_is_retried_is_never_seen(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)
    owner.fail(job_id, retryable=True)

    (job,) = owner.jobs()

    assert job["status"] == "PENDING"
    assert "error" not in job
    assert "startedAt" not in job
    assert owner.jobs("type=ERROR") == []


def test_jobs_come_newest_first(owner: Owner) -> None:
    made = [reindex(owner, owner.folder()) for _ in range(4)]

    assert ids(owner.jobs()) == made[::-1]


def test_jobs_of_the_same_moment_come_in_the_order_of_their_ids(owner: Owner) -> None:
    made = [reindex(owner, owner.folder()) for _ in range(4)]
    with owner.yard.store.begin() as tx:
        mine = update(tasks).where(tasks.c.account_id == owner.account.id)
        tx.execute(mine.values(created_at=tx.now))

    assert ids(owner.jobs()) == sorted(made, reverse=True)


@pytest.mark.parametrize(("hours", "is_shown"), [(23.99, True), (24.01, False)])
def test_a_list_goes_24_hours_back(owner: Owner, folder: str, hours: float, is_shown: bool) -> None:
    job_id = reindex(owner, folder)
    with owner.yard.store.begin() as tx:
        old = update(tasks).where(tasks.c.id == job_id)
        tx.execute(old.values(created_at=tx.now - timedelta(hours=hours)))

    assert (ids(owner.jobs()) == [job_id]) is is_shown
    assert owner.data(f"{JOBS}/{job_id}")["id"] == job_id


def test_nobody_sees_the_jobs_of_others(owner: Owner, stranger: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)

    assert stranger.jobs() == []
    assert stranger.jobs(f"targetId={folder}") == []
    assert stranger.get(f"{JOBS}/{job_id}").status_code == 404
    assert stranger.delete(f"{JOBS}/{job_id}").status_code == 404


def test_other_tasks_are_no_jobs(owner: Owner) -> None:
    task = owner.post("/api/v1/tasks", json={"type": "ECHO", "content": "x"}).get_json()

    assert owner.jobs() == []
    assert owner.get(f"{JOBS}/{task['taskId']}").status_code == 404


def test_jobs_go_by_their_type_whoever_submitted_them(owner: Owner, folder: str) -> None:
    asked = {"type": "EMBEDDING", "content": {"folderId": folder}}
    task = owner.post("/api/v1/tasks", json=asked).get_json()

    assert ids(owner.jobs()) == [task["taskId"]]


@pytest.mark.parametrize("name", NAMES)
def test_each_of_the_six_types_is_a_job(owner: Owner, folder: str, name: str) -> None:
    asked = {"type": name, "content": {"folderId": folder}}
    owner.post("/api/v1/tasks", json=asked)

    assert [job["type"] for job in owner.jobs(f"type={name}")] == [name]


# --- which ones


@pytest.fixture(scope="session")
def zoo_owner(bench: OwnersBench) -> Owner:
    """Who has jobs of every kind."""
    return new_owner(bench)


@pytest.fixture(scope="session")
def zoo(zoo_owner: Owner) -> dict[str, str]:
    """Jobs of two types in every status, by ``TYPE/STATUS``."""
    owner, made = zoo_owner, {}
    for name, make in (("EMBEDDING", reindex), ("SYNC", sync)):
        for status in STATUSES:
            job_id = made[f"{name}/{status}"] = make(owner, owner.folder())
            match status:
                case "IN_PROGRESS":
                    owner.start(job_id)
                case "DONE":
                    owner.finish(job_id)
                case "ERROR":
                    owner.fail(job_id)
                case "KILLED":
                    assert owner.delete(f"{JOBS}/{job_id}").status_code == 200
    return made


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "*/PENDING */IN_PROGRESS */DONE */ERROR"),
        (
            "type=EMBEDDING",
            "EMBEDDING/PENDING EMBEDDING/IN_PROGRESS EMBEDDING/DONE EMBEDDING/ERROR",
        ),
        ("type=DONE", "*/DONE"),
        ("type=ERROR", "*/ERROR"),
        ("type=PENDING,IN_PROGRESS", "*/PENDING */IN_PROGRESS"),
        ("type=EMBEDDING,SYNC", "*/PENDING */IN_PROGRESS */DONE */ERROR"),
        ("type=SYNC,DONE,ERROR", "SYNC/DONE SYNC/ERROR"),
        ("type=EMBEDDING, DONE", "EMBEDDING/DONE"),
        ("type=IMPORT", ""),
        ("status=DONE", "*/DONE"),
        ("status=DONE,ERROR", "*/DONE */ERROR"),
        ("type=SYNC&status=DONE", "SYNC/DONE"),
        ("type=ERROR&status=DONE", "*/DONE */ERROR"),
        ("type=KILLED", ""),
        ("status=KILLED", ""),
        ("type=SYNC,KILLED", ""),
        ("type=KILLED,DONE", "*/DONE"),
        ("colour=blue", "*/PENDING */IN_PROGRESS */DONE */ERROR"),
    ],
)
def test_types_and_statuses_are_words_of_one_filter(
    zoo_owner: Owner, zoo: dict[str, str], query: str, shown: str
) -> None:
    wanted = {word.replace("*", name) for word in shown.split() for name in ("EMBEDDING", "SYNC")}

    assert set(ids(zoo_owner.jobs(query))) == {zoo[word] for word in wanted}


@pytest.mark.parametrize(
    "query",
    [
        "type=",
        "type=extraction",
        "type=COMPLETED",
        "type=DONE,",
        "type=DONE,WHAT",
        "type=ECHO",
        "status=",
        "status=EXTRACTION",
        "status=done",
    ],
)
def test_another_word_is_refused_with_the_list(owner: Owner, query: str) -> None:
    answer = owner.get(f"{JOBS}?{query}")
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "INVALID_TYPE")
    assert all(word in error["message"] for word in STATUSES)
    assert ("EXTRACTION" in error["message"]) is query.startswith("type")


def test_jobs_are_filtered_by_their_target(owner: Owner) -> None:
    here, there = owner.folder(), owner.folder()
    made = [reindex(owner, here), reindex(owner, there)]

    assert ids(owner.jobs(f"targetId={here}")) == [made[0]]


@pytest.mark.parametrize("target", ["", "nowhere", "{folder}x", "{FOLDER}", "%00", NO_ID])
def test_a_target_matches_exactly_or_not_at_all(owner: Owner, folder: str, target: str) -> None:
    reindex(owner, folder)

    path = target.format(folder=folder, FOLDER=folder.upper())
    assert owner.jobs(f"targetId={path}") == []


def test_an_error_that_a_newer_job_replaced_is_no_error_any_more(owner: Owner, folder: str) -> None:
    old = reindex(owner, folder)
    owner.fail(old)
    assert ids(owner.jobs("type=ERROR")) == [old]

    new = reindex(owner, folder)

    assert ids(owner.jobs("type=ERROR")) == []
    assert ids(owner.jobs("type=ERROR,PENDING")) == [new]
    assert ids(owner.jobs()) == [new, old]
    assert owner.data(f"{JOBS}/{old}")["status"] == "ERROR"


def test_an_error_is_replaced_by_its_own_type_and_target_only(owner: Owner, folder: str) -> None:
    old = reindex(owner, folder)
    owner.fail(old)

    sync(owner, folder)
    reindex(owner, owner.folder())

    assert ids(owner.jobs("type=ERROR")) == [old]


def test_whoever_does_every_error_again_comes_to_rest(owner: Owner, folder: str) -> None:
    owner.fail(reindex(owner, folder))
    rounds = 0
    while errors := owner.jobs("type=ERROR"):
        rounds += 1
        for job in errors:
            reindex(owner, job["targetId"])

    assert rounds == 1


# --- pages


@pytest.fixture(scope="session")
def busy(bench: OwnersBench) -> Owner:
    """Who has 28 jobs."""
    owner = new_owner(bench)
    for _ in range(28):
        reindex(owner, owner.folder())
    return owner


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 25),
        ("limit=1", 1),
        ("limit=26", 26),
        ("limit=100", 28),
        ("limit=101", 28),
        ("limit=5000", 28),
        (f"limit={'9' * 30}", 28),
        ("limit=007", 7),
        ("offset=3", 25),
        ("offset=27", 1),
        ("offset=28", 0),
        ("offset=1000", 0),
        ("limit=2&offset=0", 2),
    ],
)
def test_a_page_has_25_jobs_unless_told_otherwise(busy: Owner, query: str, count: int) -> None:
    assert len(busy.jobs(query)) == count


def test_pages_follow_each_other(owner: Owner) -> None:
    made = [reindex(owner, owner.folder()) for _ in range(5)]
    pages = [ids(owner.jobs(f"limit=2&offset={offset}")) for offset in (0, 2, 4)]

    assert pages == [made[:2:-1], made[2:0:-1], made[:1]]


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "x", "", "1.5", "1e2", "%2B1", "٣", "limit 0", "over"])
def test_numbers_that_are_none_are_refused(owner: Owner, name: str, value: str) -> None:
    value = {"limit 0": "0" if name == "limit" else "-0", "over": "1001"}.get(value, value)
    if (name, value) == ("limit", "1001"):
        return  # more than 100 is 100

    answer = owner.get(f"{JOBS}?{name}={value}")
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (400, "BAD_REQUEST")
    assert [one["field"] for one in error["fields"]] == [name]


# --- one job


def test_a_job_is_read_by_its_id(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)

    assert owner.data(f"{JOBS}/{job_id}") == owner.jobs()[0]


@pytest.mark.parametrize("job_id", ["nowhere", NO_ID, "%00"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_job_that_is_not_there_is_not_found(owner: Owner, method: str, job_id: str) -> None:
    answer = owner.send(method, f"{JOBS}/{job_id}")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "NOT_FOUND")


def test_a_canceled_job_is_killed_and_then_not_there(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)

    answer = owner.delete(f"{JOBS}/{job_id}")

    assert (answer.status_code, answer.get_json()["data"]["status"]) == (200, "KILLED")
    assert owner.jobs() == []
    assert owner.get(f"{JOBS}/{job_id}").status_code == 404
    assert owner.delete(f"{JOBS}/{job_id}").status_code == 404


def test_a_running_job_is_asked_to_stop(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)
    owner.start(job_id)

    answer = owner.delete(f"{JOBS}/{job_id}")

    assert (answer.status_code, answer.get_json()["data"]["status"]) == (200, "IN_PROGRESS")
    with owner.yard.store.read() as tx:
        (row,) = tx.rows(tasks.select().where(tasks.c.id == job_id))
    assert row.cancel_requested_at is not None


def test_what_is_over_cannot_be_canceled(owner: Owner, folder: str) -> None:
    job_id = reindex(owner, folder)
    owner.finish(job_id)

    answer = owner.delete(f"{JOBS}/{job_id}")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
