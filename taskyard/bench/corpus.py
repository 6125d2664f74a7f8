"""Files as they lie in an office: mixed formats, short and long, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from taskyard.bench.failure import BenchFailed
from taskyard.bench.papers import Paper, build

SHARES = {
    "pdf": 35,
    "docx": 20,
    "xlsx": 10,
    "pptx": 10,
    "html": 5,
    "eml": 5,
    "txt": 5,
    "md": 3,
    "csv": 3,
    "odt": 2,
    "rtf": 1,
    "epub": 1,
}
"""Of a hundred files, how many are of each kind."""
PAGES: Mapping[str, tuple[int, int]] = {
    "pdf": (5, 50),
    "docx": (3, 30),
    "xlsx": (2, 12),
    "pptx": (8, 40),
    "html": (2, 10),
    "eml": (1, 2),
    "txt": (2, 20),
    "md": (1, 5),
    "csv": (1, 6),
    "odt": (2, 16),
    "rtf": (2, 8),
    "epub": (10, 30),
}
"""The fewest and the most; most files are nearer to the fewest."""
LINES = 12
WORDS = (
    "the of and a to in for on with as by at from that this is was are be has not which it an "
    "river yard signal train evening letter price council window garden report station engine "
    "harbour winter summer morning baker sugar flour customs orange crane company answer post "
    "contract meeting budget account delivery machine manager project customer invoice payment"
).split()


def write_corpus(folder: Path, count: int, seed: int) -> list[Path]:
    """``count`` files in ``folder``, in an order that mixes the kinds."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)  # noqa: S311 - so that all read the same
    try:
        return [
            _written(folder / f"{number:04}.{kind}", kind, random)
            for number, kind in enumerate(_kinds(count, random))
        ]
    except ImportError as error:
        raise BenchFailed(
            f"{error.name} writes the files: pip install 'taskyard[test]'."
        ) from error


def _kinds(count: int, random: Random) -> list[str]:
    """Each kind by its share, at least once where there are enough files, well mixed."""
    hundred = [kind for kind, share in SHARES.items() for _ in range(share)]
    kinds = [*SHARES, *random.sample(hundred * (1 + count // 100), count)][:count]
    random.shuffle(kinds)
    return kinds


def _written(file: Path, kind: str, random: Random) -> Path:
    fewest, most = PAGES[kind]
    pages = fewest + int((most - fewest + 1) * random.random() ** 2)
    paper = Paper(title=f"Paper {file.stem}", pages=list(_pages(pages, random)))
    file.write_bytes(build(kind, paper))
    return file


def _pages(count: int, random: Random) -> Iterator[str]:
    for _ in range(count):
        lines = (random.choices(WORDS, k=random.randint(15, 60)) for _ in range(LINES))
        yield "\n".join(" ".join(words).capitalize() + "." for words in lines)
