"""Every kind of fault, with what recovery from it may take."""

from __future__ import annotations

from taskyard.chaos import recovery
from taskyard.chaos.fault import FaultKind
from taskyard.chaos.part import Part
from taskyard.chaos.submission import Kind

HELD = (Kind.SLOW, Kind.SLOW)
WAITING = (Kind.FAILING,) * 3
TOLD = (Kind.PEOPLE,) * 3
QUEUED = (Kind.SLOW,) * 3 + (Kind.FAST,) * 10

CHILD_KILLED = FaultKind(
    name="worker child killed",
    part=Part.WORKERS,
    bound_seconds=2,
    measure=recovery.lost_running_again,
    bait=HELD,
)
WORKER_KILLED = FaultKind(
    name="worker killed",
    part=Part.WORKERS,
    bound_seconds=20,
    measure=recovery.running_again,
    bait=HELD,
)
WORKER_RESTARTED = FaultKind(
    name="worker restarted",
    part=Part.WORKERS,
    bound_seconds=30,
    measure=recovery.running_again,
    bait=HELD,
)
WORKER_STOPPED = FaultKind(
    name="worker stopped past its lease",
    part=Part.WORKERS,
    bound_seconds=20,
    measure=recovery.running_again,
    bait=HELD,
)
SCHEDULER_KILLED = FaultKind(
    name="scheduler killed",
    part=Part.SCHEDULER,
    bound_seconds=5,
    measure=recovery.handed_out,
    bait=WAITING,
)
SCHEDULER_RESTARTED = FaultKind(
    name="scheduler restarted",
    part=Part.SCHEDULER,
    bound_seconds=5,
    measure=recovery.handed_out,
    bait=WAITING,
)
SCHEDULER_STOPPED = FaultKind(
    name="scheduler stopped",
    part=Part.SCHEDULER,
    bound_seconds=5,
    measure=recovery.handed_out,
    bait=WAITING,
)
NOTICES_KILLED = FaultKind(
    name="notices killed",
    part=Part.NOTICES,
    bound_seconds=10,
    measure=recovery.told,
    bait=TOLD,
)
NOTICES_RESTARTED = FaultKind(
    name="notices restarted",
    part=Part.NOTICES,
    bound_seconds=10,
    measure=recovery.told,
    bait=TOLD,
)
NOTICES_STOPPED = FaultKind(
    name="notices stopped",
    part=Part.NOTICES,
    bound_seconds=10,
    measure=recovery.told,
    bait=TOLD,
)
GATEWAY_KILLED = FaultKind(
    name="gateway killed", part=Part.GATEWAY, bound_seconds=10, measure=recovery.accepted
)
GATEWAY_RESTARTED = FaultKind(
    name="gateway restarted", part=Part.GATEWAY, bound_seconds=10, measure=recovery.accepted
)
GATEWAY_STOPPED = FaultKind(
    name="gateway stopped", part=Part.GATEWAY, bound_seconds=10, measure=recovery.accepted
)
REDIS_KILLED = FaultKind(
    name="Redis killed", part=Part.REDIS, bound_seconds=10, measure=recovery.started
)
REDIS_RESTARTED = FaultKind(
    name="Redis restarted", part=Part.REDIS, bound_seconds=10, measure=recovery.started
)
REDIS_STOPPED = FaultKind(
    name="Redis stopped", part=Part.REDIS, bound_seconds=10, measure=recovery.started
)
REDIS_FLUSHED = FaultKind(
    name="Redis flushed",
    part=Part.REDIS,
    bound_seconds=15,
    measure=recovery.queued_started,
    bait=QUEUED,
)
CONNECTIONS_CUT = FaultKind(
    name="database connections cut",
    part=Part.DATABASE,
    bound_seconds=10,
    measure=recovery.accepted_and_started,
    no_restart=True,
)
DATABASE_RESTARTED = FaultKind(
    name="database restarted",
    part=Part.DATABASE,
    bound_seconds=10,
    measure=recovery.accepted_and_started,
    no_restart=True,
)
