"""A site that takes posts by Micropub, with a bearer token.

https://www.w3.org/TR/micropub/; the list of posts (``q=source`` without a URL) is an extension:
https://indieweb.org/Micropub-extensions#Query_for_Post_List
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from shared.clock import Clock, SystemClock
from shared.outbound import OutboundError
from shared.settings import Settings
from shared.sites.answered import json_of, require_success
from shared.sites.client import ANSWER_SECONDS, reaching, site_client
from shared.sites.error import CredentialRefused, RequestRefused, SiteError, SiteUnavailable
from shared.sites.html_links import related

REL = "micropub"
MADE = (201, 202)
NARROW = "insufficient_scope"
LISTED = 50
"""How many posts are asked for; a site may give fewer."""
ASKS_FOR_MORE = frozenset({400, 401, 403, 405})
"""What an endpoint answers to a bare GET: it lacks the token, the query, or another method."""
NEVER_CONNECTED = (OutboundError, httpx.ConnectError, httpx.ConnectTimeout)
Properties = Mapping[str, Any]


class MicropubClient:
    """The posts of the site ``url``: a page that names its endpoint, or the endpoint itself.

    Methods raise `SiteError`. The token goes to the endpoint alone.
    """

    def __init__(
        self,
        settings: Settings,
        url: str,
        token: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.site = urlsplit(url).hostname or url
        self._url = url
        self._token = token
        self._clock = clock or SystemClock()
        self._http = site_client(settings, answer_seconds)
        self._endpoint = ""
        self.page = ""
        """The HTML at ``url``, once the endpoint was looked for; "" where it is the endpoint."""

    def __enter__(self) -> MicropubClient:
        """Ready from the beginning on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End its connections."""
        self._http.close()

    def create(self, properties: Properties) -> str:
        """Make an h-entry; where it is, or will soon be.

        `was_refused` tells of an error whether it is sure that nothing was made.
        """
        body = {"type": ["h-entry"], "properties": properties}
        answer = self._asked("POST", json=body)
        require_success(answer, self._clock, _said(answer), self._token)
        location = str(answer.headers.get("location", ""))
        if answer.status_code not in MADE or not location:
            raise SiteUnavailable(f"{self.site} does not say where the post is.")
        return str(urljoin(self.endpoint(), location))

    def posts(self) -> list[Properties] | None:
        """The properties of posts as the site lists them; None where it lists none to us."""
        try:
            answer = self._asked("GET", params={"q": "source", "limit": str(LISTED)})
            require_success(answer, self._clock, _said(answer), self._token)
        except RequestRefused:
            return None
        except CredentialRefused as error:
            if NARROW not in str(error):
                raise
            return None
        content = json_of(answer)
        items = content.get("items") if isinstance(content, dict) else None
        if not isinstance(items, list):
            return None
        return [_properties(item) for item in items]

    def endpoint(self) -> str:
        """Where to send: named by the site's Link header, else its page, else ``url`` itself."""
        if not self._endpoint:
            with reaching(self.site):
                answer = self._http.get(self._url)
            if answer.status_code not in ASKS_FOR_MORE:
                require_success(answer, self._clock)
            told = answer.links.get(REL, {}).get("url", "")
            found = urljoin(self._url, told) if told else related(answer.text, REL, self._url)
            self._endpoint = found or self._url
            self.page = answer.text if found else ""
        return self._endpoint

    def _asked(self, method: str, **options: Any) -> httpx.Response:
        endpoint = httpx.URL(self.endpoint())
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        params = options.pop("params", None)
        with reaching(self.site):
            url = endpoint.copy_merge_params(params) if params else endpoint
            return self._http.request(method, url, headers=headers, **options)


def was_refused(error: SiteError) -> bool:
    """Whether it is sure that the site did not do what it was asked."""
    status = error.status
    return (status is not None and status < 500) or isinstance(error.__cause__, NEVER_CONNECTED)


def _said(answer: httpx.Response) -> str:
    """The error's name and description: https://www.w3.org/TR/micropub/#error-response."""
    content = json_of(answer)
    if not isinstance(content, dict):
        return ""
    parts = (content.get("error"), content.get("error_description"))
    return ": ".join(part for part in parts if isinstance(part, str))


def _properties(item: Any) -> Properties:
    properties = item.get("properties") if isinstance(item, dict) else None
    return properties if isinstance(properties, dict) else {}
