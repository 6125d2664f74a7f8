"""Telling search engines of pages by IndexNow: https://www.indexnow.org/documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from shared.clock import SystemClock
from shared.settings import Settings
from shared.sites.client import reaching, site_client
from shared.sites.delay import asked_delay
from shared.sites.error import CredentialRefused, RequestRefused, SiteUnavailable, refusal

ENDPOINT = "https://api.indexnow.org/indexnow"
"""It hands on to every engine that takes part."""
MOST_URLS = 10_000
KEY = re.compile(r"[A-Za-z0-9-]{8,128}")
ANSWER_SECONDS = 60.0
MEANINGS = {
    400: "it calls the request malformed",
    403: "it did not find the key in the key file, or not the file",
    422: "it says that an address is not the host's, or that the key is none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Pages of one host, and where that host shows the key."""

    host: str
    key: str
    key_location: str
    urls: Sequence[str]


class IndexNow:
    """One endpoint: that of a search engine, or the one for all."""

    def __init__(self, settings: Settings, endpoint: str) -> None:
        self._settings = settings
        self._endpoint = endpoint

    def submit(self, pages: Submission) -> None:
        """Send at most `MOST_URLS` pages in one request; returns where it was accepted.

        Raises `CredentialRefused` for the key, other kinds of `SiteError` for all else.
        """
        body = {
            "host": pages.host,
            "key": pages.key,
            "keyLocation": pages.key_location,
            "urlList": list(pages.urls),
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        with site_client(self._settings, ANSWER_SECONDS) as client, reaching("IndexNow"):
            answer = client.post(self._endpoint, content=orjson.dumps(body), headers=headers)
        status = answer.status_code
        if status in (200, 202):
            return
        if status in MEANINGS:
            kind = CredentialRefused if status == 403 else RequestRefused
            raise kind(f"IndexNow answered {status}: {MEANINGS[status]}.", status)
        delay_seconds = asked_delay(answer.headers, SystemClock())
        raise refusal("IndexNow", status, "", delay_seconds)


def require_key(settings: Settings, key_location: str, key: str) -> None:
    """Have it that the key file shows the key; `SiteError` says how it does not.

    Asked before submitting: engines answer 202 and look later, and tell nobody what they found.
    """
    with site_client(settings) as client, reaching("The host of the key file"):
        answer = client.get(key_location)
        if answer.status_code >= 500 or answer.status_code == 429:
            delay_seconds = asked_delay(answer.headers, SystemClock())
            message = f"The key file cannot be looked at now (status {answer.status_code})."
            raise SiteUnavailable(message, answer.status_code, delay_seconds)
        if answer.status_code != 200:
            message = f"The key file is not there (status {answer.status_code}): {key_location}."
            raise CredentialRefused(message, answer.status_code)
        if key not in answer.text.removeprefix("\ufeff").split():
            raise CredentialRefused(f"The key file does not hold the key: {key_location}.")
