"""A real yard for acceptance tests: ``taskyard up`` in a HOME of its own, on free ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.measured import measuring
from tests.servers import eventually, free_port

TASKYARD = (sys.executable, "-m", "taskyard")


class UpYard:
    """One ``taskyard up``; its output goes to a file beside its HOME.

    Of the lines that its processes run nothing is known unless it ``is_measured``.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str] | None = None,
        *,
        is_measured: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.home = folder / "home"
        self.port = free_port()
        self.flower_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **{name: text for name, text in os.environ.items() if not name.startswith("TASKYARD_")},
            "TASKYARD_HOME": str(self.home),
            "TASKYARD_PORT": str(self.port),
            "TASKYARD_FLOWER_PORT": str(self.flower_port),
            **(measuring() if is_measured else {}),
            **(environ or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return (self.folder / "output").read_text(errors="replace")

    @property
    def pids(self) -> dict[str, int]:
        """Its processes' ids by name."""
        record = json.loads((self.home / "up.json").read_text())
        return {p["name"]: p["pid"] for p in record["processes"] if p["pid"]}

    def start(self, *options: str) -> None:
        """Start it, without waiting for anything."""
        with (self.folder / "output").open("wb") as out:
            self.process = subprocess.Popen(
                (*TASKYARD, "up", *options),
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Wait for the table of addresses."""
        eventually(self._is_ready_or_over, seconds, "Taskyard's table")
        assert "Taskyard is ready" in self.output, self.output

    def stop(self, how: int = signal.SIGTERM, seconds: float = 60.0) -> int:
        """Ask it to stop; its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def end(self) -> None:
        """Stop it where it still runs; at once where it takes too long."""
        if self.process is None or self.process.poll() is not None:
            return
        left = session_members(set(self.pids.values())) if (self.home / "up.json").exists() else []
        try:
            self.stop(seconds=30)
        except subprocess.TimeoutExpired:
            for pid in (*left, self.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``taskyard words…`` in this yard's environment."""
        return subprocess.run(
            (*TASKYARD, *words),
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def json(self, *words: str) -> Any:
        """What ``taskyard words… --json`` answers."""
        done = self.command(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def client(self) -> httpx.Client:
        """A client of its gateway, in the name of the demo account."""
        key = (self.home / "demo_api_key").read_text().strip()
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"})

    def _is_ready_or_over(self) -> bool:
        assert self.process is not None
        return "Taskyard is ready" in self.output or self.process.poll() is not None


def is_alive(pid: int) -> bool:
    """Whether a process with that id exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def session_members(pids: set[int]) -> set[int]:
    """Every living process in the sessions that ``pids`` lead."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) in pids and fields[0] != "Z":
            found.add(int(folder.name))
    return found
