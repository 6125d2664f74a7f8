"""The credential of a TikTok account: renewed, revoked, or not there at all."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest

from shared.db import Store, Transaction
from shared.errors import TaskError
from shared.settings import Settings
from shared.sites.outcome import TryLater
from shared.social.account import SocialAccount, get_social_account
from tests.sites.attempts import FAST, Attempts, attempts
from tests.sites.faulty_site import (
    CUT,
    CUT_AFTER,
    broken,
)
from tests.sites.tiktok_server import TikTokServer, refused
from workers.scripts.publishers.protocol import LoggedOut, Post
from workers.scripts.publishers.tiktok import login as tiktok_login
from workers.scripts.publishers.tiktok.publisher import TikTok


@pytest.fixture
def site(tiktok_site: TikTokServer) -> TikTokServer:
    return tiktok_site


@pytest.fixture
def task(tiktok_task: Attempts) -> Attempts:
    return tiktok_task


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_a_token_that_ended_is_renewed_and_kept_sealed(
    site: TikTokServer, store: Store, settings: Settings, short_video: Post
) -> None:
    task = attempts(store, settings, TikTok, site.credential, short_video)
    site.expire()
    assert task.run().url
    login = task.login()
    assert login.social
    assert "act." not in str(login.social.credential)
    assert (login.credential or {})["access_token"] == "act.2"
    assert (login.credential or {})["refresh_token"] == "rft.2"
    assert (login.credential or {})["client_secret"] == "secret"
    replace(task, noted={}).run()
    assert site.count("token") == 1


def test_a_token_that_ends_in_the_middle_is_renewed_there(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("status", refused(401, "access_token_invalid"))
    assert task.run().url
    assert site.count("token") == 1
    assert len(site.posts) == 1


def test_a_credential_revoked_in_the_middle_logs_the_account_out(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("chunk", CUT)
    task.failed()
    site.revoke()
    error = task.failed()
    assert isinstance(error, LoggedOut)
    assert "Refresh token is invalid." in str(error)


def test_a_new_credential_goes_on_where_the_old_one_was_revoked(
    site: TikTokServer, task: Attempts
) -> None:
    site.misbehave("chunk", CUT_AFTER)
    task.failed()
    site.revoke()
    task.failed()
    site.access_token = "act.77"
    task.give(access_token="act.77")
    assert task.run().url
    assert site.count("init") == 1
    assert len(site.posts) == 1


def test_a_credential_given_during_the_attempt_is_used(site: TikTokServer, task: Attempts) -> None:
    login = task.login()
    site.access_token = "act.88"
    task.give(access_token="act.88", refresh_token="rft.9")
    TikTok(task.yard.settings, FAST).publish(task.post, login, task)
    assert site.count("token") == 0
    assert (task.login().credential or {})["access_token"] == "act.88"


def test_a_credential_that_was_sealed_anew_during_the_attempt_is_renewed_and_kept(
    site: TikTokServer, task: Attempts
) -> None:
    login = task.login()
    task.give()
    site.expire()
    TikTok(task.yard.settings, FAST).publish(task.post, login, task)
    assert site.count("token") == 1
    assert (task.login().credential or {})["access_token"] == "act.2"


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_credential_given_while_the_old_one_is_renewed_stays(
    site: TikTokServer,
    store: Store,
    settings: Settings,
    short_video: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = attempts(store, settings, TikTok, site.credential, short_video)
    owner = Thread(target=lambda: task.give(access_token="act.77"))

    def read_slowly(tx: Transaction, account_id: str, social_id: str) -> SocialAccount:
        found = get_social_account(tx, account_id, social_id)
        if site.count("token") and not owner.ident:
            owner.start()
            owner.join(1.0)
        return found

    monkeypatch.setattr(tiktok_login, "get_social_account", read_slowly)
    site.expire()
    assert task.run().url
    owner.join(30.0)
    assert (task.login().credential or {})["access_token"] == "act.77"


def test_a_token_that_cannot_be_renewed_logs_the_account_out(
    site: TikTokServer, task: Attempts
) -> None:
    task.give(refresh_token="")
    site.expire()
    error = task.failed()
    assert isinstance(error, LoggedOut)
    assert "client_key, client_secret, refresh_token" in str(error)


def test_a_renewal_without_an_answer_is_tried_later(site: TikTokServer, task: Attempts) -> None:
    site.expire()
    site.misbehave("token", broken(), CUT)
    assert type(task.failed()) is TryLater
    assert type(task.failed()) is TryLater
    assert task.run().url


def test_a_missing_scope_logs_the_account_out(site: TikTokServer, task: Attempts) -> None:
    site.scopes.clear()
    error = task.failed()
    assert isinstance(error, LoggedOut)
    assert "video.publish" in str(error)


def test_a_credential_without_a_token_is_none(task: Attempts) -> None:
    task.give(access_token="")
    assert isinstance(task.failed(), LoggedOut)


def test_plain_http_is_for_allowed_networks(task: Attempts) -> None:
    with pytest.raises(TaskError) as caught:
        TikTok(replace(task.yard.settings, allow_networks=())).publish(
            task.post, task.login(), task
        )
    assert caught.value.code == "ADDRESS_REFUSED"
    assert not caught.value.retryable
