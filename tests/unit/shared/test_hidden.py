"""Secrets stay out of the log while they are hidden, whoever logs, and however."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from shared import logs
from shared.hidden import hidden
from shared.settings import read_settings

SECRET = "hunter22"
log = logging.getLogger("tests.a_module")


@pytest.fixture(autouse=True)
def _every_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level


def leak() -> None:
    """Log the secret in every way there is."""
    log.info("plain %s", SECRET)
    log.info("as a dict %(password)s", {"password": SECRET})
    log.info(f"%s and {SECRET}")  # noqa: G004 - a sign that is no argument's
    log.debug("wrong arguments %d", SECRET)
    log.warning("the stack of %s", SECRET, stack_info=True)
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError({"password": SECRET}) from error
    except RuntimeError:
        log.exception("broken")


def test_no_line_tells_what_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    with hidden([SECRET]):
        leak()
    assert SECRET not in caplog.text
    assert "plain …" in caplog.text
    assert "%s and …" in caplog.text
    assert "RuntimeError: {'password': '…'}" in caplog.text
    assert [SECRET in str(vars(record)) for record in caplog.records] == [False] * 6


@pytest.mark.usefixtures("_root_logger_as_it_was")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_line_of_our_own_log_tells_it(
    log_format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": "x" * 32}
    logs.configure(read_settings({**given, "TASKYARD_LOG_FORMAT": log_format}), "worker")
    with hidden([SECRET]):
        leak()
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "RuntimeError: {'password': '…'}" in told
    if log_format == "json":
        assert "Traceback" in json.loads(told.splitlines()[-1])["traceback"]


def test_a_library_may_log_from_a_thread_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with hidden([SECRET]):
        thread = Thread(target=leak)
        thread.start()
        thread.join()
    assert SECRET not in caplog.text


def test_what_two_hide_is_told_when_both_are_over(caplog: pytest.LogCaptureFixture) -> None:
    with hidden([SECRET]):
        with hidden([SECRET, "another one"]):
            pass
        log.info("one: %s, another one", SECRET)
    log.info("after: %s", SECRET)
    assert [record.getMessage() for record in caplog.records] == [
        "one: …, another one",
        f"after: {SECRET}",
    ]


def test_nothing_to_hide_changes_no_record(caplog: pytest.LogCaptureFixture) -> None:
    with hidden([]):
        log.info("plain %s", SECRET)
    (record,) = caplog.records
    assert (record.msg, record.args) == ("plain %s", (SECRET,))
