"""What a PDS does not do as asked, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.settings import Settings
from shared.sites.outcome import NotAccepted, TryLater
from tests.sites.bluesky_server import DID, BlueskyServer, refused
from tests.sites.bluesky_task import PROMPT, Site, Task, failure, publisher, run
from tests.sites.faulty_site import (
    Fault,
    Reply,
)
from tests.sites.one_post import one_post
from workers.scripts.publishers.bluesky import BlueskyPublisher
from workers.scripts.publishers.protocol import LoggedOut, Post

pytestmark = pytest.mark.timeout(600)  # the first run installs a PDS


def test_a_wrong_password_logs_the_account_out(
    server: Site, settings: Settings, pictures: Post
) -> None:
    credential = {**server.credential, "password": "wrong-pass-word-here"}
    attempt = one_post(settings, credential, pictures)
    with pytest.raises(LoggedOut, match="AuthenticationRequired"):
        run(attempt)
    assert server.posts() == []


@pytest.mark.parametrize("missing", ["identifier", "password"])
def test_a_credential_without_what_is_needed_logs_the_account_out(
    strict: BlueskyServer, settings: Settings, pictures: Post, missing: str
) -> None:
    credential = {**strict.credential}
    del credential[missing]
    attempt = one_post(settings, credential, pictures)
    with pytest.raises(LoggedOut, match=f"credential.{missing}"):
        run(attempt)


def test_an_app_password_that_is_revoked_meanwhile_logs_the_account_out(
    strict: BlueskyServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, strict)
    strict.misbehave("createRecord", refused(400, "ExpiredToken", "Token has been revoked"))
    failure(attempt)
    strict.password = "another"
    assert isinstance(failure(attempt), LoggedOut)
    assert strict.posts() == []


@pytest.mark.parametrize("error", ["AccountTakedown", "AuthFactorTokenRequired"])
def test_an_account_that_may_not_log_in_is_logged_out(
    strict: BlueskyServer, task: Task, pictures: Post, error: str
) -> None:
    strict.misbehave("createSession", refused(401, error, "Account has been taken down"))
    assert isinstance(failure(task(pictures, strict)), LoggedOut)


@pytest.mark.parametrize(("status", "error"), [(403, "Forbidden"), (400, "InvalidRequest")])
@pytest.mark.parametrize("call", ["uploadBlob", "createRecord"])
def test_the_servers_reason_is_told(
    strict: BlueskyServer, task: Task, pictures: Post, call: str, status: int, error: str
) -> None:
    strict.misbehave(call, refused(status, error, "this is spam"))
    caught = failure(task(pictures, strict))
    assert isinstance(caught, NotAccepted)
    assert caught.message.endswith(f"{status}: {error}: this is spam")


def test_the_real_servers_reason_is_told(server: Site, task: Task, pictures: Post) -> None:
    attempt = task(pictures, server)
    server.misbehave("uploadBlob", Fault(Reply(200, {"blob": missing_blob()})))
    caught = failure(attempt)
    assert isinstance(caught, NotAccepted)
    assert "Could not find blob" in caught.message


def missing_blob() -> dict[str, Any]:
    """A reference to a blob that is not there."""
    link = "bafkreih2ozgmj6gjknmdvscpx3t2mzxbjzpz4nhvnlo3vvs2jkl2zjq4sa"
    return {"$type": "blob", "ref": {"$link": link}, "mimeType": "image/png", "size": 100}


@pytest.mark.parametrize("call", ["createSession", "uploadBlob", "createRecord"])
@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        (lambda: {"ratelimit-reset": str(int(datetime.now(UTC).timestamp()) + 300)}, 295, 301),
        (lambda: {"ratelimit-reset": str(int(datetime.now(UTC).timestamp()) + 7200)}, 7195, 7201),
        (lambda: {"ratelimit-reset": "300"}, 300, 300),
        (lambda: {"Retry-After": "17"}, 17, 17),
    ],
    ids=["moment", "hours", "span", "retry-after"],
)
def test_a_limit_on_rate_is_kept(
    strict: BlueskyServer,
    task: Task,
    pictures: Post,
    call: str,
    headers: Callable[[], dict[str, str]],
    least: float,
    most: float,
) -> None:
    strict.misbehave(
        call, refused(429, "RateLimitExceeded", "Rate Limit Exceeded", headers=headers())
    )
    error = failure(task(pictures, strict))
    assert isinstance(error, TryLater)
    assert error.delay_seconds is not None
    assert least <= error.delay_seconds <= most


@pytest.mark.parametrize("call", ["createSession", "getRecord", "uploadBlob", "createRecord"])
@pytest.mark.parametrize("content", [["what?"], {"what": "?"}], ids=["list", "object"])
def test_an_answer_that_is_not_the_protocols_is_no_success(
    strict: BlueskyServer, task: Task, pictures: Post, call: str, content: Any
) -> None:
    strict.misbehave(call, Fault(Reply(200, content)))
    assert isinstance(failure(task(pictures, strict)), TryLater)


def test_a_redirect_is_not_followed(strict: BlueskyServer, task: Task, pictures: Post) -> None:
    there = {"Location": "https://elsewhere.example/xrpc"}
    strict.misbehave("createRecord", Fault(Reply(307, {}, there)))
    error = failure(task(pictures, strict))
    assert isinstance(error, NotAccepted)
    assert "redirects to https://elsewhere.example/xrpc" in error.message


def test_a_server_in_a_private_network_is_refused(
    strict: BlueskyServer, task: Task, pictures: Post
) -> None:
    attempt = task(pictures, strict)
    closed = replace(attempt.settings, allow_networks=())
    with pytest.raises(NotAccepted, match="public internet"):
        run(attempt, BlueskyPublisher(closed, PROMPT))
    assert strict.calls == []


def test_proxies_of_the_environment_are_not_used(
    strict: BlueskyServer, task: Task, pictures: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    attempt = task(pictures, strict)
    run(attempt)
    assert len(strict.posts()) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"caption": "🚲" * 301}, "takes 300 characters, these are 301"),
        ({"caption": "👩‍👩‍👧‍👦" * 130}, "takes 3000 bytes"),
        ({"media": 5}, "takes 1 to 4 pictures in a post, these are 5"),
    ],
)
def test_what_bluesky_never_takes_is_refused_before_anything_is_sent(
    strict: BlueskyServer, task: Task, pictures: Post, change: dict[str, Any], told: str
) -> None:
    if "media" in change:
        change = {"media": (pictures.media[0],) * change["media"]}
    attempt = task(replace(pictures, **change), strict)
    with pytest.raises(NotAccepted, match=told):
        publisher(attempt).check(attempt.post)
    assert isinstance(failure(attempt), NotAccepted)
    assert strict.calls == []


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "e30.e30.e30"])
def test_a_session_without_usable_tokens_is_none(
    strict: BlueskyServer, task: Task, pictures: Post, token: str
) -> None:
    session = {"did": DID, "handle": "ann.test", "accessJwt": token, "refreshJwt": token}
    strict.misbehave("createSession", Fault(Reply(200, session)))
    assert isinstance(failure(task(pictures, strict)), TryLater)
    assert strict.posts() == []
