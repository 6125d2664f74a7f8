"""The corpus of the bench: mixed, of every kind, and always the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from taskyard.bench import corpus
from taskyard.bench.corpus import SHARES, write_corpus
from taskyard.bench.extraction import upload
from taskyard.bench.tenant import Tenant


def test_every_kind_is_there_and_the_commonest_is_pdf(tmp_path: Path) -> None:
    kinds = Counter(file.suffix[1:] for file in write_corpus(tmp_path, 24, seed=1))
    assert set(kinds) == set(SHARES)
    assert kinds.most_common(1)[0][0] == "pdf"


def test_the_same_seed_gives_the_same_texts(tmp_path: Path) -> None:
    one, other = (write_corpus(tmp_path / name, len(SHARES), seed=3) for name in "ab")
    texts = [[f.read_text() for f in files if f.suffix == ".txt"] for files in (one, other)]
    assert texts[0] == texts[1]
    assert [file.name for file in one] == [file.name for file in other]


def test_the_shares_are_of_a_hundred() -> None:
    assert sum(SHARES.values()) == 100
    assert set(corpus.PAGES) == set(SHARES)


def test_an_upload_is_one_whole_request(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"hello")
    head, _, body = upload(Tenant("account", "token"), file).partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    assert b'filename="a.txt"\r\n\r\nhello\r\n' in body
