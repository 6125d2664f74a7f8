"""Log lines: as text and as JSON, with whatever is bound on each of them."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared import logs
from shared.settings import Settings, read_settings

log = logging.getLogger("tests.a_module")


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": "x" * 32})


def configured(settings: Settings, **changes: str) -> None:
    logs.configure(replace(settings, **changes), "gateway")  # type: ignore[arg-type]


def test_a_line_of_text_has_time_level_process_and_message(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings)
    log.info("hello %s", "there")
    line = capsys.readouterr().err
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO gateway hello there\n", line
    ), line


def test_a_line_of_json_is_one_object(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings, log_format="json")
    log.warning("two\nlines")
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    line = json.loads(text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("at"))
    assert line == {
        "level": "WARNING",
        "process": "gateway",
        "logger": "tests.a_module",
        "message": "two\nlines",
    }


def test_what_is_bound_stands_on_every_line_until_the_block_ends(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings)
    with logs.bound(task_id="t1"):
        with logs.bound(attempt="2"):
            log.info("inner")
        log.info("outer")
    log.info("after")
    inner, outer, after = capsys.readouterr().err.splitlines()
    assert inner.endswith("inner task_id=t1 attempt=2")
    assert outer.endswith("outer task_id=t1")
    assert after.endswith("after")


def test_what_is_bound_is_a_field_in_json(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings, log_format="json")
    with logs.bound(task_id="t1"):
        log.info("inner")
    assert json.loads(capsys.readouterr().err)["task_id"] == "t1"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_traceback_is_told(
    settings: Settings, capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    configured(settings, log_format=log_format)
    try:
        raise ZeroDivisionError("nothing to share")
    except ZeroDivisionError:
        log.exception("broken")
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "ZeroDivisionError: nothing to share" in told


def test_text_that_is_no_unicode_does_not_lose_the_line(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings, log_format="json")
    log.info("cannot open %s", "caf\udce9")
    assert json.loads(capsys.readouterr().err)["message"] == "cannot open caf\udce9"


def test_only_lines_of_the_level_asked_for_are_written(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings, log_level="WARNING")
    log.info("quiet")
    log.warning("loud")
    assert "quiet" not in (told := capsys.readouterr().err)
    assert "loud" in told


def test_chatty_libraries_are_quiet_and_never_louder_than_ourselves(settings: Settings) -> None:
    configured(settings, log_level="ERROR")
    assert logging.getLogger("httpx").level == logging.ERROR
    configured(settings, log_level="DEBUG")
    assert logging.getLogger("httpx").level == logging.WARNING


def test_configuring_twice_does_not_write_lines_twice(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(settings)
    configured(settings)
    log.info("once")
    assert capsys.readouterr().err.count("once") == 1
    assert [h.stream for h in logging.getLogger().handlers] == [sys.stderr]  # type: ignore[attr-defined]
