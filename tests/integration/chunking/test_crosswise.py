"""Whatever happens to a folder while it is embedded, twice at once even: it ends as it should."""

from __future__ import annotations

from collections.abc import Callable

from shared.documents.removal import remove_document
from tests.memory_yard import in_threads
from tests.shelf import CountingEmbedder, Shelf

TURNS = 4


def pages(turn: int) -> list[str]:
    """What a document says in a turn: some of it stays, some moves, some is new."""
    return [f"Page {n}." for n in range(turn % 3, 12)] + [f"Turn {turn}."]


def test_two_runs_and_an_owner_who_changes_everything(shelf: Shelf) -> None:
    folder = shelf.folder()
    kept, gone = (shelf.put(folder, *pages(0)) for _ in range(2))

    def embed() -> None:
        for _ in range(TURNS):
            model = CountingEmbedder()
            model.batch_tokens = 4
            shelf.embed(folder, model)

    def change() -> None:
        for turn in range(1, TURNS):
            shelf.rewrite(kept, *pages(turn))
            shelf.rewrite(gone, *pages(turn + 1))
        with shelf.store.begin() as tx:
            remove_document(tx, shelf.account_id, gone, actor="tests")

    work: list[Callable[[], None]] = [embed, embed, change]
    in_threads(3, lambda number: work[number]())
    metadata = shelf.embed(folder, CountingEmbedder())

    assert [(c.document_id, c.position, c.text) for c in shelf.chunks(folder)] == [
        (kept, position, text) for position, text in enumerate(pages(TURNS - 1))
    ]
    assert metadata["totalChunks"] == len(pages(TURNS - 1))
    assert metadata["filesProcessed"] == 1
