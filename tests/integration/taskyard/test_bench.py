"""``taskyard bench``: every measurement works and leaves nothing behind; times are not judged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import isfinite
from pathlib import Path

import orjson
import pytest

from taskyard.bench import command as command_module
from taskyard.bench.child import Child
from taskyard.bench.command import command
from taskyard.bench.failure import BenchFailed
from taskyard.bench.plan import Plan
from taskyard.bench.reply import request_bytes
from taskyard.bench.stage import open_stage, store_facts
from taskyard.bench.store_limit import bare_commits
from taskyard.bench.traffic import Address, load, require_status

TINY = Plan(
    connections=(1, 4),
    warm_seconds=0.1,
    single_seconds=0.4,
    bulk_items=300,
    bulk_requests={"postgresql": 1, "sqlite": 1},
    rounds=1,
    delay_seconds=0.5,
    peer_tasks={"redis": 30, "sql": 30},
    peer_delay_seconds=0.3,
    limit_seconds=0.2,
    quiet_samples=2,
    flood_items=300,
    flood_seconds=0.4,
    flood_pairs=1,
    extraction_files=13,
    extraction_rounds=1,
    search_chunks=1200,
    search_questions=3,
    hearing_seconds=1.0,
    links=60,
    page_rows=300,
    page_samples=2,
    streams=5,
)
BENCH = (sys.executable, "-m", "taskyard.bench")


@pytest.fixture(autouse=True)
def _in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@contextmanager
def http_server(answer: bytes, status: int = 200) -> Iterator[Address]:
    """Something that answers every GET."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield ("127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "lines"),
    [
        ("speed", 8),
        ("fairness", 4),
        ("search", 2),
        ("hearing", 1),
        ("extraction", 1),
        ("servers", 3),
        ("streams", 3),
    ],
)
def test_every_measurement_gives_figures(
    part: str,
    lines: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command_module, "QUICK", TINY)
    file = tmp_path / "figures.json"
    words = ["--quick", "--store", "sqlite", "--only", part, "--json", str(file)]
    command.main(words, standalone_mode=False)
    told = orjson.loads(file.read_bytes())
    assert len(told["figures"]) == len(capsys.readouterr().out.splitlines()) - 1 == lines
    assert "wal" in told["machine"]["sqlite"]
    for figure in told["figures"]:
        assert is_sane(figure), figure
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


def is_sane(figure: Mapping[str, float]) -> bool:
    """Whether the figure is a number above 0, in order."""
    numbers = figure["value"], figure["ratio"]
    p50, p99 = figure["p50_ms"] or 0, figure["p99_ms"] or 0
    return all(isfinite(n) and n > 0 for n in numbers) and 0 <= p50 <= p99


def test_postgresql_is_measured_as_it_runs_in_production() -> None:
    with open_stage("postgresql") as stage:
        assert "fsync on, synchronous_commit on" in store_facts(stage.store)
        assert bare_commits(stage.store, 0.05) > 0
        folder = stage.folder
    assert not folder.exists()


def test_ctrl_c_stops_everything_and_removes_the_data(tmp_path: Path) -> None:
    started = subprocess.Popen(
        [*BENCH, "--quick", "--store", "sqlite"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert started.stderr is not None
    with started.stderr as lines:
        assert any("bare commits" in line for line in lines)
        started.send_signal(signal.SIGINT)
        rest = lines.read()
    assert started.wait(timeout=60) == 130
    assert "everything that was started is down" in rest
    assert list(tmp_path.iterdir()) == []
    assert processes_in(tmp_path) == []


def processes_in(folder: Path) -> list[str]:
    """The command lines of processes that work in ``folder``."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found


def test_help_tells_what_it_does() -> None:
    told = subprocess.run([*BENCH, "--help"], capture_output=True, text=True, check=True).stdout
    assert {"--json", "--store", "--only", "--quick"} <= set(told.split())


def test_the_load_sends_as_fast_as_answers_come() -> None:
    request = request_bytes("GET", "/", "none")
    with http_server(b"hello") as address:
        samples = load(address, request, 3, 0.3)
    assert len(samples) > 3
    assert {sample.body for sample in samples} == {b"hello"}
    assert all(sample.milliseconds > 0 for sample in samples)


def test_the_load_keeps_to_a_rate() -> None:
    request = request_bytes("GET", "/", "none")
    with http_server(b"hello") as address:
        samples = load(address, request, 3, 0.5, rate=40)
    dues = sorted(sample.due for sample in samples)
    assert len(samples) == 20
    assert dues[-1] - dues[0] == pytest.approx(19 / 40)


def test_an_answer_of_another_status_is_told_with_its_body() -> None:
    with http_server(b"no room", 429) as address:
        samples = load(address, request_bytes("GET", "/", "none"), 1, 0.05)
    with pytest.raises(BenchFailed, match="429 instead of 201: no room"):
        require_status(samples, 201)


def test_a_process_that_dies_is_told_with_the_end_of_its_log() -> None:
    with open_stage("sqlite") as stage:
        words = (sys.executable, "-c", "import sys; print('why'); sys.exit(3)")
        child = Child("part", words, stage.log_file("part"), stage.environ)
        with pytest.raises(BenchFailed, match="part ended with code 3:\nwhy"):
            child.await_ready(lambda: False)
        child.stop()
