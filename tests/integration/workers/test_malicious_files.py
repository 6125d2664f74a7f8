"""A file that kills the process that reads it costs its own task only, on real workers."""

from __future__ import annotations

import pytest

from shared.documents.intake import Arrival, take_in
from shared.tasks import dispatch
from shared.tasks.draft import Accepted
from shared.tasks.status import Status
from taskyard.bench.papers import Paper, build
from tests.documents.broken import self_drawing_pdf
from tests.integration.workers.conftest import NewYard
from tests.servers import ValkeyServer, eventually
from tests.working_yard import WorkingYard

MIB = 1024 * 1024
PAPER = Paper(pages=["The baker sells bread."])


@pytest.fixture(scope="module")
def yard(new_yard: NewYard, module_valkey: ValkeyServer) -> WorkingYard:
    """A yard with one worker of one child, whose tasks may take little memory."""
    yard = new_yard("sqlite", module_valkey, TASK_MEMORY_BYTES=256 * MIB)
    yard.scheduler()
    yard.worker("documents")
    return yard


def submitted(yard: WorkingYard, files: dict[str, bytes]) -> list[str]:
    """The jobs that read ``files``."""
    arrivals = [
        Arrival(name=name, mime_type="", written=yard.yard.blobs.write(content))
        for name, content in files.items()
    ]
    answers = dispatch.request(
        yard.yard,
        lambda tx: [
            draft
            for arrival in arrivals
            for draft in take_in(tx, yard.registry, yard.account.id, arrival).drafts
        ],
    )
    return [answer.task_id for answer in answers if isinstance(answer, Accepted)]


@pytest.mark.slow
def test_only_the_file_that_kills_is_poison(yard: WorkingYard) -> None:
    bad = {"bad.pdf": self_drawing_pdf()}
    good = {f"good.{kind}": build(kind, PAPER) for kind in ("pdf", "docx", "txt")}

    poison, *others = submitted(yard, bad | good)

    eventually(lambda: all(t.status.is_final for t in yard.tasks([poison, *others])), seconds=120)
    task = yard.task(poison)
    assert (task.status, (task.error or {})["code"]) == (Status.FAILED, "POISON")
    assert {t.status for t in yard.tasks(others)} == {Status.COMPLETED}
    (after,) = submitted(yard, {"later.txt": b"It goes on."})
    eventually(lambda: yard.task(after).status is Status.COMPLETED, seconds=60)
