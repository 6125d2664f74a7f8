"""Submissions in the gateway's words, addresses, credentials."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

import taskyard
from shared.errors import SettingsError
from taskyard.client import AsyncClient, Client, Listing, Submission
from taskyard.client.address import address_of, credential_of


def test_a_submission_is_told_in_the_gateways_words() -> None:
    submission = Submission(
        type="SENTIMENT_ANALYSIS",
        content="Bon",
        options=("good", "bad"),
        max_cents=25,
        priority=0,
        not_before=datetime(2030, 1, 31, 8, tzinfo=timezone(timedelta(hours=1))),
        after=["a"],
        after_policy="any",
    )
    assert submission.body() == {
        "type": "SENTIMENT_ANALYSIS",
        "content": "Bon",
        "options": ["good", "bad"],
        "maxCents": 25,
        "priority": 0,
        "notBefore": "2030-01-31T08:00:00+01:00",
        "after": ["a"],
        "afterPolicy": "any",
    }


def test_a_time_without_a_zone_is_a_mistake() -> None:
    naive = datetime(2030, 1, 31, 8)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="not_before: a datetime must have a time zone"):
        Submission(type="ECHO", content="", not_before=naive).body()


def test_a_page_is_no_larger_than_what_is_wanted() -> None:
    assert Listing(most=7).query(None)["limit"] == 7
    assert Listing(most=700).query("c")["limit"] == 100
    assert Listing().query("c") == {
        "status": None,
        "type": None,
        "projectId": None,
        "limit": 100,
        "cursor": "c",
    }


def test_the_environment_says_what_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TASKYARD_URL", raising=False)
    assert address_of(None) == "http://127.0.0.1:8000"
    monkeypatch.setenv("TASKYARD_URL", "https://yard.example/")
    monkeypatch.setenv("TASKYARD_API_KEY", " a key \n")
    assert address_of(None) == "https://yard.example"
    assert address_of("http://other:1") == "http://other:1"
    assert credential_of(None)() == "a key"
    assert credential_of("mine")() == "mine"
    assert credential_of(lambda: "fresh")() == "fresh"


@pytest.mark.parametrize("url", ["yard.example", "ftp://yard.example", "http://", "http://a:b"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="is no address of a gateway"):
        address_of(url)


@pytest.mark.parametrize("key", ["", "   ", "k\u00e9y", "a\nb"])
def test_what_cannot_be_a_credential_is_refused(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TASKYARD_API_KEY", raising=False)
    with pytest.raises(SettingsError, match="There is no credential"):
        Client("http://127.0.0.1:1", key)


def test_the_clients_are_what_taskyard_gives() -> None:
    assert (taskyard.Client, taskyard.AsyncClient) == (Client, AsyncClient)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = taskyard.Nonsense


def test_both_clients_have_the_same_verbs() -> None:
    def verbs(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert verbs(Client) == verbs(AsyncClient)
