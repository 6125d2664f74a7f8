"""Workers say themselves which queues they take from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.broker.celery_broker import CeleryBroker
from shared.broker.consumers import consumers
from shared.errors import Unavailable
from shared.settings import Settings
from shared.tasks.registry import Registry


def test_where_no_worker_answers_there_are_none(settings: Settings, valkey: str) -> None:
    broker = CeleryBroker(settings, Registry({}))
    assert consumers(broker, 0.1) == {}
    broker.close()


def test_a_broker_that_does_not_answer_is_told(settings: Settings) -> None:
    broker = CeleryBroker(replace(settings, redis_url="redis://127.0.0.1:1/0"), Registry({}))
    with pytest.raises(Unavailable, match="does not answer"):
        consumers(broker, 0.1)
    broker.close()
