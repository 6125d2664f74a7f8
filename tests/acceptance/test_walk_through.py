"""The documents' walk-throughs, run as they stand there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.yard import UpYard

DIALECTS = Path(__file__).parents[2] / "docs" / "dialects.md"
SCRIPT = re.compile(r"```sh\n(API=.*?)```", re.DOTALL)


def told_by(up: UpYard, sign: str) -> list[dict[str, Any]]:
    """What the script with ``sign`` in it prints, line by line."""
    scripts = SCRIPT.findall(DIALECTS.read_text(encoding="utf-8"))
    [script] = [script for script in scripts if sign in script]
    assert "localhost:8000" in script
    here = {
        "localhost:8000": f"127.0.0.1:{up.port}",
        ".venv/bin/": f"{Path(sys.executable).parent}/",
    }
    for written, meant in here.items():
        script = script.replace(written, meant)
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=up.folder,
        env=up.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    ).stdout
    return [json.loads(line) for line in told.splitlines()]


def test_people_answer_as_the_document_shows(up: UpYard) -> None:
    asked, answered, task = told_by(up, "/validations/next")

    assert asked["taskId"] == answered["taskId"] == task["taskId"]
    assert (task["status"], task["result"]["answer"]) == ("COMPLETED", "question")
    assert [a["annotator"] for a in task["result"]["answers"]] == ["ann"]


def test_operators_post_as_the_document_shows(up: UpYard) -> None:
    answers = told_by(up, "/task/stats")

    assert {answer["code"] for answer in answers} == {0}
    posted, stats, stopped, deleted = (answer["data"] for answer in answers)
    assert (posted["status_text"], posted["username"]) == ("completed", "ann")
    assert stats["completed"] >= 1
    assert (stopped["status"], stopped["remark"]) == (3, "stopped")
    assert deleted["deleted_ids"] == [stopped["id"]]
    assert list((up.home / "outbox" / "ann").iterdir())


def test_a_server_works_as_the_document_shows(up: UpYard) -> None:
    heard, begun, several, campaign = told_by(up, "/worker/tasks/bulk")

    assert heard["data"]["status"] == "ok"
    assert begun["data"]["link_id"] == several["results"][0]["link_id"]
    counts = campaign["counts"]
    assert (several["success"], counts["completed"], counts["total"]) == (1, 1, 1)
