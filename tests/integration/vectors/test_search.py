"""A search finds the nearest chunks of what lies in the folder now, wherever vectors are kept."""

from __future__ import annotations

import sys
from threading import Event

import numpy
import pytest
from sqlalchemy import text

from shared.db import Store
from shared.documents.document import change_document, put_in_folder
from shared.documents.removal import remove_document, remove_folder, take_out
from shared.migrations.upgrade import upgrade
from shared.settings import Settings
from shared.vectors import pgvector
from shared.vectors.embedder import EmbedderFailed
from shared.vectors.endpoint import EndpointEmbedder
from shared.vectors.search import Searcher
from tests.embedding_server import embedding_server
from tests.memory_yard import in_threads
from tests.shelf import CountingEmbedder, Shelf

FAST = CountingEmbedder()


def texts(
    shelf: Shelf, folder_id: str, question: str, searcher: Searcher | None = None
) -> list[str]:
    """What is found, best first."""
    searcher = searcher or Searcher(shelf.store, shelf.yard.settings, FAST)
    return [found.text for found in searcher.search(folder_id, question, 3)]


def test_the_nearest_comes_first_with_its_place(any_shelf: Shelf) -> None:
    folder = any_shelf.folder()
    document = any_shelf.put(folder, "One.", "Two.", name="numbers.txt")
    any_shelf.put(folder, "Three.")
    any_shelf.embed(folder, FAST)

    best, *others = any_shelf.search(folder, "Two.", embedder=FAST)

    assert (best.document_id, best.title) == (document, "numbers.txt")
    assert (best.page_number, best.text) == (2, "Two.")
    assert best.score == pytest.approx(1.0)
    assert [o.text for o in others] == sorted(
        ["One.", "Three."], key=lambda t: -float(FAST.query(t) @ FAST.query("Two."))
    )


def test_the_order_is_that_of_whole_vectors(any_shelf: Shelf) -> None:
    folder = any_shelf.folder()
    pages = [f"Page {n}." for n in range(300)]
    any_shelf.put(folder, *pages)
    any_shelf.embed(folder, FAST)
    scores = numpy.stack([FAST.query(page) for page in pages]) @ FAST.query("What?")

    found = any_shelf.search(folder, "What?", 40, FAST)

    assert [f.text for f in found] == [pages[n] for n in numpy.argsort(-scores)[:40]]


def test_the_title_is_the_documents_own_where_it_has_one(any_shelf: Shelf) -> None:
    folder = any_shelf.folder()
    document = any_shelf.put(folder, "One.")
    with any_shelf.store.begin() as tx:
        change_document(tx, document, title="Of numbers")
    any_shelf.embed(folder, FAST)
    assert any_shelf.search(folder, "One.", embedder=FAST)[0].title == "Of numbers"


def test_what_is_deleted_or_taken_out_is_not_found_any_more(any_shelf: Shelf) -> None:
    folder, account = any_shelf.folder(), any_shelf.account_id
    deleted, taken, kept = (any_shelf.put(folder, page) for page in ("One.", "Two.", "Three."))
    any_shelf.embed(folder, FAST)
    searcher = Searcher(any_shelf.store, any_shelf.yard.settings, FAST)
    assert len(texts(any_shelf, folder, "One.", searcher)) == 3

    with any_shelf.store.begin() as tx:
        remove_document(tx, account, deleted, actor="tests")
    with any_shelf.store.begin() as tx:
        take_out(tx, account, folder, taken)

    assert texts(any_shelf, folder, "One.", searcher) == ["Three."]
    assert {chunk.document_id for chunk in any_shelf.chunks(folder)} == {kept}
    with any_shelf.store.begin() as tx:
        remove_folder(tx, account, folder, actor="tests")
    assert texts(any_shelf, folder, "One.", searcher) == []


def test_a_folder_finds_nothing_of_another(any_shelf: Shelf) -> None:
    folder, other = any_shelf.folder(), any_shelf.folder()
    document = any_shelf.put(other, "One.")
    any_shelf.embed(other, FAST)
    assert texts(any_shelf, folder, "One.") == []
    with any_shelf.store.begin() as tx:
        put_in_folder(tx, folder, document)
    any_shelf.embed(folder, FAST)
    assert texts(any_shelf, folder, "One.") == ["One."]


