"""How the machine is that an agent runs on: in percent, as the gateway is told."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from threading import active_count
from typing import Any
from urllib.parse import urlsplit

from taskyard.agent.plan import Plan

MEMORY = Path("/proc/meminfo")
PORTS = {"https": 443, "http": 80}


def health(plan: Plan, running: int) -> dict[str, Any]:
    """What the gateway is told, of an agent that runs so many tasks."""
    folder = next(f for f in (plan.spool, *plan.spool.parents) if f.exists())
    return {
        "server_name": socket.gethostname(),
        "ip": address_towards(plan.url),
        "cpu_usage": cpu_usage(),
        "ram_usage": ram_usage(),
        "disk_usage": disk_usage(folder),
        "active_threads": active_count(),
        "active_tasks": running,
    }


def cpu_usage() -> float:
    """The processes that want to run in the last minute, for each processor; at most 100."""
    return _percent(os.getloadavg()[0], os.cpu_count() or 1)


def ram_usage(meminfo: str | None = None) -> float:
    """What is in use of the memory; what the kernel would give back at once is not."""
    if meminfo is None and not MEMORY.exists():
        free, whole = os.sysconf("SC_AVPHYS_PAGES"), os.sysconf("SC_PHYS_PAGES")
        return _percent(whole - free, whole)
    lines = (line.split() for line in (meminfo or MEMORY.read_text("ascii")).splitlines())
    sizes = {words[0].rstrip(":"): int(words[1]) for words in lines}
    whole = sizes["MemTotal"]
    return _percent(whole - sizes.get("MemAvailable", sizes["MemFree"]), whole)


def disk_usage(folder: Path) -> float:
    """What is in use of the disk that ``folder`` is on."""
    usage = shutil.disk_usage(folder)
    return _percent(usage.used, usage.total)


def address_towards(url: str) -> str:
    """This machine's address on the way to the host of ``url``, "" where there is none.

    Nothing is sent: a datagram socket that is connected has an address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 80)
        family, kind, _, _, to = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as towards:
            towards.connect(to)
            return str(towards.getsockname()[0])
    except (OSError, ValueError):
        return ""


def _percent(part: float, whole: float) -> float:
    return round(min(100.0, 100.0 * part / whole), 1) if whole else 0.0
