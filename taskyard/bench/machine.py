"""What was measured on: the machine and the versions, as far as they matter for speed."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("taskyard", "celery", "kombu", "redis", "SQLAlchemy", "psycopg", "granian")


def describe() -> dict[str, Any]:
    """The facts, as JSON. ``load_before`` is how many processes wanted a core before the run."""
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "system": platform.platform(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite_version": sqlite3.sqlite_version,
        **{name.lower(): _version(name) for name in PACKAGES},
    }


def sentence(facts: dict[str, Any]) -> str:
    """The facts in a line; says so where the machine is busy with other things."""
    busy = facts["load_before"] > facts["cores"] / 2
    note = f"; BUSY (load {facts['load_before']:.1f}): only the ratios count" if busy else ""
    return (
        f"{facts['cores']} cores of {facts['processor']}, Python {facts['python']}, "
        f"Celery {facts['celery']}{note}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
