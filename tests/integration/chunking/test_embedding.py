"""EMBEDDING brings a folder up to date, does nothing twice, and goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from shared.documents.document import change_document, put_in_folder
from shared.documents.folder import change_folder, get_folder
from shared.documents.removal import remove_document, remove_folder, take_out
from shared.errors import TaskError
from shared.vectors.built_in import MODEL
from shared.vectors.embedder import EmbedderFailed
from tests.shelf import CountingEmbedder, Shelf
from workers.documents.embedding import run

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors


class Broken(CountingEmbedder):
    """A model that fails after some texts."""

    batch_tokens = 1

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def passages(self, texts: Sequence[str]) -> Vectors:
        if len(self.given) >= self._after:
            raise EmbedderFailed("enough")
        return super().passages(texts)


def places(shelf: Shelf, folder: str) -> list[tuple[str, int, int, str]]:
    return [(c.document_id, c.position, c.page_number, c.text) for c in shelf.chunks(folder)]


def resize(shelf: Shelf, folder: str, size: int) -> None:
    with shelf.store.begin() as tx:
        found = get_folder(tx, shelf.account_id, folder, for_update=True)
        change_folder(tx, found, chunk_size=size)


def revision(shelf: Shelf, folder: str) -> int:
    with shelf.store.read() as tx:
        return get_folder(tx, shelf.account_id, folder).revision


def test_a_folder_is_embedded_by_the_models_own_vectors(shelf: Shelf) -> None:
    folder = shelf.folder(chunk_size=12)
    shelf.put(folder, "The first page. It says more than fits into one chunk.", "Second page.")
    shelf.put(folder)
    context = shelf.context()

    metadata = shelf.embed(folder, context=context)

    assert metadata == {
        "folderName": "Papers", "filesProcessed": 2, "totalChunks": 4, "chunkSize": 12,
        "model": MODEL,
    }  # fmt: skip
    assert [(c.position, c.page_number, c.model) for c in shelf.chunks(folder)] == [
        (0, 1, MODEL), (1, 1, MODEL), (2, 1, MODEL), (3, 2, MODEL),
    ]  # fmt: skip
    assert context.told[-1] == (100.0, metadata)
    percents = [percent for percent, _ in context.told]
    assert percents == sorted(percents)


def test_progress_moves_by_files_and_chunks(shelf: Shelf) -> None:
    folder, context, model = shelf.folder(), shelf.context(), CountingEmbedder()
    shelf.put(folder, *(f"Page number {n} of the long one." for n in range(40)))
    shelf.put(folder, "Short.")
    shelf.embed(folder, model, context)
    percents = [percent for percent, _ in context.told]
    assert percents == sorted(percents)
    assert len({round(p) for p in percents}) > 5
    counts = [(d["filesProcessed"], d["totalChunks"]) for _, d in context.told]
    assert counts == sorted(counts)
    assert counts[-1] == (2, 41)


def test_a_second_run_does_nothing(shelf: Shelf) -> None:
    folder, model = shelf.folder(), CountingEmbedder()
    shelf.put(folder, "One.", "Two.")
    first, before = shelf.embed(folder, model), revision(shelf, folder)
    assert shelf.embed(folder, model) == first
    assert model.given == ["One.", "Two."]
    assert revision(shelf, folder) == before


def test_only_chunks_that_changed_are_embedded_again(shelf: Shelf) -> None:
    folder, model = shelf.folder(), CountingEmbedder()
    document = shelf.put(folder, "One.", "Two.", "Three.")
    shelf.embed(folder, model)
    kept = {c.text: c.number for c in shelf.chunks(folder)}
    model.given.clear()

    shelf.rewrite(document, "Zero.", "One.", "Three.")
    shelf.embed(folder, model)

    assert model.given == ["Zero."]
    assert places(shelf, folder) == [
        (document, 0, 1, "Zero."), (document, 1, 2, "One."), (document, 2, 3, "Three."),
    ]  # fmt: skip
    assert [c.number for c in shelf.chunks(folder)][1:] == [kept["One."], kept["Three."]]


def test_the_same_text_is_embedded_once_in_a_folder(shelf: Shelf) -> None:
    folder, model = shelf.folder(), CountingEmbedder()
    shelf.put(folder, "Header.", "One.", "Header.")
    shelf.embed(folder, model)
    shelf.put(folder, "Two.", "Header.")
    shelf.embed(folder, model)
    assert sorted(model.given) == ["Header.", "One.", "Two."]
    assert len(shelf.chunks(folder)) == 5


def test_a_new_chunk_size_cuts_anew(shelf: Shelf) -> None:
    folder, model = shelf.folder(chunk_size=100), CountingEmbedder()
    shelf.put(folder, "One sentence here. Another sentence there.")
    shelf.embed(folder, model)
    resize(shelf, folder, 10)
    metadata = shelf.embed(folder, model)
    assert [c.text for c in shelf.chunks(folder)] == [
        "One sentence here.", "Another sentence there."
    ]  # fmt: skip
    assert (metadata["chunkSize"], metadata["totalChunks"]) == (10, 2)


def test_a_new_model_embeds_anew(shelf: Shelf) -> None:
    folder, model = shelf.folder(), CountingEmbedder("new")
    shelf.put(folder, "One.")
    shelf.embed(folder, CountingEmbedder("old"))
    metadata = shelf.embed(folder, model)
    assert model.given == ["One."]
    assert [c.model for c in shelf.chunks(folder)] == ["new"]
    assert (metadata["model"], metadata["totalChunks"]) == ("new", 1)


def test_what_is_done_stays_when_an_attempt_breaks_off(shelf: Shelf) -> None:
    folder = shelf.folder()
    pages = [f"Page {n}." for n in range(6)]
    shelf.put(folder, *pages)
    with pytest.raises(EmbedderFailed):
        shelf.embed(folder, Broken(after=4))
    assert len(shelf.chunks(folder)) == 4
    model = CountingEmbedder()
    assert shelf.embed(folder, model)["totalChunks"] == 6
    assert model.given == pages[4:]


def test_a_canceled_task_stops_at_its_next_batch(shelf: Shelf) -> None:
    folder, context, model = shelf.folder(), shelf.context(), CountingEmbedder()
    model.batch_tokens = 1
    shelf.put(folder, *(f"Page {n}." for n in range(20)))

    def cancel_after_two() -> None:
        context.is_canceled = len(model.given) >= 2

    context.on_progress = cancel_after_two
    assert shelf.embed(folder, model, context) == {}
    assert model.given == ["Page 0.", "Page 1."]


def test_a_document_that_comes_meanwhile_is_embedded_too(shelf: Shelf) -> None:
    folder, context, model = shelf.folder(), shelf.context(), CountingEmbedder()
    first = shelf.put(folder, "One.")

    def change() -> None:
        context.on_progress = lambda: None
        shelf.put(folder, "Two.")
        shelf.rewrite(first, "One and a half.")

    context.on_progress = change
    assert shelf.embed(folder, model, context)["filesProcessed"] == 2
    assert {c.text for c in shelf.chunks(folder)} == {"One and a half.", "Two."}


@pytest.mark.parametrize("how", ["deleted", "taken out", "rewritten", "resized"])
def test_a_document_that_changes_while_it_is_embedded_leaves_no_old_chunks(
    shelf: Shelf, how: str
) -> None:
    folder, context, model = shelf.folder(), shelf.context(), CountingEmbedder()
    model.batch_tokens = 1
    document = shelf.put(folder, *(f"Page {n}." for n in range(5)))

    def change() -> None:
        if len(model.given) != 2:
            return
        context.on_progress = lambda: None
        if how == "resized":
            resize(shelf, folder, 50)
        elif how == "rewritten":
            shelf.rewrite(document, "New.")
        else:
            with shelf.store.begin() as tx:
                if how == "deleted":
                    remove_document(tx, shelf.account_id, document, actor="tests")
                else:
                    take_out(tx, shelf.account_id, folder, document)

    context.on_progress = change
    metadata = shelf.embed(folder, model, context)
    left = [c.text for c in shelf.chunks(folder)]
    all_pages = [f"Page {n}." for n in range(5)]
    expected = {"rewritten": ["New."], "resized": all_pages}.get(how, [])
    assert left == expected
    assert metadata["totalChunks"] == len(expected)
    assert metadata["filesProcessed"] == bool(expected)


def test_a_document_taken_out_and_put_back_meanwhile_is_embedded_whole(shelf: Shelf) -> None:
    folder, context, model = shelf.folder(), shelf.context(), CountingEmbedder()
    model.batch_tokens = 1
    pages = [f"Page {n}." for n in range(5)]
    document = shelf.put(folder, *pages)

    def change() -> None:
        if len(model.given) == 2:
            context.on_progress = lambda: None
            for work in (
                lambda tx: take_out(tx, shelf.account_id, folder, document),
                lambda tx: put_in_folder(tx, folder, document),
            ):
                shelf.store.transact(work)

    context.on_progress = change
    assert shelf.embed(folder, model, context)["totalChunks"] == len(pages)
    assert [c.text for c in shelf.chunks(folder)] == pages


def test_a_folder_deleted_meanwhile_fails_for_good_and_leaves_nothing(shelf: Shelf) -> None:
    folder, context = shelf.folder(), shelf.context()
    shelf.put(folder, "One.")

    def delete() -> None:
        context.on_progress = lambda: None
        with shelf.store.begin() as tx:
            remove_folder(tx, shelf.account_id, folder, actor="tests")

    context.on_progress = delete
    with pytest.raises(TaskError) as caught:
        run({"folderId": folder}, context)
    assert (caught.value.code, caught.value.retryable) == ("NOT_FOUND", False)
    assert shelf.chunks(folder) == []


def test_another_accounts_folder_is_not_found(shelf: Shelf) -> None:
    folder, context = shelf.folder(), shelf.context()
    context.account_id = "00000000-0000-7000-8000-000000000000"
    for folder_id in (folder, "no id"):
        with pytest.raises(TaskError) as caught:
            run({"folderId": folder_id}, context)
        assert (caught.value.code, caught.value.retryable) == ("NOT_FOUND", False)


def test_a_document_in_two_folders_has_chunks_of_each_ones_size(shelf: Shelf) -> None:
    one, other = shelf.folder(chunk_size=10), shelf.folder(chunk_size=100)
    document = shelf.put(one, "One sentence here. Another sentence there.")
    with shelf.store.begin() as tx:
        put_in_folder(tx, other, document)
    for folder in (one, other):
        shelf.embed(folder, CountingEmbedder())
    assert [len(shelf.chunks(folder)) for folder in (one, other)] == [2, 1]


def test_a_text_whose_blob_is_gone_keeps_the_others_from_nothing(shelf: Shelf) -> None:
    folder, model = shelf.folder(), CountingEmbedder()
    lost = shelf.put(folder, "Lost.")
    shelf.put(folder, "Kept.")
    with shelf.store.begin() as tx:
        change_document(tx, lost, text_sha256="f" * 64)
    assert shelf.embed(folder, model)["filesProcessed"] == 1
