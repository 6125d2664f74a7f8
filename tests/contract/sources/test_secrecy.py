"""Whatever goes wrong, nothing that opens a source is told or logged."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest

from shared import logs
from shared.errors import TaskError
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.protocol import open_source
from shared.sources.url import read_source_url
from tests.contract.sources.conftest import PROTOCOLS
from tests.contract.sources.sourcing import read
from tests.sources.served import Served

SECRET = "open-sesame"
SECRETS = ("password", "secret", "client_secret", "token")


@pytest.mark.parametrize("protocol", [p for p in PROTOCOLS if p != "local"])
def test_neither_errors_nor_logs_tell_a_secret(
    served: Served, open_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, level in logs.QUIET.items():
        caplog.set_level(level, name)
    served.put("a.txt", b"a")
    read(served.url, served.options, open_settings)
    told = caplog.text + _failure(served, open_settings)
    secrets = {SECRET, *(v for k, v in served.options.items() if k in SECRETS and v != "tests")}
    assert [secret for secret in secrets if secret in told] == []


def _failure(served: Served, settings: Settings) -> str:
    """What is told where the credentials are wrong, its traceback as a log has it."""
    given: dict[str, Any] = dict(served.options)
    given |= {name: SECRET for name in SECRETS if name in given}
    url = read_source_url(served.url, settings)
    try:
        with open_source(url, SourceOptions.of(given), settings) as source:
            list(source.entries(True))
    except TaskError:
        return traceback.format_exc()
    return ""
