"""An answer as it is kept, and as it is given again."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.reply import ReadyResponse

REPLAYED = "Idempotent-Replayed"
MOST_CHARACTERS = 8 * 1024 * 1024
"""A longer body is not kept; whoever asks again has it made again of what was noted."""
NOT_KEPT = ("content-length", "date")


def kept(response: Response) -> dict[str, Any] | None:
    """``response`` as JSON; None where it is too long."""
    body = response.get_data(as_text=True)
    if len(body) > MOST_CHARACTERS:
        return None
    headers = [(n, v) for n, v in response.headers.items() if n.lower() not in NOT_KEPT]
    return {"status": response.status_code, "headers": headers, "body": body}


def replayed(answer: dict[str, Any]) -> Response:
    """The answer once more, marked as such."""
    response = ReadyResponse(answer["body"].encode(), answer["status"])
    response.headers.clear()
    response.headers.extend(answer["headers"])
    response.headers[REPLAYED] = "true"
    return response
