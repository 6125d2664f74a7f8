"""One attempt on an agent's machine: what is reported of it, and what nobody may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.errors import GiveWay, Refused, TaskError
from shared.links.order import Link, Order, Site
from shared.links.service import Service
from shared.outbound import OutboundError, Reason
from taskyard.agent.finished import Finished
from taskyard.agent.held import Held
from taskyard.agent.link_task import LinkTask
from taskyard.agent.settings import agent_settings
from taskyard.agent.work import work

PASSWORD = "canary password"


@dataclass
class Connector:
    """Does what the test says."""

    does: Callable[[], Link]
    kind: str = "mastodon"
    services: frozenset[Service] = frozenset(Service)
    noted: Mapping[str, Any] = field(default_factory=dict)

    def check(self, order: Order) -> None:
        """Whatever it is."""

    def publish(self, order: Order, journal: object) -> Link:
        """As the test says."""
        return self.does()

    def note(self, **facts: Any) -> None:
        """It is its own journal, and keeps nothing."""


@pytest.fixture
def held() -> Held:
    """The second attempt at a post."""
    site = Site(id="1", name="a site", url="", kind="mastodon", password=PASSWORD)
    order = Order(key="a", service=Service.SOCIAL, site=site, website="https://shop.example")
    return Held(LinkTask(id="a", attempt=2, order=order))


@pytest.fixture
def outcome(
    held: Held, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Callable[[], Link]], Finished | None]:
    """What is reported where the connector does so."""

    def of(does: Callable[[], Link]) -> Finished | None:
        connector = Connector(does)
        monkeypatch.setattr("shared.links.attempt.open_connector", lambda *_: connector)
        return work(held, agent_settings({"TASKYARD_HOME": str(tmp_path)}), connector)

    return of


def raising(error: Exception) -> Callable[[], Link]:
    """A connector that ends so."""

    def does() -> Link:
        raise error

    return does


Outcome = Callable[[Callable[[], Link]], Finished | None]


def test_a_link_is_reported_with_what_there_is_to_say(outcome: Outcome) -> None:
    done = outcome(lambda: Link(post="https://a.example/1", note=f"{PASSWORD} is no row."))
    assert done == Finished.of(
        {
            "link_id": "a",
            "attempt": 2,
            "status": "completed",
            "link_post": "https://a.example/1",
            "note": "… is no row.",
        }
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TaskError("Later."), {"error_message": "Later."}),
        (TaskError("No.", retryable=False), {"error_message": "No.", "retryable": False}),
        (Refused("url: no."), {"error_message": "url: no.", "retryable": False}),
        (
            OutboundError("a.example", Reason.UNREACHABLE, "does not answer"),
            {"error_message": "a.example: does not answer"},
        ),
        (ValueError("?"), {"error_message": "The connector failed (ValueError)."}),
        (TaskError("x" * 20_000), {"error_message": "x" * 10_000}),
    ],
    ids=["later", "never", "refused", "outbound", "broken", "long"],
)
def test_a_failure_says_whether_another_attempt_helps(
    outcome: Outcome, error: Exception, told: dict[str, Any]
) -> None:
    done = outcome(raising(error))
    assert done is not None
    assert done.said == {"link_id": "a", "attempt": 2, "status": "failed", **told}


def test_a_missing_library_is_named_with_what_brings_it(outcome: Outcome) -> None:
    done = outcome(raising(ImportError("mastodon")))
    assert done is not None
    assert "pip install 'taskyard[publishing]'" in done.said["error_message"]


@pytest.mark.parametrize("error", [TaskError(f"not {PASSWORD}"), ValueError(f"not {PASSWORD}")])
def test_the_password_is_neither_in_the_report_nor_in_the_log(
    outcome: Outcome, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    caplog.set_level("DEBUG")
    done = outcome(raising(error))
    assert done is not None
    assert PASSWORD not in f"{done.said} {caplog.text}"
    assert caplog.records


def test_who_gave_way_reports_only_that_it_was_to_stop(outcome: Outcome, held: Held) -> None:
    assert outcome(raising(GiveWay("another attempt has the task"))) is None
    held.is_canceled = True
    done = outcome(raising(GiveWay("asked to stop")))
    assert done is not None
    assert done.status == "canceled"
