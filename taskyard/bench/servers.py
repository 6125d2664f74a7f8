"""How fast remote servers claim and report, and what a page of a million tasks costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import orjson
from sqlalchemy import func, select

from shared.db import Store
from shared.servers.key import create_key
from shared.servers.server import Server, add_server
from shared.tasks import dispatch
from shared.tasks.draft import Draft
from shared.tasks.status import Status
from shared.tasks.task import tasks
from shared.yard import open_yard
from taskyard.bench.failure import BenchFailed
from taskyard.bench.many_tasks import add_ended
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.reply import request_bytes
from taskyard.bench.running_yard import RunningYard, running_yard
from taskyard.bench.stage import Stage
from taskyard.bench.store_limit import bare_updates
from taskyard.bench.tenant import Tenant, new_tenant
from taskyard.bench.traffic import Sample, connect, exchange, require_status

PATH = "/api/v1/worker/tasks"
KEY_HEADER = "X-API-Key:"
SERVICE = "social"
SERVERS = 20
AT_ONCE = 500
PAGE_LIMIT = 100
FAR_PAGE = 100
SUBMIT_AT_ONCE = 5_000
CLAIM_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersRun:
    """What was measured on one store: rates per second, and milliseconds of each page.

    ``updates`` is how many rows a second the bare store changes, as many at once.
    """

    title: str
    kind: str
    links: int
    updates: float
    claims: float
    reports: float
    rows: int
    first_page_ms: list[float]
    far_page_ms: list[float]


@dataclass(frozen=True, slots=True)
class Agent:
    """A server's way in: its row and its key."""

    server: Server
    key: str

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        """A request in its name."""
        content = b"" if body is None else orjson.dumps(body)
        return request_bytes(method, path, self.key, content, credential=KEY_HEADER)


def measure_servers(stage: Stage, plan: Plan) -> ServersRun:
    """Measure claims, then reports, then pages; nothing else of ours runs meanwhile."""
    updates = bare_updates(stage.store, AT_ONCE, plan.limit_seconds)
    tenant = new_tenant(stage, "campaigner")
    agents = [_agent(stage, f"w{n}") for n in range(SERVERS)]
    with running_yard(stage, tenant) as yard:
        claims, reports = _flow(yard, tenant, agents, plan.links)
        tell(f"{stage.title}: {claims:,.0f} tasks claimed/s, {reports:,.0f} reported/s")
        add_ended(stage.store, tenant.account_id, agents[0].server.id, plan.page_rows)
        tell(f"{stage.title}: a server with {plan.page_rows:,} tasks is there")
        first, far = _pages(yard, agents[0], plan.page_samples)
    return ServersRun(
        title=stage.title,
        kind=stage.kind,
        links=plan.links,
        updates=updates,
        claims=claims,
        reports=reports,
        rows=plan.page_rows,
        first_page_ms=[sample.milliseconds for sample in first],
        far_page_ms=[sample.milliseconds for sample in far],
    )


def _agent(stage: Stage, name: str) -> Agent:
    with stage.store.begin() as tx:
        server = add_server(tx, name, [SERVICE])
        return Agent(server, create_key(tx, stage.settings, server)[1])


def _flow(
    yard: RunningYard, tenant: Tenant, agents: Sequence[Agent], links: int
) -> tuple[float, float]:
    """Tasks claimed and reported in a second, each once; `BenchFailed` where one is not."""
    after = yard.last_number()
    _submit(yard.stage, tenant, links)
    claimed: list[list[dict[str, Any]]] = [[] for _ in agents]

    def claim(number: int) -> None:
        _claim(yard, agents[number], claimed[number], lambda: sum(map(len, claimed)) < links)

    seconds = _at_once(agents, claim)
    ids = [task["id"] for mine in claimed for task in mine]
    if len(ids) != links or len(set(ids)) != links:
        raise BenchFailed(f"{links} tasks were claimed {len(ids)} times, {len(set(ids))} of them.")
    reporting = _at_once(agents, lambda n: _report_all(yard, agents[n], claimed[n]))
    _require_completed(yard.stage.store, after, links)
    return links / seconds, links / reporting


