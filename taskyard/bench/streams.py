"""What open streams cost the gateway: memory, and submits that it does not take meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from socket import socket

from taskyard.bench.failure import BenchFailed
from taskyard.bench.figure import Beside, Figure, middle
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.reply import request_bytes
from taskyard.bench.running_yard import RunningYard, running_yard
from taskyard.bench.stage import Stage
from taskyard.bench.submits import singles
from taskyard.bench.tenant import Tenant, new_tenant
from taskyard.bench.traffic import connect

EVENTS = "/api/v1/events"
QUIET = f"{EVENTS}?status=canceled"
"""Nothing of the load is canceled."""
MEGABYTE = 1_000_000
LEAST_MEGABYTES = 0.1
"""Less cannot be told from what a process does anyway."""
CONNECTIONS = 16
CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsRun:
    """What was measured on one store; rates are of single submits in a second, by rounds.

    ``megabytes`` is what the open streams added to the gateway.
    """

    title: str
    streams: int
    megabytes: float
    bare: list[float]
    quiet: list[float]
    told: list[float]


def measure_streams(stage: Stage, plan: Plan) -> StreamsRun:
    """Submit without streams, with streams that hear nothing, and with some that hear all."""
    tenant = new_tenant(stage, "listener")
    bare: list[float] = []
    quiet, told, megabytes = list(bare), list(bare), list(bare)
    with running_yard(stage, tenant) as yard:
        singles(yard, tenant, CONNECTIONS, plan)  # what is made once is made then
        for _ in range(plan.rounds):
            bare.append(singles(yard, tenant, CONNECTIONS, plan).per_second)
            before = yard.gateway_bytes()
            with listening(yard, tenant, QUIET, plan.streams):
                quiet.append(singles(yard, tenant, CONNECTIONS, plan).per_second)
                megabytes.append((yard.gateway_bytes() - before) / MEGABYTE)
            with listening(yard, tenant, EVENTS, plan.streams):
                told.append(singles(yard, tenant, CONNECTIONS, plan).per_second)
    run = StreamsRun(
        title=stage.title,
        streams=plan.streams,
        megabytes=max(LEAST_MEGABYTES, *megabytes),
        bare=bare,
        quiet=quiet,
        told=told,
    )
    tell(f"{stage.title}: {plan.streams} streams take {run.megabytes:.0f} MB")
    return run


def streams_figures(run: StreamsRun) -> list[Figure]:
    """Memory, and submits beside those of the same gateway without a stream."""
    count = run.streams
    beside = Beside("the same without streams", middle(run.bare))
    return [
        Figure(
            store=run.title,
            name=f"memory of {count} open streams",
            value=run.megabytes,
            unit=" MB",
            beside=Beside("what they may take", 100),
            aim="< 1",
        ),
        Figure(
            store=run.title,
            name=f"single submits beside {count} streams that hear nothing",
            value=middle(run.quiet),
            unit="/s",
            beside=beside,
            aim="1",
            ratios=_ratios(run.quiet, run.bare),
        ),
        Figure(
            store=run.title,
            name=f"single submits beside {count} streams that hear every step",
            value=middle(run.told),
            unit="/s",
            beside=beside,
            ratios=_ratios(run.told, run.bare),
        ),
    ]


def _ratios(rates: list[float], bare: list[float]) -> tuple[float, ...]:
    return tuple(one / other for one, other in zip(rates, bare, strict=True))


@contextmanager
def listening(yard: RunningYard, tenant: Tenant, path: str, count: int) -> Iterator[None]:
    """``count`` streams that are open and read in the block."""
    request = request_bytes("GET", path, tenant.token)
    over = threading.Event()
    with DefaultSelector() as selector:
        wires = [_opened(yard, request, selector) for _ in range(count)]
        reader = threading.Thread(target=_read, args=(selector, over))
        reader.start()
        try:
            yield
        finally:
            over.set()
            reader.join()
            for wire in wires:
                wire.close()


def _opened(yard: RunningYard, request: bytes, selector: DefaultSelector) -> socket:
    wire = connect(yard.address)
    wire.sendall(request)
    first = wire.recv(CHUNK)
    if not first.startswith(b"HTTP/1.1 200"):
        raise BenchFailed(f"A stream was not opened: {first[:200].decode(errors='replace')}")
    selector.register(wire, EVENT_READ, wire)
    return wire


def _read(selector: DefaultSelector, over: threading.Event) -> None:
    """Read what comes and forget it."""
    buffer = bytearray(CHUNK)
    while not over.is_set():
        for key, _ in selector.select(0.1):
            if not key.data.recv_into(buffer):
                raise BenchFailed("The gateway closed a stream.")
