"""A multipart/form-data body, part by part, as it comes in."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.multipart import Epilogue, Event, MultipartDecoder, NeedData

from api.failure import Kind, Rejected
from api.limits import MIB, has_body, require_type
from shared.documents.file_name import decoded

FORM = "multipart/form-data"
READ_BYTES = 256 * 1024
HELD_BYTES = MIB
"""What may wait for the end of a part's head, or for a boundary."""
FRAME_BYTES = MIB
"""What a body may have beside the contents of its files."""
LONGEST_BOUNDARY = 200


class FormDecoder(MultipartDecoder):
    """Takes names that are not UTF-8 as well."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        return super()._parse_headers(decoded(bytes(data)).encode())


def form_events(largest: int) -> Iterator[Event]:
    """What the request's form consists of; a body over ``largest`` bytes ends in 413.

    Nothing is read ahead, and a body that is too large by its own account is not read at all.
    One that ends before its last boundary, as when the connection breaks, ends in 400. A request
    without a type and a body is a form without parts.
    """
    if not request.mimetype and not has_body():
        return
    require_type((FORM,))
    boundary = request.mimetype_params.get("boundary", "")
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        raise malformed("its Content-Type has no boundary.")
    decoder = FormDecoder(boundary.encode("latin-1", "replace"), HELD_BYTES)
    for piece in _pieces(largest):
        yield from _events(decoder, piece)
    yield from _events(decoder, None)


def malformed(detail: str) -> Rejected:
    """The refusal of a body that is no form."""
    return Rejected(Kind.INVALID_FIELD, f"The body is not a complete {FORM}: {detail}")


def too_large(largest: int) -> Rejected:
    """The refusal of more than ``largest`` bytes."""
    return Rejected(Kind.BODY_TOO_LARGE, f"An upload may have at most {largest} bytes.")


def _pieces(largest: int) -> Iterator[bytes]:
    """The body in pieces."""
    whole = largest + FRAME_BYTES
    request.max_content_length = whole + 1
    if (request.content_length or 0) > whole:
        raise too_large(largest)
    left = whole
    while piece := _read():
        left -= len(piece)
        if left < 0:
            raise too_large(largest)
        yield piece


def _read() -> bytes:
    """The next piece; servers say in several ways that the caller is gone."""
    try:
        return request.stream.read(READ_BYTES)
    except (HTTPException, OSError, ValueError) as error:
        raise malformed("the connection broke.") from error


def _events(decoder: FormDecoder, piece: bytes | None) -> Iterator[Event]:
    """What is known once ``piece`` has come, or None at the end."""
    while True:
        try:
            if piece != b"":
                decoder.receive_data(piece)
            event = decoder.next_event()
        except RequestEntityTooLarge:
            raise malformed("there is no boundary where one is due.") from None
        except ValueError as error:
            raise malformed("it is broken, or ends too early.") from error
        if isinstance(event, NeedData | Epilogue):
            return
        piece = b""
        yield event
