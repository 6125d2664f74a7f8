"""What a job made beside text, sent as it is."""

from __future__ import annotations

from flask import Response

from api.gateway import gateway
from shared.blobs import key_of
from shared.documents.output import NAMES, find_output
from shared.errors import NotFound

CHUNK_BYTES = 64 * 1024


def send_output(target_id: str, name: str) -> Response:
    """The target's output ``name``, piece by piece; the caller may see the target."""
    yard = gateway().yard
    with yard.store.read() as tx:
        output = find_output(tx, target_id, name) if name in NAMES else None
        if output is None:
            raise NotFound(f"There is no output {name!r}.")
        key = key_of(tx, output.sha256)
    content = yard.blobs.open(key)
    pieces = iter(lambda: content.read(CHUNK_BYTES), b"")
    response = Response(pieces, content_type=output.mime_type)
    response.call_on_close(content.close)
    return response
