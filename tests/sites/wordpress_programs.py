"""PHP, MariaDB and WordPress from Debian's packages, unpacked into the environment of the tests.

No service of the system is installed or started, and no root is needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx

from tests.servers import eventually, free_port
from tests.sites.debian_packages import NoPackages, Packages
from tests.sites.installed_once import installed_once

SOURCE = Path(__file__).parent / "wordpress"
CONFIG = "wp-config.php"
WHOLE = ("php-cli", "php-mysql", "mariadb-server-core")
EXTENSIONS = ("mysqlnd", "mysqli", "ctype", "tokenizer", "iconv", "exif", "fileinfo")
SECONDS = 60.0


class NoWordPress(Exception):
    """There is none on this machine; the message says why."""


@dataclass(frozen=True)
class Blog:
    """A WordPress at work: its address, and how to sign in as its administrator."""

    url: str
    password: str


def install_ahead() -> None:
    """Begin to unpack it beside the tests that come before; what goes wrong is told later."""

    def work() -> None:
        with suppress(NoWordPress):
            installed()

    Thread(target=work, daemon=True).start()


def installed() -> Path:
    """The folder with the programs, unpacked once; `NoWordPress` where they cannot be had."""
    try:
        config = hashlib.sha256((SOURCE / CONFIG).read_bytes()).hexdigest()[:12]
        return installed_once(f"wordpress-{config}", _install, NoPackages)
    except NoPackages as error:
        raise NoWordPress(str(error)) from error


def _install(folder: Path) -> None:
    packages = Packages(folder)
    php, *_ = packages.needed_by("php-cli", r"php[\d.]+-cli")
    version = php.removesuffix("-cli")
    parts = packages.needed_by(php, rf"{version}-(common|opcache)")
    theme, *_ = packages.needed_by("wordpress", r"wordpress-theme-\w+")
    own = (php, *parts, f"{version}-mysql", "mariadb-server-core", "wordpress", theme)
    packages.unpack(own, WHOLE)
    shutil.copy(SOURCE / CONFIG, folder / "usr/share/wordpress" / CONFIG)


class Programs:
    """PHP and MariaDB below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._usr = folder / "usr"
        libraries = [*self._usr.glob("lib/*-linux-gnu*"), *folder.glob("lib/*-linux-gnu*")]
        self._environment = {
            **os.environ,
            "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
            "WORDPRESS_FOLDER": str(self._usr / "share/wordpress"),
        }

    @contextmanager
    def database(self, folder: Path) -> Iterator[Path]:
        """An empty MariaDB that stores in ``folder``; its socket."""
        data, socket = folder / "data", folder / "socket"
        (data / "mysql").mkdir(parents=True)
        tables = self._one("share/*/m*_system_tables.sql")
        words = [
            str(self._usr / "sbin/mariadbd"),
            "--no-defaults",
            f"--user={pwd.getpwuid(os.getuid()).pw_name}",
            f"--datadir={data}",
            f"--lc-messages-dir={tables.parent}",
            f"--character-sets-dir={tables.parent / 'charsets'}",
            "--skip-networking",
            "--skip-grant-tables",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-log-file-size=4M",
            "--innodb-data-file-path=ibdata1:4M:autoextend",
            "--innodb-autoextend-increment=1",
            "--innodb-buffer-pool-size=32M",
        ]
        contents = tables.with_name(tables.name.replace("tables", "tables_data"))
        made = "CREATE DATABASE wordpress CHARACTER SET utf8mb4;\nUSE mysql;\n"
        sql = made + "\n".join(file.read_text() for file in (tables, contents))
        self._told([*words, "--bootstrap"], sql)
        with self._running([*words, f"--socket={socket}"], folder / "database.log") as database:
            _await(socket.exists, database, folder / "database.log")
            yield socket

    @contextmanager
    def blog(self, folder: Path, socket: Path) -> Iterator[Blog]:
        """A WordPress on the database behind ``socket``."""
        self._environment["WORDPRESS_SOCKET"] = str(socket)
        said = self._told([*self._php(), str(SOURCE / "install.php")])
        address = f"127.0.0.1:{free_port()}"
        words = [*self._php(), "-S", address, str(SOURCE / "router.php")]
        with self._running(words, folder / "php.log") as php:
            blog = Blog(f"http://{address}", json.loads(said)["password"])
            _await(lambda: _answers(blog.url), php, folder / "php.log")
            yield blog

    def _php(self) -> list[str]:
        """PHP with what WordPress needs, and no configuration of the system's."""
        program = self._one("bin/php[0-9]*[0-9]")
        folder = self._one("lib/php/*/mysqli.so").parent
        there = [name for name in EXTENSIONS if (folder / f"{name}.so").exists()]
        options = [f"extension_dir={folder}", *(f"extension={name}" for name in there)]
        if (folder / "opcache.so").exists():
            options += ["zend_extension=opcache"]
        options += ["opcache.enable_cli=1", "memory_limit=256M", "sendmail_path=/bin/true"]
        return [str(program), "-n", *(word for option in options for word in ("-d", option))]

    def _one(self, pattern: str) -> Path:
        found = sorted(self._usr.glob(pattern))
        if not found:
            raise NoWordPress(f"the packages have no {pattern}")
        return found[0]

    def _told(self, words: list[str], given: str = "") -> str:
        try:
            done = subprocess.run(
                words,
                input=given,
                capture_output=True,
                text=True,
                check=True,
                timeout=SECONDS,
                env=self._environment,
            )
        except (OSError, subprocess.SubprocessError) as error:
            told = str(getattr(error, "stderr", "") or "")[-300:]
            raise NoWordPress(f"{Path(words[0]).name}: {error} {told}") from error
        return done.stdout

    @contextmanager
    def _running(self, words: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
        with (
            log.open("wb") as output,
            subprocess.Popen(words, stdout=output, stderr=output, env=self._environment) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()
                eventually(lambda: process.poll() is not None, 30.0, f"the end of {words[0]}")


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    eventually(lambda: ready() or process.poll() is not None, SECONDS, "its start")
    if process.poll() is not None:
        raise NoWordPress(f"it does not start: {log.read_text(errors='replace')[-300:]}")


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/wp-json/", timeout=SECONDS).is_success
    return False
