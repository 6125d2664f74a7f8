"""What makes two requests the same: who sends them, where to, with what words and what body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from flask import request

from api.auth import caller
from api.form_parts import UploadedFile

SAID_BESIDE = ("folder", "wait")
"""Headers that say what is to be done."""


def of_body(body: bytes) -> str:
    """The fingerprint of the request at hand, whose body is ``body``."""
    return _digest([_head()], body)


def of_form(fields: Mapping[str, str], files: Sequence[UploadedFile]) -> str:
    """The fingerprint of the request at hand; the same form may be written down in many ways."""
    contents = [(file.name, file.written.sha256) for file in files]
    return _digest([_head(), sorted(fields.items()), contents])


def _head() -> list[str | None]:
    beside = [request.headers.get(name) for name in SAID_BESIDE]
    query = request.query_string.decode("latin-1")
    return [caller().user, request.path, query, request.mimetype, *beside]


def _digest(said: Any, body: bytes = b"") -> str:
    digest = sha256(orjson.dumps(said))
    digest.update(body)
    return digest.hexdigest()
