"""The load: prebuilt requests over keep-alive connections, all in one thread.

It shares the cores with what it measures, so it does as little as it can: it reads of an answer
where it ends, and nothing else before the run is over.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from selectors import EVENT_READ, DefaultSelector

from taskyard.bench.failure import BenchFailed
from taskyard.bench.reply import body_of, end_of_reply, status_of

CHUNK = 65_536
ANSWER_SECONDS = 120.0
Address = tuple[str, int]


@dataclass(slots=True)
class Sample:
    """One request and its answer; times by the monotonic clock.

    ``due`` is when it was to be sent: where a rate is given, waiting for a free connection counts.
    """

    due: float
    ended: float
    reply: bytes

    @property
    def milliseconds(self) -> float:
        """From when it was due to its answer's last byte."""
        return 1000 * (self.ended - self.due)

    @property
    def status(self) -> int:
        """The answer's status."""
        return status_of(self.reply)

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return body_of(self.reply)


@dataclass(slots=True)
class _Line:
    """One connection, with at most one request on its way."""

    wire: socket.socket
    due: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def take(self) -> Sample | None:
        """What arrived; the sample once the answer is whole."""
        chunk = self.wire.recv(CHUNK)
        if not chunk:
            raise BenchFailed("The gateway closed a connection in the middle of the load.")
        self.received += chunk
        if end_of_reply(self.received) != len(self.received):
            return None
        sample = Sample(self.due, time.monotonic(), bytes(self.received))
        self.received.clear()
        return sample


def load(
    address: Address, request: bytes, connections: int, seconds: float, rate: float | None = None
) -> list[Sample]:
    """Send ``request`` for ``seconds``, at ``rate`` per second or as fast as answers come."""
    samples: list[Sample] = []
    with DefaultSelector() as selector, _lines(address, connections) as lines:
        for line in lines:
            selector.register(line.wire, EVENT_READ, line)
        idle = list(lines)
        begun = time.monotonic()
        sent = 0
        while True:
            now = time.monotonic()
            due = now if rate is None else begun + sent / rate
            while idle and due <= now and due < begun + seconds:
                _send(idle.pop(), request, due)
                sent += 1
                due = now if rate is None else begun + sent / rate
            if due >= begun + seconds and len(idle) == len(lines):
                return samples
            pause = due - now if idle and due < begun + seconds else ANSWER_SECONDS
            ready = selector.select(pause)
            if not ready and pause == ANSWER_SECONDS:
                raise BenchFailed(f"The gateway gave no answer for {ANSWER_SECONDS:g} s.")
            for key, _ in ready:
                if sample := key.data.take():
                    samples.append(sample)
                    idle.append(key.data)


def _send(line: _Line, request: bytes, due: float) -> None:
    line.due = due
    if line.wire.send(request) != len(request):
        raise BenchFailed("A request of the load is too large for a socket's buffer.")


@contextmanager
def _lines(address: Address, connections: int) -> Iterator[list[_Line]]:
    lines: list[_Line] = []
    try:
        for _ in range(connections):
            lines.append(_Line(connect(address)))  # noqa: PERF401 - what is open must be closed
        yield lines
    finally:
        for line in lines:
            line.wire.close()


def connect(address: Address) -> socket.socket:
    """A connection whose small requests leave at once."""
    wire = socket.create_connection(address, timeout=ANSWER_SECONDS)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def exchange(wire: socket.socket, request: bytes) -> Sample:
    """Send one request, large or small, and wait for its answer."""
    line = _Line(wire, due=time.monotonic())
    wire.sendall(request)
    while (sample := line.take()) is None:
        pass
    return sample


def require_status(samples: list[Sample], status: int) -> None:
    """`BenchFailed` with the first answer that has another status."""
    for sample in samples:
        if sample.status != status:
            body = sample.body[:500].decode(errors="replace")
            raise BenchFailed(f"The gateway answered {sample.status} instead of {status}: {body}")
