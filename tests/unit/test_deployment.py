"""What ships and what runs in production keeps up with the code."""

from __future__ import annotations

import re
from configparser import ConfigParser
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from shared.tasks.registry import load_registry

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "scheduler", "shared", "taskyard", "workers")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
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


def test_only_the_gateway_is_reachable_from_other_hosts(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"gateway", "flower"}
    assert all(port.startswith("127.0.0.1:") for port in published["flower"])
