"""``taskyard …`` as typed, in the test's own yard and process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.db import Store
from shared.settings import Settings
from taskyard.cli import taskyard

Command = Callable[..., Result]


@pytest.fixture
def command(settings: Settings, store: Store) -> Command:
    """Runs ``taskyard …`` in the test's own yard."""
    environ = {
        "TASKYARD_HOME": str(settings.home),
        "TASKYARD_DATABASE_URL": settings.database_url,
        "TASKYARD_SECRET_KEY": settings.secret_key,
        "TASKYARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "TASKYARD_PORT": "1",
    }

    def run(*words: str) -> Result:
        result = CliRunner().invoke(taskyard, words, env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def answer(result: Result) -> Any:
    """What a command that succeeded says in JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
