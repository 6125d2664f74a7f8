"""How a machine is, in percent."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskyard.agent import machine
from taskyard.agent.plan import Plan

MEMINFO = "MemTotal:  8000 kB\nMemFree:  1000 kB\n"


@pytest.mark.parametrize(
    ("meminfo", "percent"),
    [(MEMINFO, 87.5), (MEMINFO + "MemAvailable: 6000 kB\n", 25.0)],
    ids=["old kernel", "available"],
)
def test_memory_that_can_be_had_is_not_in_use(meminfo: str, percent: float) -> None:
    assert machine.ram_usage(meminfo) == percent


def test_the_gateway_is_told_percents_and_the_address_on_its_side(tmp_path: Path) -> None:
    plan = Plan(url="http://127.0.0.1:8000", spool=tmp_path / "not" / "there")
    said = machine.health(plan, 3)
    assert (said["ip"], said["active_tasks"]) == ("127.0.0.1", 3)
    assert all(0 <= said[f"{what}_usage"] <= 100 for what in ("cpu", "ram", "disk"))
    assert said["active_threads"] >= 1
    assert said["server_name"]


def test_a_host_that_nobody_knows_has_no_address() -> None:
    assert machine.address_towards("http://[::1") == ""
