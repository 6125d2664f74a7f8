"""Messages for workers may be late: the task went to a server meanwhile, and back."""

from __future__ import annotations

from shared.tasks import control, dispatch
from shared.tasks.rules import RuleKey, Scope
from shared.tasks.status import Status
from tests.fleet_yard import SOCIAL, FleetYard

P, Q, R, C = Status.PENDING, Status.QUEUED, Status.RUNNING, Status.COMPLETED
KEY = RuleKey(Scope.QUEUE, "social")


def sent_and_taken_back(fleet: FleetYard) -> str:
    """A due task of which an old message lies in the workers' queue."""
    (task_id,) = fleet.links()
    dispatch.release(fleet.yard, "social")
    assert fleet.sent(SOCIAL) == [(task_id,)]
    control.pause(fleet.yard, KEY, actor="tests")
    control.resume(fleet.yard, KEY, actor="tests")
    assert fleet.status(task_id) is P
    return task_id


def test_a_late_message_begins_nothing_that_is_at_a_server(fleet: FleetYard) -> None:
    task_id = sent_and_taken_back(fleet)
    server = fleet.add()
    assert fleet.assign() == 1
    assert fleet.claim(task_id) == []
    assert fleet.status(task_id) is Q
    (task,) = fleet.server_claims(server)
    assert (task.id, task.attempt) == (task_id, 1)
    assert fleet.claim(task_id) == []
    assert fleet.report(server, task_id, "completed", attempt=1) is None
    assert fleet.steps(task_id) == [P, Q, P, Q, R, C]


def test_what_came_back_from_a_server_is_a_workers_again(fleet: FleetYard) -> None:
    task_id = sent_and_taken_back(fleet)
    server = fleet.add()
    fleet.assign()
    fleet.change(server, enabled=False)
    assert fleet.lose_silent() == 1
    assert dispatch.release(fleet.yard, "social") == 1
    (task,) = fleet.claim(task_id)
    assert (task.server_id, task.attempt) == (None, 1)
    assert fleet.server_claims(server) == []
