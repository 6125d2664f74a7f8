"""An agent's settings are those of its connectors; a yard's are of no use to it."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from shared.errors import SettingsError
from taskyard.agent.settings import agent_settings


def test_no_yard_is_needed(tmp_path: Path) -> None:
    given = {"TASKYARD_HOME": str(tmp_path), "TASKYARD_ALLOW_NETWORKS": "10.0.0.0/8"}
    settings = agent_settings(given)
    assert settings.allow_networks == (ip_network("10.0.0.0/8"),)
    assert settings.home == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_yards_own_settings_beside_it_do_not_count() -> None:
    key = "a secret key for tests, long enough"
    given = {"TASKYARD_SECRET_KEY": key, "TASKYARD_DATABASE_URL": "oracle://"}
    settings = agent_settings(given)
    assert settings.secret_key != key
    assert settings.database_url.startswith("sqlite:")


def test_what_connectors_read_is_checked() -> None:
    with pytest.raises(SettingsError, match="TASKYARD_ALLOW_NETWORKS"):
        agent_settings({"TASKYARD_ALLOW_NETWORKS": "everything"})