def _submit(stage: Stage, tenant: Tenant, links: int) -> None:
    """Store link tasks; the scheduler assigns a part of them meanwhile."""
    payload = {"site_name": "a site", "site_url": "https://a.example", "site_kind": "mastodon"}
    yard = open_yard(stage.settings)
    kind = yard.registry.types[SERVICE.upper()]
    for begin in range(0, links, SUBMIT_AT_ONCE):
        drafts = [
            Draft(
                account_id=tenant.account_id,
                task_type=kind,
                payload={**payload, "password": f"secret {n}"},
                dialect="servers",
            )
            for n in range(begin, min(begin + SUBMIT_AT_ONCE, links))
        ]
        dispatch.submit(yard, drafts)
    yard.broker.close()
    yard.store.close()


def _at_once(agents: Sequence[Agent], work: Callable[[int], None]) -> float:
    """Let every agent do its work, all at once; the seconds until the last is done."""
    ready = Barrier(len(agents) + 1)
    errors: list[BaseException] = []

    def one(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=one, args=(number,), daemon=True) for number in range(len(agents))]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.monotonic() - begun


def _claim(
    yard: RunningYard, agent: Agent, claimed: list[dict[str, Any]], goes_on: Callable[[], bool]
) -> None:
    """Claim into ``claimed`` while there is something left."""
    request = agent.request("POST", f"{PATH}/claim", {"limit": AT_ONCE, "wait": 1})
    end = time.monotonic() + CLAIM_SECONDS
    with connect(yard.address) as wire:
        while goes_on():
            sample = exchange(wire, request)
            require_status([sample], 200)
            claimed += orjson.loads(sample.body)["data"]
            if time.monotonic() > end:
                raise BenchFailed(f"Not all tasks could be claimed in {CLAIM_SECONDS:g} s.")


def _report_all(yard: RunningYard, agent: Agent, claimed: Sequence[dict[str, Any]]) -> None:
    """Report all as completed, in bulks."""
    items = [
        {
            "link_id": task["id"],
            "status": "completed",
            "attempt": task["attempt"],
            "link_post": f"https://a.example/{task['id']}",
        }
        for task in claimed
    ]
    with connect(yard.address) as wire:
        for begin in range(0, len(items), AT_ONCE):
            bulk = {"items": items[begin : begin + AT_ONCE]}
            sample = exchange(wire, agent.request("PUT", f"{PATH}/bulk", bulk))
            require_status([sample], 200)
            if orjson.loads(sample.body)["failed"]:
                raise BenchFailed(f"A report was refused: {sample.body[:500]!r}")


def _require_completed(store: Store, after: int, links: int) -> None:
    done = select(func.count()).where(
        tasks.c.number > after, tasks.c.status == Status.COMPLETED.value
    )
    with store.read() as tx:
        count = int(tx.execute(done).scalar_one())
    if count != links:
        raise BenchFailed(f"{links} tasks were reported, and {count} are completed.")


def _pages(yard: RunningYard, agent: Agent, samples: int) -> tuple[list[Sample], list[Sample]]:
    """The first page and a far one, by turns, each so many times."""
    path = f"{PATH}?status=completed&limit={PAGE_LIMIT}"
    with connect(yard.address) as wire:
        far = path
        for _ in range(FAR_PAGE - 1):
            sample = exchange(wire, agent.request("GET", far))
            require_status([sample], 200)
            cursor = orjson.loads(sample.body)["next_cursor"]
            if cursor is None:
                break
            far = f"{path}&after={cursor}"
        requests = (agent.request("GET", path), agent.request("GET", far))
        taken = [[exchange(wire, request) for request in requests] for _ in range(samples)]
    firsts, fars = ([pair[n] for pair in taken] for n in (0, 1))
    require_status([*firsts, *fars], 200)
    return firsts, fars
