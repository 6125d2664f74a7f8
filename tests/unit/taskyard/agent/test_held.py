"""What an agent holds, and what it is told of it meanwhile."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from shared.links.order import Order, Site
from shared.links.service import Service
from taskyard.agent.held import HeldTasks
from taskyard.agent.link_task import LinkTask


def a_task(task_id: str = "a", attempt: int = 1) -> LinkTask:
    """An attempt at a post."""
    site = Site(id="1", name="a site", url="https://social.example", kind="mastodon")
    order = Order(key=task_id, service=Service.SOCIAL, site=site, website="https://shop.example")
    return LinkTask(id=task_id, attempt=attempt, order=order)


def test_no_more_run_than_there_are_slots() -> None:
    tasks = HeldTasks(2)
    first = tasks.add(a_task("a"))
    tasks.add(a_task("b"))
    assert (tasks.free, tasks.wait_for_room(0.0)) == (0, False)
    tasks.release(first)
    assert (tasks.free, tasks.wait_for_room(0.0), tasks.wait_until_empty(0.0)) == (1, True, False)


@pytest.mark.parametrize(
    ("said", "is_canceled", "is_lost"),
    [
        ({"success": True, "canceled": False}, False, False),
        ({"success": True, "canceled": True}, True, False),
        ({"success": False, "error": "stale_attempt", "canceled": False}, False, True),
    ],
    ids=["extended", "canceled", "lost"],
)
def test_an_extension_tells_what_is_to_stop(
    said: dict[str, Any], is_canceled: bool, is_lost: bool
) -> None:
    tasks = HeldTasks(1)
    held = tasks.add(a_task())
    tasks.told(held.key, said)
    assert (held.is_canceled, held.is_lost) == (is_canceled, is_lost)
    assert tasks.keys() == ([] if is_lost else [held.key])


def test_a_new_attempt_waits_for_the_one_before_which_is_lost() -> None:
    tasks = HeldTasks(2)
    old, new = tasks.add(a_task(attempt=1)), tasks.add(a_task(attempt=2))
    assert (old.is_lost, tasks.keys()) == (True, [new.key])
    waiting = Thread(target=tasks.wait_for_turn, args=(new,))
    waiting.start()
    tasks.told(new.key, {"canceled": False})
    assert waiting.is_alive()
    tasks.release(old)
    waiting.join(10)
    assert not waiting.is_alive()
