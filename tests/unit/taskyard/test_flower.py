"""Flower's list of workers."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping

import pytest

from taskyard import flower
from taskyard.flower import WorkerList
from taskyard.probe import Answer


class Flower:
    """A page that gives its answers in turn, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self._answers = list(answers)

    def __call__(self, url: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append((url, headers))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_the_list_is_asked_for_anew_until_every_worker_is_on_it() -> None:
    page = Flower(Answer(0, b""), Answer(200, b"{}"), Answer(200, b'{"a@h": {}, "b@h": {}}'))
    made = WorkerList("http://f", "taskyard:secret", 2, ask=page)
    assert [made.is_made() for _ in range(3)] == [False, False, True]
    url, headers = page.asked[0]
    assert url == "http://f/api/workers?refresh=1"
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"taskyard:secret"


def test_nobody_waits_for_flower_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: Iterator[float] = iter([10.0, 11.0, 10.0 + flower.PATIENCE_SECONDS])
    monkeypatch.setattr("taskyard.flower.time.monotonic", lambda: next(ticks))
    made = WorkerList("http://f", "x:y", 1, ask=Flower(Answer(503, b"busy")))
    assert not made.is_made()
    assert made.is_made()
