"""One request to a platform, and what it answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from shared.outbound import OutboundError
from shared.settings import Settings
from shared.sites.client import ANSWER_SECONDS, checked_client
from shared.sites.outcome import NotAccepted, TryLater
from shared.sources.plain import is_plain_allowed

LONGEST_ANSWER_BYTES = 1024 * 1024
PIECE_BYTES = 256 * 1024


class Unanswered(TryLater):
    """No answer came, or not all of it: whether the platform did as asked is not known.

    Where not even a connection was made, `TryLater` is raised instead.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers, and the JSON object in the body ({} where it holds none)."""

    status: int
    headers: Mapping[str, str]
    content: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success."""
        return httpx.codes.is_success(self.status)


def platform_client(settings: Settings, answer_seconds: float = ANSWER_SECONDS) -> httpx.Client:
    """A guarded client that follows no redirect; plain http is for allowed networks only."""

    def check(request: httpx.Request) -> None:
        url = request.url
        if url.scheme == "http" and not is_plain_allowed(settings, url.host, url.port or 80):
            message = "Plain http is for networks in TASKYARD_ALLOW_NETWORKS only: use https."
            raise NotAccepted(message, code="URL_REFUSED")

    return checked_client(settings, answer_seconds, request=[check])


def ask(client: httpx.Client, platform: str, method: str, url: str, **how: Any) -> Answer:
    """The answer, whatever its status; `Unanswered` or `TryLater` where none came.

    `NotAccepted` for an address that may not be asked.
    """
    try:
        with client.stream(method, url, **how) as response:
            content = _content(response)
            return Answer(response.status_code, response.headers, content)
    except OutboundError as error:
        if error.retryable:
            raise TryLater(f"{platform} cannot be reached ({error}).") from error
        raise NotAccepted(f"{platform} cannot be asked ({error}).", code="URL_REFUSED") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise NotAccepted(f"{platform}'s address is none ({error}).", code="URL_REFUSED") from error
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise TryLater(f"{platform} cannot be reached ({type(error).__name__}).") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise Unanswered(f"{platform} does not answer ({type(error).__name__}).") from error


def piece_by_piece(
    path: Path, first: int, size_bytes: int, told: Callable[[int], object]
) -> Iterator[bytes]:
    """``size_bytes`` of the file from ``first`` on; ``told`` hears how many have been read."""
    read = 0
    with path.open("rb") as file:
        file.seek(first)
        while read < size_bytes and (piece := file.read(min(PIECE_BYTES, size_bytes - read))):
            yield piece
            read += len(piece)
            told(first + read)


def _content(response: httpx.Response) -> Mapping[str, Any]:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LONGEST_ANSWER_BYTES:
            raise httpx.StreamError("The answer is too long.")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}
