"""The examples of the document about the client, run as they stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.broker.memory import MemoryBroker
from shared.tasks import dispatch
from shared.yard import Yard
from tests.calling import Station
from workers.execute import execute
from workers.system.echo import ECHO

DOCUMENT = Path(__file__).parents[3] / "docs" / "client.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


@contextmanager
def echoing(yard: Yard) -> Iterator[None]:
    """Whatever is to be echoed is, at once."""
    stop, broker = Event(), yard.broker
    assert isinstance(broker, MemoryBroker)

    def work() -> None:
        while not stop.wait(0.01):
            dispatch.release(yard, ECHO.queue)
            while (message := broker.take(ECHO.queue)) is not None:
                execute(yard, ECHO, message.ids, "worker/test")

    working = Thread(target=work)
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join()


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_runs(
    number: int,
    station: Station,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TASKYARD_URL", station.web.url)
    monkeypatch.setenv("TASKYARD_API_KEY", station.key)
    with echoing(station.bench.yard):
        exec(compile(BLOCKS[number], str(DOCUMENT), "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


def test_the_document_has_examples() -> None:
    assert len(BLOCKS) == 3
