"""A real Bluesky PDS from npm, behind a site that passes everything on, and misbehaves on demand.

It is installed once into the environment of the tests, from the lock file beside its script.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from tests.servers import eventually, free_port
from tests.sites.bluesky_server import PASSWORD, POSTS, PROFILE
from tests.sites.faulty_site import Asked, FaultySite, Reply

SOURCE = Path(__file__).parent / "pds"
LEAST_NODE = 20
INSTALL_SECONDS = 400.0
FAILED_SECONDS = 1800.0
NPM = ("--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000")
START_SECONDS = 60.0
PASSED_ON = ("authorization", "content-type")
NUMBERS = count(1)
Json = Mapping[str, Any]


class NoPds(Exception):
    """There is none on this machine; the message says why."""


class RealPds(FaultySite):
    """Passes requests on to the PDS at ``behind``, for an account that it makes there."""

    def __init__(self, behind: str) -> None:
        super().__init__()
        self._client = httpx.Client(base_url=behind, timeout=30.0)
        name = f"ann{next(NUMBERS)}"
        self._handle = f"{name}.test"
        account = {"handle": self._handle, "password": PASSWORD, "email": f"{name}@example.org"}
        made = self._client.post("/xrpc/com.atproto.server.createAccount", json=account)
        self._did = str(made.raise_for_status().json()["did"])

    @property
    def credential(self) -> dict[str, str]:
        """How to log in here; a PDS has no video service."""
        return {
            "service": self.url,
            "identifier": self._handle,
            "password": PASSWORD,
            "video_service": "",
        }

    def posts(self) -> list[Json]:
        """The posts of the account."""
        params = {"repo": self._did, "collection": POSTS}
        listed = self._client.get("/xrpc/com.atproto.repo.listRecords", params=params)
        return [each["value"] for each in listed.raise_for_status().json()["records"]]

    def profile(self) -> Json | None:
        """The record of its profile."""
        params = {"repo": self._did, "collection": PROFILE, "rkey": "self"}
        found = self._client.get("/xrpc/com.atproto.repo.getRecord", params=params).json()
        return dict(found["value"]) if "value" in found else None

    def blob(self, reference: Json) -> bytes:
        """The content of a blob that a record refers to."""
        params = {"did": self._did, "cid": reference["ref"]["$link"]}
        return self._client.get("/xrpc/com.atproto.sync.getBlob", params=params).content

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def named(self, asked: Asked) -> str:
        """The method's name without its namespace."""
        return asked.url.path.rpartition(".")[2]

    def refusal(self, message: str) -> Reply:
        """Never needed: the PDS itself refuses."""
        return Reply(400, {"error": "InvalidRequest", "message": message})

    def carried_out(self, call: str, asked: Asked) -> Reply:
        """What the PDS answers."""
        headers = {
            name: value for name, value in asked.headers.items() if name.lower() in PASSED_ON
        }
        url = f"{asked.url.path}?{asked.url.query}"
        answer = self._client.request(asked.method, url, headers=headers, content=asked.body)
        return Reply(answer.status_code, answer.json())


@contextmanager
def real_pds(folder: Path) -> Iterator[str]:
    """The URL of a fresh PDS that stores in ``folder``; `NoPds` where there can be none."""
    packages = _installed()
    port = free_port()
    words = [_program("node"), str(SOURCE / "server.mjs"), str(folder), str(port), str(packages)]
    with (
        (folder / "pds.log").open("wb") as log,
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as pds,
    ):
        try:
            said = pds.stdout.readline() if pds.stdout else b""
            if not said:
                told = (folder / "pds.log").read_text(errors="replace").strip()
                raise NoPds(f"it does not start: {told[-300:]}")
            yield str(json.loads(said)["url"])
        finally:
            pds.terminate()
            eventually(lambda: pds.poll() is not None, 30.0, "the end of the PDS")


def _installed() -> Path:
    """The folder with the packages, installed by whichever test process is first."""
    major = int(_told([_program("node"), "--version"]).removeprefix("v").partition(".")[0])
    if major < LEAST_NODE:
        raise NoPds(f"Node.js {LEAST_NODE} or later is needed, this is {major}")
    lock = (SOURCE / "package-lock.json").read_bytes()
    name = f"pds-{hashlib.sha256(lock).hexdigest()[:12]}-node{major}"
    folder = Path(sys.prefix) / "share" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install_once(folder)
            (folder / "ready").touch()
    return folder


def install_ahead() -> None:
    """Begin to install it beside the tests that come before; what goes wrong is told later."""

    def work() -> None:
        with suppress(NoPds):
            _installed()

    Thread(target=work, daemon=True).start()


def _install_once(folder: Path) -> None:
    """Install it, unless that failed a moment ago: every process of tests would wait as long."""
    failure = folder / "failure"
    with suppress(FileNotFoundError):
        if time.time() - failure.stat().st_mtime < FAILED_SECONDS:
            raise NoPds(failure.read_text())
    try:
        _install(folder)
    except NoPds as error:
        failure.write_text(str(error))
        raise


def _install(folder: Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / file, folder)
    words = [_program("npm"), "ci", *NPM, "--prefix", str(folder)]
    _told(words, INSTALL_SECONDS)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoPds(f"there is no program `{name}` (Node.js)")
    return found


def _told(words: list[str], seconds: float = 30.0) -> str:
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=True, timeout=seconds, env={**os.environ}
        )
    except (OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", "") or ""
        raise NoPds(f"{Path(words[0]).name} {words[1]}: {error} {str(told)[-300:]}") from error
    return done.stdout.strip()
