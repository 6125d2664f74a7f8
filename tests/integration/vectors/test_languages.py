"""A question in one of the six languages finds the passage that answers it in another."""

from __future__ import annotations

import csv
from pathlib import Path

from shared.db import Store
from shared.settings import Settings
from shared.vectors.search import Searcher
from tests.shelf import Shelf


def texts(file: str, kind: str) -> list[tuple[str, str]]:
    """The names (of passages) and texts of a kind: ``plain`` or ``hard``.

    No number of ours was chosen by what becomes of the hard ones.
    """
    with (Path(__file__).parent / file).open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["name"], row["text"]) for row in rows if row["set"] == kind]


def missed(store: Store, settings: Settings, kind: str) -> tuple[int, list[tuple[str, str, str]]]:
    """How many questions there are, and which find another passage first, with its name."""
    shelf = Shelf(store, settings)
    folder = shelf.folder()
    for name, passage in texts("passages.tsv", kind):
        shelf.put(folder, passage, name=name)
    shelf.embed(folder)
    searcher, questions = Searcher(store, settings), texts("questions.tsv", kind)
    asked = [(name, q, searcher.search(folder, q, 1)[0].title) for name, q in questions]
    return len(asked), [(name, q, found) for name, q, found in asked if found != name]


def test_a_question_finds_the_passage_that_answers_it_in_another_language(
    sqlite_store: Store, settings: Settings
) -> None:
    assert missed(sqlite_store, settings, "plain") == (26, [])


def test_so_do_most_of_the_harder_ones(sqlite_store: Store, settings: Settings) -> None:
    asked, others = missed(sqlite_store, settings, "hard")
    assert len(others) <= asked / 6, others
