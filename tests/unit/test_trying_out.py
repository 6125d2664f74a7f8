"""``python -m tests.sites``: a server to try things on by hand."""

from __future__ import annotations

from pathlib import Path
from signal import SIGTERM

import httpx

from tests.process import YardProcess


def test_requests_that_it_does_not_know_are_told_at_its_end(tmp_path: Path) -> None:
    server = YardProcess(["-m", "tests.sites"], {"PYTHONUNBUFFERED": "1"}, tmp_path / "log")
    try:
        server.until_logged("access token")
        url = server.log.partition(",")[0].rpartition(" ")[2]
        assert httpx.get(f"{url}/favicon.ico", trust_env=False).status_code >= 400
        server.signal(SIGTERM)
        server.until_ended()
    finally:
        server.end()
    assert "refused: GET /favicon.ico: there is no such method" in server.log
    assert "Traceback" not in server.log
