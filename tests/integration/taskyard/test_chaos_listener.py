"""What ``taskyard chaos`` hears by its webhook."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from shared.db import Store
from shared.notices.webhook import list_webhooks
from shared.settings import Settings
from taskyard.chaos.journal import Journal
from taskyard.chaos.listener import HOST, Listener, listening
from tests.memory_yard import PLAIN
from tests.noticing import NoticingYard
from tests.servers import eventually


@pytest.fixture
def noticing(
    sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> NoticingYard:
    """A yard whose plain tasks are the questions."""
    monkeypatch.setattr("taskyard.chaos.listener.QUESTION", PLAIN.name)
    return NoticingYard(sqlite_store, settings)


@contextmanager
def sending(yard: NoticingYard) -> Iterator[None]:
    """What is due is sent meanwhile."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.wait(0.05):
            yard.send()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_what_happens_to_questions_is_heard_and_no_webhook_is_left(noticing: NoticingYard) -> None:
    journal, told = Journal(), list[str]()
    with sending(noticing), listening(noticing.yard, noticing.account.id, journal, told.append):
        assert journal.heard == []
        task_id = noticing.submit()
        noticing.write()
        eventually(lambda: len(journal.all_heard() or ()) == 2, what="both notices")
    assert [(one.task_id, one.status) for one in journal.heard] == [
        (task_id, "pending"),
        (task_id, "queued"),
    ]
    assert (told, journal.surprises) == ([], [])
    with noticing.store.read() as tx:
        assert list_webhooks(tx, noticing.account.id, limit=1) == []


def test_where_notices_may_not_come_it_is_said_why(noticing: NoticingYard) -> None:
    closed = replace(noticing.yard.settings, webhook_allow_networks=())
    noticing.yard = replace(noticing.yard, settings=closed)
    journal, told = Journal(), list[str]()
    with sending(noticing), listening(noticing.yard, noticing.account.id, journal, told.append):
        assert journal.heard is None
        with noticing.store.read() as tx:
            assert list_webhooks(tx, noticing.account.id, limit=1) == []
    assert len(told) == 1
    assert "none is checked: url: must be on the public internet" in told[0]


def test_where_nobody_sends_it_is_said_so(
    noticing: NoticingYard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taskyard.chaos.listener.TEST_SECONDS", 0.2)
    journal, told = Journal(), list[str]()
    with listening(noticing.yard, noticing.account.id, journal, told.append):
        assert journal.heard is None
    assert told[0].endswith("nobody sent one within 0.2 s.")


def test_a_notice_that_is_not_signed_is_a_wrong_answer(noticing: NoticingYard) -> None:
    journal = Journal(heard=[])
    with Listener(noticing.yard, journal) as listener:
        said = listener.look_at(b'{"type": "task.queued", "data": {"taskId": "a"}}', {})
    assert said.refusal is not None
    assert journal.surprises == [f"a notice could not be verified: {said.refusal}"]
    assert journal.heard == []


def test_a_notice_that_is_cut_off_is_no_surprise(noticing: NoticingYard) -> None:
    journal = Journal()
    with Listener(noticing.yard, journal) as listener:
        thread = threading.Thread(target=listener.handle_request)
        thread.start()
        with socket.create_connection((HOST, listener.server_port)) as sender:
            sender.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{")
            sender.shutdown(socket.SHUT_WR)
            assert sender.recv(1) == b""
        thread.join()
    assert journal.surprises == []
