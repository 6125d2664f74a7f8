"""The documents' walk-through, run as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.yard import UpYard

DIALECTS = Path(__file__).parents[2] / "docs" / "dialects.md"
SCRIPT = re.compile(r"```sh\n(API=.*?)```", re.DOTALL)


def test_people_answer_as_the_document_shows(up: UpYard) -> None:
    scripts = SCRIPT.findall(DIALECTS.read_text(encoding="utf-8"))
    [script] = [script for script in scripts if "/validations/next" in script]
    here = {
        "localhost:8000": f"127.0.0.1:{up.port}",
        ".venv/bin/": f"{Path(sys.executable).parent}/",
    }
    for written, meant in here.items():
        assert written in script
        script = script.replace(written, meant)
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=up.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    ).stdout
    asked, answered, task = (json.loads(line) for line in told.splitlines())
    assert asked["taskId"] == answered["taskId"] == task["taskId"]
    assert (task["status"], task["result"]["answer"]) == ("COMPLETED", "question")
    assert [a["annotator"] for a in task["result"]["answers"]] == ["ann"]
