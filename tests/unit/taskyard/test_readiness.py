"""When a yard counts as ready."""

from __future__ import annotations

from io import StringIO

import pytest

from taskyard.child import Child
from taskyard.log_prefix import LogStream
from taskyard.probe import Answer
from taskyard.process import Process, Rank
from taskyard.readiness import Readiness


def child(name: str, *, is_ready: bool) -> Child:
    process = Process(name=name, command=("true",), rank=Rank.WORKER)
    made = Child(process, {}, LogStream(StringIO()))
    made.is_ready = is_ready
    return made


def test_all_have_to_be_ready_and_every_page_has_to_answer() -> None:
    children = [child("gateway", is_ready=True), child("system-1", is_ready=False)]
    pages = {"gateway": "http://gateway/readyz"}
    refusing = Readiness(children, pages, ask=lambda _url: Answer(503, b""))
    answering = Readiness(children, pages, ask=lambda _url: Answer(200, b""))
    assert refusing.missing() == ["gateway", "system-1"]
    assert answering.missing() == ["system-1"]
    children[1].is_ready = True
    assert answering.is_complete()


def test_a_page_that_answered_is_not_asked_again() -> None:
    asked: list[str] = []

    def ask(url: str) -> Answer:
        asked.append(url)
        return Answer(200, b"")

    readiness = Readiness([child("gateway", is_ready=True)], {"gateway": "u"}, ask=ask)
    assert readiness.is_complete()
    assert readiness.is_complete()
    assert asked == ["u"]


def test_who_waits_long_is_told_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taskyard.readiness.TELL_SECONDS", 0.0)
    told: list[str] = []
    children = [child("gateway", is_ready=True), child("system-1", is_ready=False)]
    assert not Readiness(children, {}, tell=told.append).is_complete()
    assert told == ["not ready yet: system-1"]
