"""What only the real broker can show."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import orjson
import pytest
from kombu import Connection, Queue
from redis import Redis

from shared.broker.celery_app import EXPRESS, LANES
from shared.broker.celery_broker import CeleryBroker
from shared.clock import FakeClock
from shared.errors import Unavailable
from shared.ids import new_id
from shared.settings import Settings
from shared.tasks.messages import Message
from tests.contract.broker.conftest import REGISTRY, Post
from tests.servers import ValkeyServer


def test_a_broker_that_just_failed_is_left_alone_for_a_moment(celery_post: Post) -> None:
    celery_post.down()
    sent = [Message("DEADLY", "deadly", (new_id(),))]
    assert not celery_post.broker.publish(sent)
    celery_post.up()
    assert not celery_post.broker.publish(sent)
    celery_post.later()
    assert celery_post.broker.publish(sent)


def test_a_message_carries_no_time_limit_and_no_result_is_kept(
    settings: Settings, valkey: str
) -> None:
    broker = CeleryBroker(settings, REGISTRY)
    broker.publish([Message("DEADLY", "deadly", (new_id(),))])
    with Redis.from_url(valkey) as redis:
        headers = orjson.loads(redis.rpop("deadly" + LANES[1]))["headers"]
    assert headers["timelimit"] == [None, None]  # waiting for the store is nobody's overtime
    assert broker.app.conf.result_backend is None
    broker.close()


def test_a_queue_that_nobody_declared_is_refused(settings: Settings, valkey: str) -> None:
    broker = CeleryBroker(settings, REGISTRY)
    with pytest.raises(Exception, match="typo"):
        broker.publish([Message("DEADLY", "typo", (new_id(),))])
    with Redis.from_url(valkey) as redis:
        assert redis.exists("typo") == 0
    broker.close()


def test_a_server_that_hangs_costs_a_few_seconds_at_most(
    settings: Settings, own_valkey: ValkeyServer
) -> None:
    broker = CeleryBroker(_on(settings, own_valkey.url), REGISTRY, FakeClock())
    assert broker.publish([Message("DEADLY", "deadly", (new_id(),))])
    own_valkey.freeze()
    try:
        begun = time.monotonic()
        assert not broker.publish([Message("DEADLY", "deadly", (new_id(),))])
        with pytest.raises(Unavailable):
            broker.ping()
        assert time.monotonic() - begun < 15
    finally:
        own_valkey.thaw()
    broker.close()


def test_every_connection_uses_the_mended_transport(settings: Settings, valkey: str) -> None:
    broker = CeleryBroker(settings, REGISTRY)
    with Connection(valkey) as connection:
        channel = connection.channel()
        assert type(channel).__module__ == "shared.broker.redis_transport"
        transport = channel.connection
        client, transport.client = transport.client, None
        assert channel._connparams()["port"] == int(valkey.rpartition(":")[2].partition("/")[0])
        assert transport.client is None
        transport.client = client
    broker.close()


def _on(settings: Settings, url: str) -> Settings:
    return replace(settings, redis_url=url)


def test_a_worker_takes_express_messages_first_and_yet_the_others_too(
    settings: Settings, valkey: str
) -> None:
    broker = CeleryBroker(settings, REGISTRY)
    broker.publish([Message("DEADLY", "deadly", (new_id(),), express=n > 5) for n in range(12)])
    lanes: list[str] = []

    def take(_body: object, message: Any) -> None:
        lanes.append("e" if message.properties["priority"] == EXPRESS else "r")
        message.ack()

    with broker.app.connection_for_read() as connection:
        consumer = connection.Consumer([Queue("deadly")], callbacks=[take])
        consumer.qos(prefetch_count=1)
        with consumer:
            while len(lanes) < 12:
                connection.drain_events(timeout=5)
    broker.close()
    assert "".join(lanes[:8]) == "eeereeer"
    assert sorted(lanes) == ["e"] * 6 + ["r"] * 6
