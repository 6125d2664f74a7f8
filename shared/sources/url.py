"""Where a folder is synced from: a caller's URL, checked before anything is asked of it.

===================  ========================================================================
`s3://`              bucket, then a prefix or a key
`sftp://`            host, then an absolute path
`webdav://`          host, then a path; `webdavs://` is the same over TLS
`msgraph://`         `HOST.sharepoint.com/sites/NAME/LIBRARY/path`, `drive/ID/path`, `user/ID/path`
`https://`           a file, or a page that lists files where the path ends with a slash
`http://`            the same, in networks that the yard's settings allow
`file://`, a path    a folder or a file of this machine, below the local roots
===================  ========================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from shared.errors import Refused
from shared.open_paths import Places, is_open

REMOTE = ("s3", "sftp", "webdav", "webdavs", "msgraph", "https", "http")
SCHEMES = (*REMOTE, "file")
LONGEST = 2000
CHAINED = re.compile(r"^[\w+.-]+::|::[\w+.-]+://")
"""One protocol inside of another, as fsspec writes it."""
VERBATIM = ("s3", "https", "http")
"""Schemes whose paths are used as they are written; in others `%20` is a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUrl:
    """A checked address. ``host`` is a bucket for s3; ``path`` begins with a slash, or is empty."""

    scheme: str
    host: str = ""
    port: int | None = None
    user: str | None = None
    path: str = ""
    query: str = ""

    @property
    def text(self) -> str:
        """The address in one form, however it was written; the same place has the same text."""
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{user}{host}{port}{self.path}{query}"

    @property
    def name(self) -> str:
        """The last part of the path, readable."""
        last = self.path.rstrip("/").rpartition("/")[2]
        return unquote(last) if self.scheme in ("https", "http") else last


def read_source_url(text: str, places: Places) -> SourceUrl:
    """The address in ``text``; `Refused` names what is wrong with it, and the field ``url``.

    Nothing is connected to. For a path of this machine its links are resolved.
    """
    if not text or len(text) > LONGEST or any(ord(sign) < 32 for sign in text):
        raise _refused(f"A source is a URL of at most {LONGEST} characters.")
    if CHAINED.search(text):
        raise _refused("URLs cannot be chained with '::'.")
    if text.startswith("/"):
        return _local(text, places)
    parts = _split(text)
    if parts.scheme == "file":
        return _local(_file_path(parts), places)
    return _remote(parts)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _refused(f"This is no URL: {error}.") from error
    if parts.scheme not in SCHEMES or not text[len(parts.scheme) :].startswith("://"):
        raise _refused(
            f"A source is an absolute path or begins with {', '.join(f'{s}://' for s in SCHEMES)}."
        )
    return parts


def _remote(parts: SplitResult) -> SourceUrl:
    if parts.password is not None:
        raise _refused("Passwords belong into options.password, not into the URL.")
    host = parts.hostname or ""
    if not host:
        raise _refused(f"This URL names no {'bucket' if parts.scheme == 's3' else 'host'}.")
    if parts.fragment and parts.scheme not in VERBATIM:
        raise _refused("A '#' in a path is written %23.")
    verbatim = parts.scheme in VERBATIM
    path = _whole_path(parts) if parts.scheme == "s3" else parts.path
    return SourceUrl(
        scheme=parts.scheme,
        host=parts.netloc.rpartition("@")[2] if parts.scheme == "s3" else host,
        port=None if parts.scheme == "s3" else parts.port,
        user=unquote(parts.username) if parts.username else None,
        path=path if verbatim else unquote(path),
        query=parts.query if parts.scheme in ("https", "http") else "",
    )


def _whole_path(parts: SplitResult) -> str:
    """Keys of s3 may contain what has a meaning in other URLs."""
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return parts.path + query + fragment


def _file_path(parts: SplitResult) -> str:
    if parts.netloc not in ("", "localhost"):
        raise _refused("A file URL has no host: file:///path.")
    return unquote(parts.path)


def _local(text: str, places: Places) -> SourceUrl:
    """A path that lies below a local root once its links are resolved, and not in HOME."""
    try:
        path = Path(text).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise _refused("This path cannot be resolved.") from error
    if not is_open(path, places):
        raise _refused("Paths of this machine are taken below TASKYARD_LOCAL_ROOTS only.")
    return SourceUrl(scheme="file", path=str(path))


def _refused(message: str) -> Refused:
    return Refused(message, code="BAD_REQUEST", field="url")
