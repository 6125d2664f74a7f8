"""The broker: whether it answers, is new enough, and keeps what it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis.exceptions import RedisError

from shared.broker.celery_broker import redis_client
from taskyard.doctor.finding import Finding, Findings, fail, ok, warn, worse_if
from taskyard.doctor.subject import Subject

OLDEST = (6, 2)
FULL = 0.8
"""A broker that is fuller than this share of its memory is worth a word."""

Info = Mapping[str, Any]


def look_at_broker(subject: Subject) -> Findings:
    """Everything about the broker; only the first thing where it does not answer."""
    try:
        with redis_client(subject.settings.redis_url) as client:
            info: Info = client.info()
    except (RedisError, OSError, ValueError) as error:
        yield _silent(subject, str(error))
        return
    yield from judged(info)


def judged(info: Info) -> Findings:
    """What the server's INFO says. Pure."""
    yield _version(info)
    if info.get("role") == "slave":
        told = "It is a replica, which cannot be written."
        yield fail("broker", told, "Name the primary in TASKYARD_REDIS_URL.")
    if info.get("cluster_enabled"):
        told = "It is a cluster, which Celery cannot use."
        yield fail("broker", told, "Use a single server (with replicas, if you like).")
    yield _append_only(info)
    yield _eviction(info)
    yield from _memory(info)


def is_answering(subject: Subject) -> bool:
    """Whether the broker answers now."""
    try:
        with redis_client(subject.settings.redis_url) as client:
            return bool(client.ping())
    except (RedisError, OSError, ValueError):
        return False


def _silent(subject: Subject, reason: str) -> Finding:
    if subject.settings.embedded_redis and not subject.is_up:
        return warn("broker", "The embedded Valkey does not run.", "Start it: `taskyard up`.")
    advice = "Start it, or correct TASKYARD_REDIS_URL."
    return fail("broker", f"The broker does not answer: {reason}", advice)


def _version(info: Info) -> Finding:
    if "valkey_version" in info:
        return ok("broker", f"Valkey {info['valkey_version']} answers")
    told = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in told.split(".")[:2] if part.isdigit()) < OLDEST:
        return fail("broker", f"Redis {told} is too old.", "Use Redis 6.2 or later, or Valkey.")
    return ok("broker", f"Redis {told} answers")


def _append_only(info: Info) -> Finding:
    if not info.get("aof_enabled"):
        told = "It keeps no append-only file: a restart empties it, and waiting tasks are late."
        return warn("append-only file", told, "Set `appendonly yes`.")
    if info.get("aof_last_write_status", "ok") != "ok":
        told = "The append-only file cannot be written."
        return fail("append-only file", told, "Make room on the broker's disk; see its log.")
    return ok("append-only file", "on")


def _eviction(info: Info) -> Finding:
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        return ok("eviction", "noeviction")
    told = f"maxmemory-policy is {policy}: a full broker drops messages in silence."
    has_limit = int(info.get("maxmemory", 0)) > 0
    return worse_if(has_limit)("eviction", told, "Set `maxmemory-policy noeviction`.")


def _memory(info: Info) -> Findings:
    most, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if most and used > FULL * most:
        told = f"{used / most:.0%} of its memory is in use."
        yield warn("broker memory", told, "Raise maxmemory, or see what else is kept in it.")
