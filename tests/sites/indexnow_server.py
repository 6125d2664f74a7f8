"""An endpoint that takes announcements of pages as IndexNow has it, strictly.

https://www.indexnow.org/documentation. It looks at the key file at once, as engines do that answer
200 or 403 for it; with ``looks_later`` it answers 202 and looks at nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.sites.faulty_site import Asked, FaultySite, Reply, Wrong

FIELDS = {"host", "key", "keyLocation", "urlList"}


class IndexNowServer(FaultySite):
    """The endpoint. ``told`` are the bodies of the requests that it accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, Any]] = []
        self.looks_later = False

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"{self.url}/indexnow"

    def named(self, asked: Asked) -> str:
        """There is one call."""
        if (asked.method, asked.url.path) != ("POST", "/indexnow"):
            raise Wrong("there is no such call")
        return "submit"

    def refusal(self, message: str) -> Reply:
        """The answer to a request that is wrong."""
        return Reply(400, {"code": "InvalidRequestParameters", "message": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """Check the body, then whose the addresses are, then the key."""
        kind = asked.headers.get("Content-Type", "")
        self.expect(kind == "application/json; charset=utf-8", f"Content-Type: {kind}")
        body = json.loads(asked.body)
        self.expect(set(body) == FIELDS, f"fields: {sorted(body)}")
        urls = body["urlList"]
        self.expect(isinstance(urls, list) and 0 < len(urls) <= 10_000, "urlList: 1 to 10000")
        self.expect(len(set(urls)) == len(urls), "urlList: each once")
        folder = body["keyLocation"].rpartition("/")[0] + "/"
        mine = [urlsplit(url).netloc == body["host"] and url.startswith(folder) for url in urls]
        if not all(mine) or not re.fullmatch(r"[A-Za-z0-9-]{8,128}", body["key"]):
            return Reply(422, {"message": "URLs don't belong to the host, or the key is none"})
        if not self.looks_later and not self._shows(body["keyLocation"], body["key"]):
            return Reply(403, {"message": "key not valid"})
        self.told.append(body)
        return Reply(202 if self.looks_later else 200, {})

    def _shows(self, location: str, key: str) -> bool:
        try:
            with urlopen(location) as answer:
                return bool(answer.read().decode().strip() == key)
        except HTTPError as error:
            error.close()
            return False
