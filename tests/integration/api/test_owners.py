"""Owners of documents who do several things at once, on both stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.gateway import open_account
from tests.memory_yard import in_threads
from tests.owner import DOCUMENTS, FOLDERS, Owner, OwnersBench, open_bench, owners_yard


@pytest.fixture
def bench(settings: Settings, store: Store) -> Iterator[OwnersBench]:
    """A gateway to a yard whose jobs are done by the tests."""
    with open_bench(owners_yard(settings, store)) as opened:
        yield opened


@pytest.fixture
def owners(bench: OwnersBench) -> list[Owner]:
    """Four keys of one account, each with a client of its own."""
    account = open_account(bench.yard.store, "acme")
    return [bench.owner(account) for _ in range(4)]


def test_the_same_content_put_in_at_once_is_kept_once(owners: list[Owner]) -> None:
    folder_id = owners[0].folder()

    def put(n: int) -> str:
        answer = owners[n].upload(b"same", folderId=folder_id)
        assert answer.status_code == 202, answer.text
        return str(answer.get_json()["data"]["documentId"])

    made = in_threads(4, put)

    assert len(set(made)) == 1
    assert len(owners[0].data(f"{FOLDERS}/{folder_id}/files")) == 1
    assert len(owners[0].jobs("type=EXTRACTION")) == 1


def test_whoever_asks_for_the_same_job_at_once_gets_the_same(owners: list[Owner]) -> None:
    path = f"{FOLDERS}/{owners[0].folder()}/reindex"

    made = in_threads(4, lambda n: owners[n].job(path)["id"])

    assert len(set(made)) == 1


def test_a_folder_deleted_while_files_come_in_keeps_none(owners: list[Owner]) -> None:
    folder_id = owners[0].folder()

    def act(n: int) -> int:
        if n == 0:
            return owners[n].delete(f"{FOLDERS}/{folder_id}").status_code
        return owners[n].upload(b"%d" % n, folderId=folder_id).status_code

    deleted, *put_in = in_threads(4, act)

    assert deleted == 200
    assert set(put_in) <= {202, 404}
    assert owners[0].get(f"{FOLDERS}/{folder_id}").status_code == 404
    assert len(owners[0].data(DOCUMENTS)) == put_in.count(202)


def test_a_document_deleted_while_it_is_asked_for_is_gone_for_good(owners: list[Owner]) -> None:
    document_id = owners[0].document()
    path = f"{DOCUMENTS}/{document_id}"

    def act(n: int) -> int:
        if n == 0:
            return owners[n].delete(path).status_code
        return owners[n].post(f"{path}/reextract").status_code

    deleted, *asked = in_threads(4, act)

    assert deleted == 200
    assert set(asked) <= {202, 404}
    assert owners[0].jobs() == []
