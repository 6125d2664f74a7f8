"""What one gateway process holds while it runs, and how its views reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from api.admission import Admission
from api.credentials import CredentialCache
from api.idempotency.memory import Memory
from api.pending_limit import PendingLimit
from api.rate_limit import RateLimiter
from api.streams.streams import Streams
from api.upload_seats import UploadSeats
from api.verification import LocalVerifier, Verifier
from api.waiting import WaitingRoom
from shared.clock import SystemClock
from shared.tasks.event_log import Event
from shared.tasks.submitter import Submitter
from shared.vectors.search import Searcher
from shared.yard import Yard

EXTENSION = "taskyard"


@dataclass(frozen=True, slots=True)
class Gateway:
    """The yard, and what is shared by all requests of this process."""

    yard: Yard
    submitter: Submitter
    admission: Admission
    credentials: CredentialCache
    local_accounts: CredentialCache
    waiting: WaitingRoom
    rates: RateLimiter
    searcher: Searcher
    upload_seats: UploadSeats
    memory: Memory
    streams: Streams

    def wake_everybody(self) -> None:
        """Answer everybody who waits, at once: the process is about to stop."""
        self.waiting.close()
        self.streams.end_all()

    def close(self) -> None:
        """Send what was stored and not yet sent, and give back every connection."""
        self.wake_everybody()
        self.streams.close()
        self.memory.close()
        self.submitter.close()
        self.yard.broker.close()
        self.yard.store.close()


def open_gateway(yard: Yard, write_event: Callable[[Event], bytes]) -> Gateway:
    """A gateway to ``yard``; neither store nor broker need to answer yet.

    ``write_event`` puts a step of a task into the words of the streams.
    """
    clock = SystemClock()
    submitter = Submitter(yard)
    pending = PendingLimit(yard.store, yard.settings.max_pending_tasks, clock)
    return Gateway(
        yard=yard,
        submitter=submitter,
        admission=Admission(submitter, pending),
        credentials=CredentialCache(Verifier(yard.settings, yard.store), clock),
        local_accounts=CredentialCache(LocalVerifier(yard.store), clock),
        waiting=WaitingRoom(yard.store, seats=yard.settings.gateway_threads // 2),
        rates=RateLimiter(yard.settings.redis_url, clock),
        searcher=Searcher(yard.store, yard.settings),
        upload_seats=UploadSeats(yard.settings.gateway_threads // 2),
        memory=Memory(yard),
        streams=Streams(yard.store, yard.settings.stream_seats, write_event),
    )


def gateway() -> Gateway:
    """The gateway that serves the request at hand."""
    return gateway_of(current_app)


def gateway_of(app: Flask) -> Gateway:
    """The gateway behind ``app``."""
    return cast(Gateway, app.extensions[EXTENSION])
