"""Notes of a connector are the gateway's before the connector goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from threading import Event
from typing import Any, cast

import pytest

from shared.errors import GiveWay, Refused, Unavailable
from shared.links.order import Order, Site
from shared.links.service import Service
from taskyard.agent.held import Held
from taskyard.agent.journal import AgentJournal
from taskyard.agent.link_task import LinkTask
from taskyard.agent.server_client import KeyRefused, NotOurs, ServerClient

PASSWORD = "canary password"


class Gateway:
    """Keeps notes, once it raised ``errors``."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = deque(errors)
        self.kept: list[tuple[str, int, Mapping[str, Any]]] = []

    def note(self, task_id: str, attempt: int, journal: Mapping[str, Any]) -> None:
        """Keep them."""
        if self._errors:
            raise self._errors.popleft()
        self.kept.append((task_id, attempt, journal))


class Passing(Event):
    """Never set, and nobody waits for it."""

    def wait(self, timeout: float | None = None) -> bool:
        """At once."""
        return False


def a_journal(gateway: Gateway, over: Event | None = None) -> tuple[AgentJournal, Held]:
    """The journal of the third attempt at a task."""
    site = Site(id="1", name="a site", url="", kind="mastodon", password=PASSWORD)
    order = Order(key="a", service=Service.SOCIAL, site=site, website="https://shop.example")
    held = Held(LinkTask(id="a", attempt=3, order=order, journal={"after": "7"}))
    return AgentJournal(cast(ServerClient, gateway), held, over or Passing()), held


def test_notes_add_to_what_earlier_attempts_noted_and_hide_the_password() -> None:
    gateway = Gateway()
    journal, _ = a_journal(gateway)
    journal.note(made="8", told=f"no {PASSWORD}")
    assert gateway.kept == [("a", 3, {"after": "7", "made": "8", "told": "no …"})]
    assert journal.noted == gateway.kept[0][2]


def test_a_gateway_that_does_not_answer_is_waited_for() -> None:
    gateway = Gateway(Unavailable("Down."), Unavailable("Still down."))
    a_journal(gateway)[0].note(made="8")
    assert len(gateway.kept) == 1


@pytest.mark.parametrize(
    "error", [NotOurs("stale_attempt"), KeyRefused("No.")], ids=["stale", "key"]
)
def test_who_may_not_note_gives_way(error: Refused) -> None:
    journal, _ = a_journal(Gateway(error))
    with pytest.raises(GiveWay):
        journal.note(made="8")
    assert journal.noted == {"after": "7"}


@pytest.mark.parametrize("why", ["is_canceled", "is_lost"])
def test_who_is_to_stop_gives_way_and_notes_nothing(why: str) -> None:
    gateway = Gateway()
    journal, held = a_journal(gateway)
    setattr(held, why, True)
    with pytest.raises(GiveWay):
        journal.note(made="8")
    assert gateway.kept == []


def test_an_agent_that_stops_waits_for_no_gateway() -> None:
    over = Event()
    over.set()
    journal, _ = a_journal(Gateway(Unavailable("Down.")), over)
    with pytest.raises(GiveWay, match="the agent stops"):
        journal.note(made="8")
