"""What a file from the web is called: as its server says, else after its address; pure."""

from __future__ import annotations

from email.message import Message
from email.utils import collapse_rfc2231_value
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

_TYPES = MimeTypes(filenames=())
_MORE = {"text/html": ".html", "text/plain": ".txt", "text/markdown": ".md"}
"""Types with several suffixes, of which the table answers any."""


def http_name(path: str, host: str, content_type: str, disposition: str) -> str:
    """The name for what came from ``path`` (as in the URL) at ``host``; not yet made safe.

    Where its address has no suffix, one is added for its ``content_type``.
    """
    told = _told(disposition)
    if told:
        return told
    last = _plain(path.rpartition("/")[2])
    if not last:
        return f"{host}{_suffix(content_type)}"
    return last if PurePosixPath(last).suffix else f"{last}{_suffix(content_type)}"


def _told(disposition: str) -> str:
    """The file name in a Content-Disposition; the extended form, which has a charset, wins."""
    message = Message()
    message["Content-Disposition"] = disposition.replace("\r", "").replace("\n", "")
    try:
        params: list[tuple[str, Any]] = message.get_params(header="Content-Disposition") or []
    except (ValueError, LookupError):
        return ""
    values = [value for name, value in params if name.lower() == "filename"]
    return next((text for v in sorted(values, key=_is_plain) if (text := _collapsed(v))), "")


def _is_plain(value: Any) -> bool:
    return isinstance(value, str)


def _collapsed(value: Any) -> str:
    try:
        return collapse_rfc2231_value(value)
    except (ValueError, LookupError):
        return ""


def _plain(quoted: str) -> str:
    try:
        return unquote(quoted, errors="strict")
    except UnicodeDecodeError:
        return unquote_to_bytes(quoted).decode("latin-1")


def _suffix(content_type: str) -> str:
    word = content_type.partition(";")[0].strip().lower()
    return _MORE.get(word) or _TYPES.guess_extension(word) or ""
