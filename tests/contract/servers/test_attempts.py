"""Reports of attempts that are over, and of tasks that are at another server by now."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.servers.conftest import refused, shortly
from tests.remote_servers import Remote

LINK = "https://social.example.org/@ada/1"


def test_a_report_of_another_attempt_is_refused(remote: Remote) -> None:
    link_id = remote.one()
    (claimed,) = remote.claim()
    assert (claimed["id"], claimed["attempt"]) == (link_id, 1)

    refused(remote.report(link_id, "completed", attempt=2), 409, "stale_attempt")

    remote.told(remote.report(link_id, "completed", attempt=1, link_post=LINK))
    assert remote.row(link_id).status == "completed"


def test_a_late_report_of_an_attempt_before_the_last_is_refused(remote: Remote) -> None:
    link_id = remote.one()
    remote.claim()
    remote.told(remote.report(link_id, "failed", attempt=1))
    remote.told(remote.report(link_id, "running"))

    refused(remote.report(link_id, "completed", attempt=1), 409, "stale_attempt")

    assert (remote.row(link_id).status, remote.row(link_id).attempt) == ("running", 2)


@pytest.mark.parametrize("said", [{}, {"attempt": 1}, {"attempt": 9}], ids=shortly)
def test_a_task_that_moved_is_not_its_first_servers_any_more(
    remote: Remote, rival: Remote, said: dict[str, Any]
) -> None:
    link_id = remote.one()
    remote.moved_to(rival, link_id)

    refused(remote.report(link_id, "completed", **said), 403, "not_your_task")
