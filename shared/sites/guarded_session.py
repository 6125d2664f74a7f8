"""For libraries built on requests: a session whose every request goes through a guarded client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import requests
from requests.structures import CaseInsensitiveDict

from shared.sites.client import LONGEST_ANSWER_BYTES
from shared.sites.error import SiteUnavailable


class GuardedSession(requests.Session):
    """A session that keeps no cookies, reads no environment, and follows no redirect.

    Files of a multipart body are read as they are sent. ``last`` is the latest answer.
    """

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self._client = client
        self.last: requests.Response | None = None

    def request(  # type: ignore[override]  # what the libraries give, by name
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        auth: Any = None,
    ) -> requests.Response:
        """The answer to a request; raises what httpx and the guard raise.

        As requests does it, values that are None are not sent. ``auth`` is not used: credentials
        are in ``headers``.
        """
        self.last = None
        with self._client.stream(
            method,
            url,
            params=_given(params),
            data=_given(data),
            json=json,
            headers=dict(headers or {}),
            files=dict(files) if files else None,
        ) as response:
            self.last = _as_requests(response)
        return self.last


def _given(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    kept = {name: value for name, value in (values or {}).items() if value is not None}
    return kept or None


def _as_requests(response: httpx.Response) -> requests.Response:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LONGEST_ANSWER_BYTES:
            raise SiteUnavailable(f"{response.url.host} answers too much.", response.status_code)
    answer = requests.Response()
    answer.status_code = response.status_code
    answer.reason = response.reason_phrase
    answer.url = str(response.url)
    answer.headers = CaseInsensitiveDict(response.headers)
    answer.encoding = "utf-8"
    answer._content = bytes(body)  # noqa: SLF001 - there is no other way to give it one
    return answer
