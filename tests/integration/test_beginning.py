"""A setting that cannot be ends every process with one line, not with a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CELERY = ("celery", "--app=workers.app")


@pytest.mark.parametrize(
    "command",
    [
        ("api",),
        ("scheduler",),
        ("scheduler.notices",),
        ("workers", "system"),
        (*CELERY, "worker", "--queues=echo"),
        (*CELERY, "flower"),
        ("taskyard", "up"),
    ],
    ids=" ".join,
)
def test_an_impossible_setting_is_told_in_one_line(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    environ = {"TASKYARD_HOME": str(tmp_path), "TASKYARD_LEASE_SECONDS": "soon"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=environ | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert "TASKYARD_" in line
