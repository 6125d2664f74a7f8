"""Vectors in memory: never more than the limit, read again only where they changed."""

from __future__ import annotations

import numpy
import pytest

from shared.db import Store
from shared.settings import Settings
from shared.vectors.matrices import Matrices
from tests.shelf import CountingEmbedder, Shelf

FAST = CountingEmbedder()
ROW_BYTES = 8 * 4 + 8


@pytest.fixture
def shelf(sqlite_store: Store, settings: Settings) -> Shelf:
    """The store makes no difference here."""
    return Shelf(sqlite_store, settings)


def filled(shelf: Shelf, count: int) -> str:
    """A folder with so many chunks."""
    folder = shelf.folder()
    shelf.put(folder, *(f"Page {n}." for n in range(count)))
    shelf.embed(folder, FAST)
    return folder


def nearest(matrices: Matrices, shelf: Shelf, folder_id: str) -> list[int]:
    """The positions of the nearest chunks."""
    places = {chunk.number: chunk.position for chunk in shelf.chunks(folder_id)}
    with shelf.store.read() as tx:
        found = matrices.nearest(tx, folder_id, FAST.model, FAST.query("Page 3."), 4)
    return [places[number] for number, _ in found]


def expected(count: int) -> list[int]:
    """The same, by hand."""
    vectors = numpy.stack([FAST.query(f"Page {n}.") for n in range(count)])
    order: list[int] = numpy.argsort(-(vectors @ FAST.query("Page 3."))).tolist()
    return order[:4]


@pytest.mark.parametrize("most_bytes", [10**6, 0])
def test_a_folder_too_large_for_memory_is_searched_all_the_same(
    shelf: Shelf, most_bytes: int
) -> None:
    folder = filled(shelf, 30)
    matrices = Matrices(most_bytes)
    assert nearest(matrices, shelf, folder) == expected(30)
    assert (matrices.size_bytes > 0) == (most_bytes > 0)


def test_folders_that_were_not_searched_for_longest_are_forgotten(shelf: Shelf) -> None:
    folders = [filled(shelf, 20) for _ in range(3)]
    matrices = Matrices(2 * 25 * ROW_BYTES)
    for folder in (*folders, folders[0]):
        assert nearest(matrices, shelf, folder) == expected(20)
        assert matrices.size_bytes <= 2 * 25 * ROW_BYTES
