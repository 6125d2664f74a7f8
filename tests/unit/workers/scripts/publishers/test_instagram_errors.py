"""What Instagram's refusals mean."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import TaskError
from shared.sites.outcome import NotAccepted, TryLater
from workers.scripts.publishers.instagram.errors import (
    Missing,
    processing_failure,
    refusal,
    usage_seconds,
)
from workers.scripts.publishers.protocol import LoggedOut

USE = '{"1": [{"type": "instagram", "estimated_time_to_regain_access": %s}], "2": []}'


@pytest.mark.parametrize(
    ("code", "subcode", "kind", "delay"),
    [
        (190, 463, LoggedOut, None),
        (10, None, LoggedOut, None),
        (200, None, LoggedOut, None),
        (25, 2207050, LoggedOut, None),
        (4, None, TryLater, 900.0),
        (17, None, TryLater, 900.0),
        (32, None, TryLater, 900.0),
        (613, None, TryLater, 900.0),
        (9, 2207042, TryLater, 21_600.0),
        (4, 2207051, NotAccepted, None),
        (-1, 2207001, TryLater, None),
        (-2, 2207003, TryLater, None),
        (24, 2207008, TryLater, None),
        (9007, 2207027, TryLater, None),
        (-1, None, TryLater, None),
        (2, None, TryLater, None),
        (1, 2207057, NotAccepted, None),
        (9004, 2207052, NotAccepted, None),
        (352, 2207026, NotAccepted, None),
        (36000, 2207004, NotAccepted, None),
        (36003, 2207009, NotAccepted, None),
        (100, None, NotAccepted, None),
        (100, 33, Missing, None),
    ],
)
def test_each_code_has_its_meaning(
    code: int, subcode: int | None, kind: type[TaskError], delay: float | None
) -> None:
    error = refusal({"message": "Their words.", "code": code, "error_subcode": subcode})
    assert (type(error), error.delay_seconds) == (kind, delay)
    assert str(error).startswith("Their words. (code ")


@pytest.mark.parametrize(
    ("status", "given", "kind"),
    [
        (500, {}, TryLater),
        (503, {"code": 100}, TryLater),
        (429, {}, TryLater),
        (401, {}, LoggedOut),
        (404, {}, NotAccepted),
        (302, {}, TryLater),
        (400, {"code": 100, "is_transient": True}, TryLater),
        (400, {"code": "odd"}, NotAccepted),
    ],
    ids=range(8),
)
def test_others_go_by_their_status(
    status: int, given: dict[str, Any], kind: type[TaskError]
) -> None:
    assert type(refusal(given, status=status)) is kind


def test_words_for_users_are_told_where_there_are_some() -> None:
    given = {"message": "m", "error_user_msg": "The image is too large.", "code": 36000}
    assert str(refusal(given)) == "The image is too large. (code 36000)"


def test_a_delay_that_is_asked_for_is_kept() -> None:
    assert refusal({"code": 4}, asked_seconds=5.0).delay_seconds == 5.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Error: 2207032", TryLater),
        ("Error: Media upload has failed with error code 2207076", NotAccepted),
        ("", NotAccepted),
    ],
)
def test_a_container_that_failed_goes_by_the_code_in_its_words(
    status: str, kind: type[TaskError]
) -> None:
    assert type(processing_failure(status)) is kind


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (USE % 7, 420.0),
        (USE % 0, None),
        ("{}", None),
        ("[]", None),
        ("{", None),
        ('{"1": 3}', None),
        (USE % '"soon"', None),
    ],
    ids=range(7),
)
def test_the_time_until_the_api_is_open_again_is_read(header: str, seconds: float | None) -> None:
    assert usage_seconds({"x-business-use-case-usage": header}) == seconds


@pytest.mark.parametrize("minutes", ['"nan"', '"inf"', "-5", "0"])
def test_a_time_that_is_none_is_not_waited_for(minutes: str) -> None:
    assert usage_seconds({"x-business-use-case-usage": USE % minutes}) is None


def test_without_that_header_no_time_is_known() -> None:
    assert usage_seconds({}) is None
