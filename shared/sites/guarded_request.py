"""For atproto: its requests, through a guarded client."""

from __future__ import annotations

from typing import Any

import httpx
from atproto_client.request import Request, RequestBase


class GuardedRequest(Request):  # type: ignore[misc]  # the library has no types
    """Sends over ``client`` alone, which the library's own would not: it reads the environment.

    Clones share the client; whoever made it closes it.
    """

    def __init__(self, client: httpx.Client) -> None:
        RequestBase.__init__(self)
        self._client_kwargs: dict[str, Any] = {"client": client}
        self._client = client
