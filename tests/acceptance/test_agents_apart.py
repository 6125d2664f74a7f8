"""Two agents on two hosts, one cut off in the middle of a task: the other does it, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from shared.servers.key import create_key
from shared.servers.server import Server, add_server
from shared.tasks.status import Status
from tests.hosts import Host, Link
from tests.servers import ValkeyServer, eventually, free_port
from tests.working_yard import WorkingYard

LEASE_SECONDS = 6.0
WEBSITE = "https://shop.example/"


class Pages(SimpleHTTPRequestHandler):
    """Shows a folder, as soon as it is let."""

    def __init__(self, *words: Any, let: Event, asked: Event, **how: Any) -> None:
        self._let, self._asked = let, asked
        super().__init__(*words, **how)

    def do_GET(self) -> None:
        """Tell that somebody came, and wait."""
        self._asked.set()
        if self._let.wait(60):
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        """In silence."""


class Shown:
    """The folder of pages as one host sees it; nobody is answered before ``let`` is set."""

    def __init__(self, host: Host, folder: Path, port: int) -> None:
        self.let, self.asked = Event(), Event()
        handler = partial(Pages, let=self.let, asked=self.asked, directory=str(folder))
        with host.entered():
            self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End it, and whoever waits."""
        self.let.set()
        self._server.shutdown()
        self._server.server_close()


class YardWithServers:
    """Gateway and scheduler on the near host; pages that either host sees at the same address."""

    def __init__(self, link: Link, folder: Path, url: str, valkey: ValkeyServer) -> None:
        self.link = link
        pages, home = folder / "pages", folder / "home"
        pages.mkdir()
        home.mkdir()
        port = free_port()
        self.shown = [Shown(host, pages, port) for host in (link.far, link.near)]
        target = {"url": str(pages), "public_url": f"http://127.0.0.1:{port}"}
        targets = folder / "targets.json"
        targets.write_text(json.dumps({"shop": target}), encoding="utf-8")
        self.yard = WorkingYard(
            home,
            url,
            valkey.url,
            HOST=link.near.address,
            LINK_TARGETS=targets,
            LOCAL_ROOTS=pages,
            ALLOW_NETWORKS="127.0.0.0/8",
        )

    def start(self) -> None:
        """Start what is near."""
        self.yard.gateway()
        self.yard.scheduler()
        eventually(self._answers, 60, "the gateway's first answer")

    def server(self, name: str) -> tuple[Server, str]:
        """A server with a short lease, and its key."""
        with self.yard.store.begin() as tx:
            server = add_server(tx, name, ["stacking"], lease_seconds=LEASE_SECONDS)
            return server, create_key(tx, self.yard.settings, server)[1]

    def close(self) -> None:
        """End everything."""
        for shown in self.shown:
            shown.close()
        self.yard.close()

    def _answers(self) -> bool:
        try:
            address = f"http://{self.link.near.address}:{self.yard.settings.port}/healthz"
            return httpx.get(address, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def apart(link: Link, sqlite_url: str, tmp_path: Path) -> Iterator[YardWithServers]:
    """The yard; its agents are the test's."""
    valkey = ValkeyServer(tmp_path / "valkey", link.near.address)
    valkey.start()
    try:
        made = YardWithServers(link, tmp_path, sqlite_url, valkey)
        try:
            made.start()
            yield made
        finally:
            made.close()
    finally:
        valkey.stop()


@pytest.mark.slow
def test_an_agent_cut_off_in_the_middle_loses_its_task_to_another(apart: YardWithServers) -> None:
    yard, (at_far, at_near) = apart.yard, apart.shown
    (far, far_key), (near, near_key) = apart.server("far"), apart.server("near")
    with apart.link.far.entered():
        cut_off = yard.agent(far_key, "agent-far")
    cut_off.until_logged("this is server far")
    task_id = yard.submit(
        "STACKING", site_name="shop", site_url="target:shop", site_kind="pages", website=WEBSITE
    )
    assert at_far.asked.wait(30)
    assert yard.task(task_id).server_id == far.id

    apart.link.cut()
    at_near.let.set()
    yard.agent(near_key, "agent-near")
    done = yard.until(task_id, Status.COMPLETED, seconds=60)
    assert (done.server_id, done.attempt, done.lost_leases) == (near.id, 2, 1)
    apart.link.heal()
    at_far.let.set()

    cut_off.until_logged("not_your_task")
    assert yard.task(task_id) == done
    assert yard.steps(task_id).count("completed") == 1
    assert cut_off.is_alive
