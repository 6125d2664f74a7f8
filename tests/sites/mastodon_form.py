"""What comes to a Mastodon server as a form; strictly."""

from __future__ import annotations

from collections.abc import Collection
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs

from tests.sites.faulty_site import Asked, Wrong


def form(asked: Asked, known: Collection[str]) -> dict[str, list[str]]:
    """The values of the fields of a form, which all have to be ``known``."""
    kind = asked.headers.get("content-type")
    if kind != "application/x-www-form-urlencoded":
        raise Wrong(f"not a form: {kind}")
    given = parse_qs(asked.body.decode(), keep_blank_values=True, strict_parsing=True)
    if not set(given) <= set(known):
        raise Wrong(f"unknown fields: {sorted(given)}")
    return given


def multipart(asked: Asked) -> dict[str, tuple[str, str, bytes]]:
    """The fields of a multipart form: a file's name, its type, its content."""
    kind = asked.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data; boundary="):
        raise Wrong(f"not a form with files: {kind}")
    whole = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + asked.body
    )
    fields = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        given = part.get("content-type")
        fields[name] = (part.get_filename() or "", str(given or ""), bytes(content or b""))
    return fields
