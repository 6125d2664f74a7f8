"""Debian's packages unpacked into a folder of our own: nothing of the system is changed.

Which packages are needed beside those that the system has is found by apt; no root is needed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SECONDS = 300.0
DEPENDS = re.compile(r"^\s*\|?(?:Depends|Recommends): (\S+)$", re.MULTILINE)


class NoPackages(Exception):
    """They cannot be had on this machine; the message says why."""


class Packages:
    """Packages to be unpacked into ``folder``, with lists of apt's own below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._apart = folder / "apt"
        for name in ("lists/partial", "cache/archives/partial", "files"):
            (self._apart / name).mkdir(parents=True, exist_ok=True)
        self._options = [
            *("-o", f"Dir::State::Lists={self._apart / 'lists'}"),
            *("-o", f"Dir::Cache={self._apart / 'cache'}"),
            *("-o", "APT::Sandbox::User="),
            *("-o", "Debug::NoLocking=1"),
            *("-o", "Acquire::Retries=1"),
            *("-o", "Acquire::http::Timeout=30"),
        ]
        self._told("apt-get", "-qq", "update")

    def needed_by(self, package: str, pattern: str) -> list[str]:
        """What ``package`` names as needed or useful, of that pattern: one at least."""
        named = DEPENDS.findall(self._told("apt-cache", "depends", package))
        found = [name for name in named if re.fullmatch(pattern, name)]
        if not found:
            raise NoPackages(f"{package} is not made of packages as known here")
        return found

    def unpack(self, packages: Sequence[str], whole: Sequence[str]) -> None:
        """Fetch and unpack ``packages``, and of ``whole`` also all that the system lacks."""
        install = ("-qq", "--yes", "--no-install-recommends", "--print-uris", "install")
        lines = self._told("apt-get", *install, *whole).splitlines()
        lacking = [line.split()[1].partition("_")[0] for line in lines if line.startswith("'")]
        files = self._apart / "files"
        self._told("apt-get", "-qq", "download", *sorted({*packages, *lacking}), cwd=files)
        for file in sorted(files.glob("*.deb")):
            _run(["dpkg-deb", "--extract", str(file), str(self._folder)])
        shutil.rmtree(self._apart)

    def _told(self, program: str, *words: str, cwd: Path | None = None) -> str:
        return _run([program, *self._options, *words], cwd)


def _run(words: list[str], cwd: Path | None = None) -> str:
    if shutil.which(words[0]) is None:
        raise NoPackages(f"there is no program `{words[0]}` (Debian)")
    try:
        done = subprocess.run(
            words, cwd=cwd, capture_output=True, text=True, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", "") or ""
        raise NoPackages(f"{words[0]} {words[-1]}: {error} {str(told)[-300:]}") from error
    return done.stdout
