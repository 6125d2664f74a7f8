"""A place of the operator's that links are written to: which one a site means, and its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from shared.errors import Refused, TaskError, TaskyardError
from shared.links.file_systems import Place, open_place
from shared.links.target_file import LinkTarget
from shared.outbound import OutboundError
from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from shared.sources.url import read_source_url

PREFIX = "target:"
UNFINISHED = ".part"
"""The end of a file's name while it is written."""
REFUSED_STATUSES = frozenset({401, 403})
SIGN_IN_REFUSED = frozenset({"PermissionDenied", "HostKeyNotVerifiable"})
"""Names of asyncssh's errors, which is imported only where it is needed."""


def target_of(site_url: str, settings: Settings) -> LinkTarget:
    """The target that a site's ``url`` means: ``target:NAME``, or its public address.

    `NotAccepted` where the operator configured none such: no site's url is free to write to.
    """
    given = site_url.strip()
    for target in settings.link_targets:
        if given == f"{PREFIX}{target.name}" or given.rstrip("/") == target.public_url:
            return target
    names = ", ".join(f"{PREFIX}{each.name}" for each in settings.link_targets) or "none so far"
    message = f"url: name a target that the operator configured ({names})."
    raise NotAccepted(message, code="INVALID_FIELD")


def target_around(page: str, settings: Settings) -> LinkTarget | None:
    """The target, the nearest where there are several, below whose public address ``page`` is."""
    around = [t for t in settings.link_targets if page.startswith(f"{t.public_url}/")]
    return max(around, key=lambda target: len(target.public_url), default=None)


class Folder:
    """The files of an opened target; paths are relative to it, of plain names and slashes.

    Every call raises `TryLater`, or `NotAccepted` where trying again would not help.
    """

    def __init__(self, target: LinkTarget, place: Place) -> None:
        self._target = target
        self._place = place

    def public(self, path: str) -> str:
        """Where the file is seen."""
        return public_address(self._target, path)

    def write(self, path: str, content: bytes, media_type: str) -> None:
        """Write a file, or replace it; everybody sees the old one or the new one, whole."""
        full, files = self._full(path), self._place.files
        with _reaching(self._target):
            if self._place.replace is None:
                files.pipe_file(full, content, ContentType=media_type)
                return
            files.makedirs(full.rpartition("/")[0], exist_ok=True)
            part = f"{full}.{uuid4().hex}{UNFINISHED}"
            try:
                files.pipe_file(part, content)
                if self._place.is_local:
                    _flush(Path(part))
                self._place.replace(part, full)
            except BaseException:
                with suppress(Exception):
                    files.rm_file(part)
                raise

    def read(self, path: str) -> bytes | None:
        """A file's content; None where there is none."""
        with _reaching(self._target), suppress(FileNotFoundError):
            return bytes(self._place.files.cat_file(self._full(path)))
        return None

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no error."""
        with _reaching(self._target), suppress(FileNotFoundError):
            self._place.files.rm_file(self._full(path))

    def names(self, folder: str) -> list[str]:
        """The names of the finished files in a folder below, sorted; none where it is missing."""
        with _reaching(self._target), suppress(FileNotFoundError):
            found = self._place.files.ls(self._full(folder), detail=False)
            names = {str(each).rstrip("/").rpartition("/")[2] for each in found}
            return sorted(name for name in names if name and not name.endswith(UNFINISHED))
        return []

    def _full(self, path: str) -> str:
        return f"{self._place.prefix}{path}"


@contextmanager
def opened(target: LinkTarget, settings: Settings) -> Iterator[Folder]:
    """The target's files; connected to for the time of the block.

    A folder of this machine is checked anew: its links may lead elsewhere by now.
    """
    with ExitStack() as stack:
        with _reaching(target):
            url = read_source_url(target.url, settings)
            place = stack.enter_context(open_place(url, target.options, settings))
        yield Folder(target, place)


def public_address(target: LinkTarget, path: str) -> str:
    """Where the target's file ``path`` is seen."""
    return f"{target.public_url}/{quote(path)}"


@contextmanager
def _reaching(target: LinkTarget) -> Iterator[None]:
    """Turn whatever a file system raises into a connector's error; each has errors of its own.

    Messages name the target, never its address or what its server says: both may hold secrets.
    """
    try:
        yield
    except TaskError as error:
        if isinstance(error, NotAccepted | TryLater) or error.code == "TIMEOUT":
            raise
        raise _meaning(target, error.message, error.retryable) from error
    except Refused as error:
        raise _meaning(target, str(error), retryable=False) from error
    except OutboundError as error:
        raise _meaning(target, "its host cannot be reached", error.retryable) from error
    except TaskyardError:
        raise
    except Exception as error:
        raise _meaning(target, type(error).__name__, _may_pass(error)) from error


def _meaning(target: LinkTarget, what: str, retryable: bool) -> TaskError:
    message = f"The target {target.name} cannot be written to ({what.rstrip('.')})."
    return TryLater(message) if retryable else NotAccepted(message)


def _may_pass(error: Exception) -> bool:
    """Whether it may go through later: not where the target refuses its credentials."""
    refused = isinstance(error, PermissionError | FileNotFoundError)
    refused = refused or type(error).__name__ in SIGN_IN_REFUSED
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OutboundError):
            return cause.retryable
        cause = cause.__cause__ or cause.__context__ or getattr(cause, "kwargs", {}).get("error")
    return not refused and getattr(error, "status_code", None) not in REFUSED_STATUSES


def _flush(file: Path) -> None:
    """Have the content last before the name does."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
