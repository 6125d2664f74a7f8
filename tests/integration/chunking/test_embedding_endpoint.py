"""EMBEDDING by an endpoint: it is given the time it asks for, and its refusals are the job's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import TaskError
from tests.embedding_server import embedding_server
from tests.shelf import HandlerContext, Shelf
from workers.documents.embedding import run


def with_endpoint(shelf: Shelf, url: str) -> HandlerContext:
    """What a handler is given where the settings name an endpoint."""
    settings = replace(
        shelf.yard.settings,
        embedding_endpoint=url,
        embedding_model="theirs",
        embedding_api_key="a key",
    )
    context = shelf.context()
    context.yard = replace(shelf.yard, settings=settings)
    return context


def failure(shelf: Shelf, folder: str, url: str) -> TaskError:
    """What the job fails with."""
    with pytest.raises(TaskError) as caught:
        run({"folderId": folder}, with_endpoint(shelf, url))
    return caught.value


def test_an_endpoint_embeds_where_the_settings_name_one(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, "One.", "Two.")
    with embedding_server() as server:
        result = run({"folderId": folder}, with_endpoint(shelf, server.url))
        assert [sent["input"] for sent in server.requests] == [["One.", "Two."]]
    assert result["metadata"]["model"] == "theirs"
    assert {(c.model, len(c.vector)) for c in shelf.chunks(folder)} == {("theirs", 6 * 4)}


@pytest.mark.parametrize("delay", ["0", "0.05"])
def test_an_endpoint_that_is_too_busy_is_given_its_time(shelf: Shelf, delay: str) -> None:
    folder = shelf.folder()
    shelf.put(folder, "One.")
    with embedding_server() as server:
        server.refusals = [(429, {"Retry-After": delay}, "too many")] * 2
        run({"folderId": folder}, with_endpoint(shelf, server.url))
    assert len(shelf.chunks(folder)) == 1


@pytest.mark.parametrize(
    ("refusals", "retryable", "delay"),
    [
        ([(429, {"Retry-After": "300"}, "")], True, 300.0),
        ([(429, {"Retry-After": "0"}, "")] * 9, True, 0.0),
        ([(503, {}, "")], True, None),
        ([(400, {"Retry-After": "0"}, "too long")], False, 0.0),
    ],
)
def test_an_endpoint_that_refuses_for_longer_costs_the_attempt(
    shelf: Shelf, refusals: list[tuple[int, dict[str, str], str]], retryable: bool,
    delay: float | None,
) -> None:  # fmt: skip
    folder = shelf.folder()
    shelf.put(folder, "One.")
    with embedding_server() as server:
        server.refusals = list(refusals)
        error = failure(shelf, folder, server.url)
    assert (error.code, error.retryable) == ("EMBEDDING_FAILED", retryable)
    assert error.delay_seconds == delay


def test_somebody_who_cancels_does_not_wait_for_an_endpoint(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, "One.")
    with embedding_server() as server:
        server.refusals = [(429, {"Retry-After": "50"}, "too many")]
        context = with_endpoint(shelf, server.url)
        context.canceled = lambda: bool(server.requests)  # type: ignore[method-assign]
        with pytest.raises(TaskError):
            run({"folderId": folder}, context)
        assert len(server.requests) == 1


def test_an_endpoint_that_does_not_answer_is_asked_again(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, "One.")
    error = failure(shelf, folder, "http://127.0.0.1:9")
    assert (error.code, error.retryable) == ("EMBEDDING_FAILED", True)