def test_a_search_sees_what_was_embedded_since_the_last(any_shelf: Shelf) -> None:
    folder = any_shelf.folder()
    document = any_shelf.put(folder, "One.")
    any_shelf.embed(folder, FAST)
    searcher = Searcher(any_shelf.store, any_shelf.yard.settings, FAST)
    assert texts(any_shelf, folder, "Two.", searcher) == ["One."]

    any_shelf.put(folder, "Two.")
    any_shelf.rewrite(document, "One and a half.")
    any_shelf.embed(folder, FAST)

    assert texts(any_shelf, folder, "Two.", searcher) == ["Two.", "One and a half."]


def test_vectors_of_another_model_or_length_are_not_compared(any_shelf: Shelf) -> None:
    folder = any_shelf.folder()
    any_shelf.put(folder, "One.")
    any_shelf.embed(folder, FAST)
    longer, other = CountingEmbedder(), CountingEmbedder("other")
    longer.dimensions = 12
    assert any_shelf.search(folder, "One.", embedder=longer) == []
    assert any_shelf.search(folder, "One.", embedder=other) == []


@pytest.mark.parametrize("question", ["", " \n", "\0"])
def test_no_question_finds_nothing_or_anything(any_shelf: Shelf, question: str) -> None:
    folder = any_shelf.folder()
    any_shelf.put(folder, "One.")
    any_shelf.embed(folder, FAST)
    assert len(any_shelf.search(folder, question, embedder=FAST)) == bool(question.strip())


def test_many_search_at_once_while_the_folder_changes(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, *(f"Page {n}." for n in range(50)))
    shelf.embed(folder, FAST)
    searcher, is_over = Searcher(shelf.store, shelf.yard.settings, FAST), Event()

    def work(number: int) -> None:
        if number:
            while not is_over.is_set():
                assert texts(shelf, folder, "Page 7.", searcher)[0] == "Page 7."
            return
        try:
            for turn in range(3):
                gone = shelf.put(folder, f"Turn {turn}.")
                shelf.embed(folder, CountingEmbedder())
                with shelf.store.begin() as tx:
                    remove_document(tx, shelf.account_id, gone, actor="tests")
        finally:
            is_over.set()

    in_threads(4, work)
    assert "Turn" not in str(texts(shelf, folder, "Turn 1.", searcher))


def test_chunks_from_before_pgvector_are_brought_along(postgres_shelf: Shelf) -> None:
    folder = postgres_shelf.folder()
    postgres_shelf.put(folder, "One.", "Two.")
    postgres_shelf.embed(folder, FAST)
    with postgres_shelf.store.begin() as tx:
        assert pgvector.prepare(tx)
        assert pgvector.prepare(tx)
        assert pgvector.nearest(tx, folder, FAST.model, FAST.query("Two."), 1)
    assert texts(postgres_shelf, folder, "Two.") == ["Two.", "One."]


def test_an_upgrade_prepares_pgvector(postgres_shelf: Shelf) -> None:
    upgrade(postgres_shelf.store)
    with postgres_shelf.store.read() as tx:
        assert pgvector.is_there(tx)


def test_where_pgvector_may_not_be_made_arrays_are_searched(
    postgres_shelf: Shelf, settings: Settings
) -> None:
    folder = postgres_shelf.folder()
    postgres_shelf.put(folder, "One.", "Two.")
    postgres_shelf.embed(folder, FAST)
    with postgres_shelf.store.begin() as tx:
        tx.execute(text("DROP EXTENSION IF EXISTS vector"))
        tx.execute(text("CREATE ROLE plain; GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain"))
    try:
        with postgres_shelf.store.begin() as tx:
            tx.execute(text("SET LOCAL ROLE plain"))
            assert not pgvector.prepare(tx)
            assert tx.first(text("SELECT 1 FROM chunks")) is not None
    finally:
        with postgres_shelf.store.begin() as tx:
            tx.execute(text("DROP OWNED BY plain; DROP ROLE plain"))
    assert texts(postgres_shelf, folder, "Two.") == ["Two.", "One."]


def test_without_numpy_nothing_is_searched_and_the_reason_is_told(
    sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedding_server() as server:
        endpoint = EndpointEmbedder(server.url, "theirs", server.api_key)
        searcher = Searcher(sqlite_store, settings, endpoint)
        monkeypatch.setitem(sys.modules, "numpy", None)
        with pytest.raises(EmbedderFailed, match="pip install"):
            searcher.search("a folder", "What?", 3)


def test_sqlite_has_no_pgvector(sqlite_store: Store) -> None:
    with sqlite_store.begin() as tx:
        assert not pgvector.prepare(tx)
        assert not pgvector.is_there(tx)
