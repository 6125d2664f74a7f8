from __future__ import annotations

from workers.documents.imports.tally import MOST_LIVE, Tally


def test_every_file_is_told_with_its_outcome() -> None:
    tally = Tally("url", 3)
    tally.brought("a", "document a", is_new=True)
    tally.brought("b", "document b", is_new=False)
    tally.failed("c", "TOO_LARGE", "c: no")
    assert tally.metadata() == {
        "filesTotal": 3,
        "filesProcessed": 3,
        "files": [
            {"url": "a", "status": "imported", "documentId": "document a"},
            {"url": "b", "status": "unchanged", "documentId": "document b"},
            {"url": "c", "status": "failed", "error": {"code": "TOO_LARGE", "message": "c: no"}},
        ],
    }
    assert tally.percent == 100.0
    assert tally.failure() is None


def test_progress_goes_by_files() -> None:
    tally = Tally("name", 4)
    assert tally.percent == 0.0
    tally.failed("a", "EMPTY_FILE", "empty")
    assert tally.percent == 25.0


def test_what_was_brought_before_counts_once_and_what_failed_is_tried_again() -> None:
    first = Tally("name", 3)
    first.brought("a", "document a", is_new=True)
    first.failed("b", "EMPTY_FILE", "empty")
    second = Tally("name", 3, first.metadata())
    assert second.was_brought("a")
    assert not second.was_brought("a")
    assert not second.was_brought("b")
    assert second.metadata()["files"] == first.metadata()["files"][:1]


def test_files_found_on_the_way_count_too() -> None:
    tally = Tally("name", 1)
    tally.brought("in.zip/a", "document a", is_new=True)
    tally.brought("in.zip/b", "document b", is_new=True)
    assert (tally.total, tally.percent) == (2, 100.0)


def test_an_import_of_which_nothing_came_fails_like_its_first_file() -> None:
    tally = Tally("url", 2)
    tally.failed("a", "ADDRESS_REFUSED", "a: no")
    error = tally.failure()
    assert error is not None
    assert (error.code, error.retryable) == ("ADDRESS_REFUSED", False)
    assert error.message == "The file could not be imported: a: no."
    tally.failed("b", "TOO_SLOW", "b: slow", retryable=True)
    again = tally.failure()
    assert again is not None
    assert again.retryable
    assert again.message == "None of 2 files could be imported: a: no."


def test_a_long_list_is_told_at_the_end_only() -> None:
    tally = Tally("name", MOST_LIVE + 1)
    tally.failed("a", "EMPTY_FILE", "empty")
    assert tally.live() == {"filesTotal": MOST_LIVE + 1, "filesProcessed": 1}
    assert len(tally.metadata()["files"]) == 1


def test_a_file_whose_commit_is_tried_again_counts_once() -> None:
    tally = Tally("name", 1)
    tally.brought("a", "document a", is_new=True)
    tally.go_back(0)
    assert tally.processed == 0
