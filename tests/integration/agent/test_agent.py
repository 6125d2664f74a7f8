"""An agent does a yard's link tasks on a machine of its own, whatever happens to the gateway."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections import Counter
from signal import SIGTERM

import pytest

from shared.errors import Unavailable
from shared.links.service import Service
from shared.servers.registration import revoke_key
from shared.tasks.status import Status
from taskyard.agent.finished import Finished
from taskyard.agent.server_client import KeyRefused
from taskyard.agent.spool import open_spool
from tests.agents import LOOPBACK, AgentYard, BusyMastodon
from tests.process import ROOT, YardProcess
from tests.servers import eventually
from tests.sites.faulty_site import SLOW


def test_an_agent_claims_what_there_is_posts_it_once_and_reports(
    yard: AgentYard, site: BusyMastodon
) -> None:
    ids = [yard.order(site.url, name=f"Bikes {number}") for number in range(5)]
    yard.agent(once=True).run()
    tasks = [yard.task(task_id) for task_id in ids]
    assert {task.status for task in tasks} == {Status.COMPLETED}
    assert {task.server_id for task in tasks} == {yard.server.id}
    links = {str((task.result or {})["link_post"]) for task in tasks}
    assert links == {status.shown()["url"] for status in site.posted}
    assert len(links) == 5
    assert yard.spooled == []


def test_an_agent_does_only_the_services_it_is_told(yard: AgentYard, site: BusyMastodon) -> None:
    post, profile = yard.order(site.url), yard.order(site.url, Service.ENTITY)
    yard.agent(once=True, services=("entity",)).run()
    assert yard.task(post).status is Status.PENDING
    assert yard.task(profile).status is Status.COMPLETED
    assert site.posted == []


def test_what_the_site_refuses_is_reported_as_failed_for_good_without_the_password(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url, password="another token")
    yard.agent(once=True).run()
    task = yard.task(task_id)
    assert (task.status, task.retry_count) == (Status.FAILED, 0)
    assert "invalid" in str(task.error)
    assert "another token" not in str(task)


def test_a_gateway_that_goes_during_a_post_hears_of_it_once_it_is_back(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)
    site.before["post"] = yard.web.stop
    with yard.agent().at_work():
        eventually(lambda: site.posted, what="the post")
        yard.web.start()
        task = yard.until(task_id)
    assert task.attempt == 1
    assert len(site.posted) == site.count("post") == 1
    assert Counter(yard.memory.steps(task_id))["completed"] == 1
    assert yard.web.count("/tasks/bulk") == 1


def test_finished_work_lies_on_disk_until_the_gateway_acknowledges_it(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)
    yard.web.out_of_order = "/bulk"
    with yard.agent().at_work():
        eventually(lambda: yard.spooled, what="the report on disk")
        (file,) = yard.spooled
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert json.loads(file.read_bytes())["link_id"] == task_id
        assert site.token not in file.read_text()
        yard.web.out_of_order = ""
        yard.until(task_id)
        eventually(lambda: not yard.spooled, what="the empty spool")


def test_a_canceled_task_is_stopped_before_its_next_step(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)

    def cancel() -> None:
        yard.memory.cancel(task_id)
        before = yard.web.count("/extend")
        # The second one that is answered from now on was asked after the cancellation.
        eventually(lambda: yard.web.count("/extend") > before + 2)

    site.before["account"] = cancel
    with yard.agent(longest_beat_seconds=0.05).at_work():
        yard.until(task_id, Status.CANCELED)
    assert site.posted == []


def test_a_revoked_key_ends_the_agent_with_a_sentence(yard: AgentYard) -> None:
    agent = yard.agent()
    agent.start()
    eventually(lambda: yard.web.count("/claim"), what="a claim")
    with yard.memory.store.begin() as tx:
        revoke_key(tx, yard.server, yard.key.split("_")[1], actor="tests")
    agent.until_ended()
    assert isinstance(agent.error, KeyRefused)
    assert "does not take the server key" in str(agent.error)


def test_an_agent_that_is_told_to_stop_finishes_and_reports_what_runs(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)
    agent = yard.agent()
    site.before["post"] = agent.stop
    agent.run()
    assert yard.task(task_id).status is Status.COMPLETED
    assert yard.spooled == []


def test_two_agents_of_a_server_do_not_share_a_spool(yard: AgentYard) -> None:
    with yard.agent().at_work():
        eventually(lambda: yard.web.count("/claim"), what="a claim")
        other = yard.agent()
        other.run()
    assert other.error is not None
    assert "its own --spool" in str(other.error)


def test_a_task_that_moved_is_left_to_the_other_server_which_finds_what_was_posted(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)
    other, key = yard.register("w2")
    site.before["post"] = lambda: yard.move(task_id, other)
    yard.agent(once=True).run()
    assert yard.task(task_id).status is Status.QUEUED
    assert len(site.posted) == 1
    yard.agent(key, once=True).run()
    task = yard.task(task_id)
    assert (task.status, task.server_id, task.attempt) == (Status.COMPLETED, other.id, 2)
    assert (task.result or {})["link_post"] == site.posted[0].shown()["url"]
    assert len(site.posted) == 1


def test_a_report_that_comes_too_late_is_dropped(yard: AgentYard, site: BusyMastodon) -> None:
    task_id = yard.order(site.url)
    yard.agent(once=True).run()
    before = yard.task(task_id)
    left = {"link_id": task_id, "attempt": 7, "status": "failed"}
    with open_spool(yard.folder / "spool" / yard.server.id) as spool:
        spool.keep(Finished.of(left))
    yard.agent(once=True).run()
    assert yard.spooled == []
    assert yard.task(task_id) == before


def test_an_agent_waits_for_a_gateway_that_is_not_there_yet(
    yard: AgentYard, site: BusyMastodon, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = yard.order(site.url)
    yard.web.stop()
    with yard.agent().at_work():
        eventually(lambda: "does not answer" in caplog.text, what="a first try")
        yard.web.start()
        yard.until(task_id)


def test_an_agent_that_works_once_waits_for_no_gateway(yard: AgentYard) -> None:
    yard.web.stop()
    agent = yard.agent(once=True)
    agent.run()
    assert isinstance(agent.error, Unavailable)


def test_what_cannot_be_reported_at_the_end_stays_for_the_next_start(
    yard: AgentYard, site: BusyMastodon, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = yard.order(site.url)
    yard.web.out_of_order = "/bulk"
    yard.agent(once=True).run()
    assert len(yard.spooled) == 1
    assert "for the next start: 1 report\n" in caplog.text
    yard.web.out_of_order = ""
    yard.agent(once=True).run()
    assert yard.task(task_id).status is Status.COMPLETED


def test_a_leftover_report_is_sent_before_anything_is_claimed(
    yard: AgentYard, site: BusyMastodon
) -> None:
    task_id = yard.order(site.url)
    environ = {
        "TASKYARD_SERVER_KEY": yard.key,
        "TASKYARD_URL": yard.web.url,
        "TASKYARD_ALLOW_NETWORKS": LOOPBACK,
    }
    log = yard.folder / "agent.log"
    yard.web.out_of_order = "/bulk"
    process = YardProcess(
        ["-m", "taskyard", "agent", f"--spool={yard.folder / 'spool'}"], environ, log
    )
    try:
        eventually(lambda: yard.spooled, 30.0, "the report on disk")
    finally:
        process.end()  # kill -9
    yard.web.out_of_order = ""
    yard.web.asked.clear()
    yard.agent(once=True).run()
    assert yard.task(task_id).status is Status.COMPLETED
    assert len(site.posted) == 1
    paths = [path for path, _ in yard.web.asked if path.endswith(("/bulk", "/claim"))]
    assert paths[0].endswith("/bulk")
    assert site.token not in log.read_text()
    assert yard.key not in log.read_text()


def test_the_command_says_in_a_line_that_its_key_is_wrong(yard: AgentYard) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "taskyard", "agent", "--server-key-file=-", f"--url={yard.web.url}"],
        input="ty_wrong_key\n", env={"TASKYARD_HOME": str(yard.folder)}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("taskyard: The gateway does not take the server key.")


def test_what_does_not_end_in_its_grace_time_is_left_to_others(
    yard: AgentYard, site: BusyMastodon, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = yard.order(site.url)
    site.misbehave("post", SLOW)
    with yard.agent(grace_seconds=0.1).at_work():
        eventually(lambda: site.count("post"), what="the request to post")
    assert yard.task(task_id).status is Status.RUNNING
    assert yard.spooled == []
    assert "when the leases end: 1 task\n" in caplog.text


def test_the_command_stops_when_it_is_told_and_logs_in_json(yard: AgentYard) -> None:
    environ = {"TASKYARD_SERVER_KEY": yard.key, "TASKYARD_HOME": str(yard.folder)}
    words = ["-m", "taskyard", "agent", f"--url={yard.web.url}", "--json", "--services=social"]
    process = YardProcess(words, environ, yard.folder / "agent.log")
    try:
        eventually(lambda: yard.web.count("/health"), 30.0, "the first call")
        process.until_logged("this is server w1")
        process.signal(SIGTERM)
        process.until_ended()
    finally:
        process.end()
    lines = [json.loads(line) for line in process.log.splitlines()]
    assert {line["process"] for line in lines} == {"agent"}
    assert (yard.folder / "agent" / yard.server.id).is_dir()
