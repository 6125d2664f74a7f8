"""An ADB server with a telephone, the publisher, and posts to publish on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.db import Store
from shared.settings import Settings
from tests.adb.phone import Phone
from tests.adb.server import AdbServer, adb_server
from tests.contract.devices.publishing import SERIAL, Publishing
from workers.scripts.publishers.adb import tap


@pytest.fixture
def server() -> Iterator[AdbServer]:
    """An ADB server; a test ends with no complaint of it."""
    with adb_server() as running:
        yield running


@pytest.fixture
def phone(server: AdbServer) -> Phone:
    """The telephone."""
    return server.add(SERIAL)


@pytest.fixture
def publishing(
    server: AdbServer, phone: Phone, settings: Settings, sqlite_store: Store, tmp_path: Path
) -> Publishing:
    """The publisher on that server."""
    assert phone.serial in server.phones
    return Publishing(replace(settings, adb_server=server.address), sqlite_store, tmp_path)


@pytest.fixture
def no_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    """No app's buttons are known."""
    monkeypatch.setattr(tap, "BUTTONS", {})
