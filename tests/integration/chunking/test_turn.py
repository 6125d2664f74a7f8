"""A long EMBEDDING gives way to others who wait for its process, and goes on later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from marshmallow import Schema

from shared.errors import GiveWay
from shared.tasks import dispatch
from shared.tasks.draft import Accepted, Draft
from shared.tasks.task_type import TaskType
from tests.shelf import CountingEmbedder, Shelf
from workers.documents.chunking import turn

PAGES = [f"Page {n} says something of its own, in some length." for n in range(6)]
WAITING = TaskType(
    name="WAITING", pool="documents", queue="waiting", payload=Schema(), run=lambda _p, _c: {}
)


@pytest.fixture(autouse=True)
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn is over after the first batch."""
    monkeypatch.setattr(turn, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(turn, "WAITED", timedelta(seconds=-1))


def hand_out(shelf: Shelf) -> str:
    """A task that waits to be started by a worker of the same pool."""
    shelf.yard.registry.types["WAITING"] = WAITING
    draft = Draft(account_id=shelf.account_id, task_type=WAITING, payload={}, dialect="jobs")
    (answer,) = dispatch.submit(shelf.yard, [draft])
    assert isinstance(answer, Accepted)
    return draft.id


def test_it_gives_way_after_a_batch_and_keeps_what_it_did(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, *PAGES)
    hand_out(shelf)

    with pytest.raises(GiveWay):
        shelf.embed(folder, CountingEmbedder())

    assert 0 < len(shelf.chunks(folder)) < len(PAGES)


def test_it_goes_on_where_it_gave_way(shelf: Shelf) -> None:
    folder, embedder = shelf.folder(), CountingEmbedder()
    shelf.put(folder, *PAGES)
    waiting = hand_out(shelf)
    with pytest.raises(GiveWay):
        shelf.embed(folder, embedder)
    dispatch.claim(shelf.yard, [waiting], "another worker")

    done = shelf.embed(folder, embedder)

    assert done["totalChunks"] == len(PAGES)
    assert len(embedder.given) == len(set(embedder.given))


def test_it_keeps_its_turn_where_nobody_waits(shelf: Shelf) -> None:
    folder = shelf.folder()
    shelf.put(folder, *PAGES)

    assert shelf.embed(folder, CountingEmbedder())["totalChunks"] == len(PAGES)
