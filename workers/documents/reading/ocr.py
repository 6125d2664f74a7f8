"""Text in pictures, by Tesseract inside kreuzberg, where its data is installed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from shared.errors import TaskError
from workers.documents.reading.clean import clean
from workers.documents.reading.refusal import Unreadable

METHOD = "tesseract"
SCRIPTS = (("fra", "deu", "spa", "eng"), ("ara",), ("chi_sim",))
"""Tesseract's names of the six languages; those of one script are read at once.

Where it doubts, the first wins: so English, which has no accents, is the last.
"""
FOLDERS = (
    "/opt/homebrew/share/tessdata",
    "/opt/homebrew/opt/tesseract/share/tessdata",
    "/usr/local/opt/tesseract/share/tessdata",
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)
"""Where kreuzberg looks for its data, in order; ``TESSDATA_PREFIX`` wins."""
SURE = 70
"""Per cent: what is read with less confidence may be in another script."""


@lru_cache(maxsize=1)
def languages() -> Sequence[str]:
    """What can be read on this machine, script by script: ``fra+eng``, say."""
    folder = _folder()
    if folder is None:
        return ()
    there = {file.stem for file in folder.glob("*.traineddata")}
    joined = ("+".join(name for name in script if name in there) for script in SCRIPTS)
    return tuple(names for names in joined if names)


def _folder() -> Path | None:
    told = os.environ.get("TESSDATA_PREFIX")
    places = [Path(place) for place in ((told,) if told else FOLDERS)]
    return next((place for place in places if place.is_dir()), None)


def missing(label: str) -> Unreadable:
    """Pictures cannot be read on this machine; says what would help."""
    return Unreadable(
        f"The file is {label} whose text is a picture, and this server cannot read pictures: "
        "Tesseract's language data is not installed. Its operator installs the packages "
        "tesseract-ocr and tesseract-ocr-fra, say, or sets TESSDATA_PREFIX.",
        code="OCR_UNAVAILABLE",
    )


def text_in(picture: bytes) -> str:
    """What is written in a picture, given as PNG: as the script says it that is surest."""
    best, text = -1, ""
    for names in languages():
        sure, found = _read(picture, names)
        if sure > best:
            best, text = sure, found
        if best >= SURE:
            break
    return text


def _read(picture: bytes, names: str) -> tuple[int, str]:
    """How sure Tesseract is, in per cent, and what it read."""
    _find_cache_folder()
    import kreuzberg

    try:
        result = kreuzberg.extract_bytes_sync(picture, "image/png", _config(names))
    except kreuzberg.KreuzbergError as error:
        why = f"Tesseract could not read a picture: {error.args[0]}"
        raise TaskError(why, retryable=False, code="OCR_FAILED") from error
    sure: Any = result.metadata.get("mean_text_conf") or 0
    return int(sure), clean(result.content)


def _find_cache_folder() -> None:
    """Name a folder that kreuzberg can make: without one it has no Tesseract, though it is told
    to keep nothing there."""
    usual = os.environ.get("XDG_CACHE_HOME") or Path.home()
    if not os.access(usual, os.W_OK):
        place = f"{gettempdir()}/taskyard-kreuzberg-{os.getuid()}"
        os.environ.setdefault("KREUZBERG_CACHE_DIR", place)


@lru_cache(maxsize=len(SCRIPTS))
def _config(names: str) -> Any:
    from kreuzberg import ExtractionConfig, OcrConfig, PostProcessorConfig, TesseractConfig

    return ExtractionConfig(
        use_cache=False,
        enable_quality_processing=False,
        ocr=OcrConfig(
            backend="tesseract",
            language=names,
            tesseract_config=TesseractConfig(
                language=names,
                output_format="text",
                enable_table_detection=False,
                use_cache=False,
            ),
        ),
        postprocessor=PostProcessorConfig(enabled=False),
    )
