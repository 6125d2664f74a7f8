"""The Celery application as gateway, scheduler, workers and Flower all configure it.

The row is the truth: Celery only carries ids. Hence no result backend, no ETA, no retries of
Celery's own; late acks, so that a killed worker's messages come back; JSON alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from celery import Celery
from kombu.entity import Queue

from shared.broker import redis_transport
from shared.settings import Settings

VISIBILITY_SECONDS = 3600
"""A message unacknowledged for so long is delivered again: harmless, its rows have moved on."""
EXPRESS, REGULAR = 0, 9
"""The priorities of messages, as kombu's Redis transport counts: the lowest is taken first."""
LANES = ("", f"\x06\x16{REGULAR}")
"""What follows a queue's name in its lists' names, one list for each priority."""
TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_SECONDS,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "priority_steps": [EXPRESS, REGULAR],
    "socket_timeout": 5.0,
    "socket_connect_timeout": 1.0,
    "socket_keepalive": True,
    "health_check_interval": 10,
}


def celery_app(settings: Settings, queues: Iterable[str]) -> Celery:
    """A Celery application for this yard; nothing is connected yet."""
    redis_transport.install()
    app = Celery("taskyard", broker=settings.redis_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_backend=None,
        task_ignore_result=True,
        task_queues=[Queue(name, routing_key=name) for name in queues],
        task_default_queue="unrouted",
        task_create_missing_queues=False,
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=False,
        task_track_started=False,
        task_send_sent_event=False,
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.01},
        broker_transport_options=dict(TRANSPORT_OPTIONS),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_pool_limit=20,
        worker_prefetch_multiplier=1,
        worker_send_task_events=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_enable_prefetch_count_reduction=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        enable_utc=True,
    )
    return app
