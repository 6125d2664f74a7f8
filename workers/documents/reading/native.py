"""Kreuzberg, the library that reads most formats: how it is called, and what its errors mean."""

from __future__ import annotations

import re
from functools import lru_cache
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import orjson

from workers.documents.reading.clean import clean
from workers.documents.reading.refusal import damaged, locked

if TYPE_CHECKING:
    from pathlib import Path

    from kreuzberg import ExtractionResult

    from workers.documents.reading.kind import Kind

MARK = "\ufdd0"
"""Parts slides; no text holds it, because Unicode promises that it is no character."""
SETTINGS = {
    "use_cache": False,
    "enable_quality_processing": False,
    "postprocessor": {"enabled": False},
    "pages": {"extract_pages": True, "insert_page_markers": True, "marker_format": MARK},
    "max_archive_depth": 0,
}
"""Nothing that we don't use: no cache on disk, no processing of what was read. What is attached
to a file is not read: it may be anything, and hold anything in turn."""
LONGEST_DETAIL = 200
_LOCKED = re.compile(r"password|encrypt", re.I)


def extracted(source: Path | bytes, kind: Kind) -> ExtractionResult:
    """What kreuzberg reads in a file of that kind; `Unreadable` says what is wrong with it."""
    import kreuzberg

    try:
        if isinstance(source, bytes):
            return kreuzberg.extract_bytes_sync(source, kind.mime_type, _config())
        return kreuzberg.extract_file_sync(source, kind.mime_type, _config())
    except kreuzberg.KreuzbergError as error:
        detail = _detail(str(error))
        raise (
            locked(kind.label) if _LOCKED.search(detail) else damaged(kind.label, detail)
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a bug in it, which is no `Exception`
            raise
        raise damaged(kind.label) from error


@lru_cache(maxsize=1)
def _config() -> Any:
    """`SETTINGS` as kreuzberg wants them: some of them it takes from a file alone."""
    from kreuzberg import ExtractionConfig

    with NamedTemporaryFile("wb", suffix=".json") as file:
        file.write(orjson.dumps(SETTINGS))
        file.flush()
        return ExtractionConfig.from_file(file.name)


def _detail(message: str) -> str:
    """The last of what an error says, which is the most exact, without the error's name."""
    lines = clean(message).partition("\nContext:")[0]
    said = " ".join(re.sub(r"^\w+Error: ", "", lines).split())
    return said[:LONGEST_DETAIL].rstrip(" .")
