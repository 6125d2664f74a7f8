"""Accounts over HTTP: the list that clients know, and what owners do to them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.scripts.account_schemas import LARGEST_DAILY_CAP, LONGEST_PAUSE_SECONDS
from shared.devices.device import add_device, change_device
from shared.social.account import Platform, SocialAccount, get_numbered, social_accounts
from shared.social.credential import REQUIRED
from shared.tasks import mutex
from tests.contract.scripts.conftest import new_operator
from tests.operators import Operator, OperatorsBench

ACCOUNTS = "/api/v1/accounts"
SECRET = "s3cr3t-v4lue"
LISTED = {
    "id", "username", "email", "platform", "packagename", "device", "device_online",
    "device_name", "logined", "logined_text", "status", "status_text", "tags",
}  # fmt: skip
PACE = {"has_credential", "timezone", "pause_seconds", "daily_cap"}


def added(operator: Operator, username: str = "ada", **said: Any) -> dict[str, Any]:
    """An account that was taken; on TikTok, unless told otherwise."""
    asked = {"platform": "tiktok", "username": username, **said}
    return dict(operator.told(operator.post(ACCOUNTS, json=asked)))


def change(operator: Operator, account: dict[str, Any], **said: Any) -> TestResponse:
    """Say something of an account."""
    return operator.send("PATCH", f"{ACCOUNTS}/{account['id']}", json=said)


def changed(operator: Operator, account: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The account after that."""
    return dict(operator.told(change(operator, account, **said)))


def refusal(answer: TestResponse) -> tuple[int, str]:
    """The code of an error, whose status and envelope are seen to fit, and its message."""
    body = answer.get_json()
    assert body.keys() == {"code", "message", "data"}
    assert (body["data"], answer.status_code) == (None, body["code"] // 100)
    return body["code"], body["message"]


def row(operator: Operator, account: dict[str, Any]) -> SocialAccount:
    """The account as it is stored."""
    with operator.yard.store.read() as tx:
        return get_numbered(tx, operator.account.id, account["id"])


def waits(operator: Operator, account: dict[str, Any]) -> str | None:
    """Why the account's tasks wait."""
    with operator.yard.store.read() as tx:
        found = mutex.closure(tx, row(operator, account).mutex)
    return found.reason if found else None


def device(operator: Operator, serial: str, **values: Any) -> None:
    """A device of the operator's."""
    with operator.yard.store.begin() as tx:
        added = add_device(tx, operator.account.id, serial)
        if values:
            change_device(tx, added, **values)


# --- the list


def test_an_account_in_the_list_has_the_fields_that_clients_know(operator: Operator) -> None:
    device(operator, "d1", name="Pixel 9")
    one = added(
        operator,
        email="ada@example.org",
        device="d1",
        packagename="com.example.clone",
        credential={"access_token": SECRET},
        tags=["food", "fr"],
    )

    page = operator.data(ACCOUNTS)

    assert page == {
        "accounts": [
            {
                "id": one["id"],
                "username": "ada",
                "email": "ada@example.org",
                "platform": "tiktok",
                "packagename": "com.example.clone",
                "device": "d1",
                "device_online": True,
                "device_name": "Pixel 9",
                "logined": 1,
                "logined_text": "logged_in",
                "status": 0,
                "status_text": "enabled",
                "tags": ["food", "fr"],
            }
        ],
        "total": 1,
        "page": 1,
        "page_size": 20,
    }


def test_what_an_account_has_not_is_null(operator: Operator) -> None:
    added(operator, enabled=False, logined=0)

    (one,) = operator.data(ACCOUNTS)["accounts"]

    assert (one["email"], one["packagename"], one["device"]) == (None, None, None)
    assert (one["device_online"], one["device_name"], one["tags"]) == (False, "", [])
    assert (one["logined"], one["logined_text"]) == (0, "not_logged_in")
    assert (one["status"], one["status_text"]) == (1, "disabled")


def test_a_device_that_is_offline_shows_no_name(operator: Operator) -> None:
    device(operator, "d1", name="Pixel 9", online=False)
    added(operator, device="d1")

    (one,) = operator.data(ACCOUNTS)["accounts"]

    assert (one["device"], one["device_online"], one["device_name"]) == ("d1", False, "")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["ada", "grace", "alan"]),
        ("platform=tiktok", ["ada", "grace"]),
        ("platform=mastodon", ["alan"]),
        ("platform=bluesky", []),
        ("device=d1", ["ada"]),
        ("device=theirs", []),
        ("logined=0", ["grace"]),
        ("logined=1", ["ada", "alan"]),
        ("status=1", ["alan"]),
        ("status=0", ["ada", "grace"]),
        ("tag=fr", ["ada", "alan"]),
        ("tag=f", []),
        ("platform=tiktok&tag=fr&status=0", ["ada"]),
        ("unknown=x", ["ada", "grace", "alan"]),
    ],
)
def test_filters_find_what_they_say(
    operator: Operator, stranger: Operator, query: str, names: list[str]
) -> None:
    device(operator, "d1")
    device(stranger, "theirs")
    added(operator, "ada", device="d1", tags=["fr"])
    added(operator, "grace", logined=0)
    added(operator, "alan", platform="mastodon", enabled=False, tags=["fr", "news"])
    added(stranger, "theirs", device="theirs", tags=["fr"])

    page = operator.data(f"{ACCOUNTS}?{query}")

    assert [one["username"] for one in page["accounts"]] == names
    assert page["total"] == len(names)


def test_pages_are_cut_and_counted(operator: Operator) -> None:
    for name in "abcde":
        added(operator, name)

    def page(query: str) -> tuple[list[str], int, int, int]:
        data = operator.data(f"{ACCOUNTS}?{query}")
        names = [one["username"] for one in data["accounts"]]
        return names, data["total"], data["page"], data["page_size"]

    assert page("page_size=2") == (["a", "b"], 5, 1, 2)
    assert page("page_size=2&page=3") == (["e"], 5, 3, 2)
    assert page("page_size=2&page=4") == ([], 5, 4, 2)
    assert page("page_size=500") == (list("abcde"), 5, 1, 100)
    assert page(f"page={10**12}")[0] == []


@pytest.mark.parametrize(
    "query",
    [
        "platform=myspace", "platform=", "logined=2", "logined=yes", "logined=", "status=-1",
        "status=enabled", "page=0", "page=x", "page=", "page=1.5", "page_size=0",
        "page_size=-5", "page_size=many", "device=", f"device={'x' * 121}", "tag=",
        f"tag={'x' * 51}",
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_by_its_name(operator: Operator, query: str) -> None:
    code, message = refusal(operator.get(f"{ACCOUNTS}?{query}"))

    assert code == 40001
    assert query.partition("=")[0] in message


# --- registering


@pytest.mark.parametrize("platform", [platform.value for platform in Platform])
def test_an_account_may_be_on_each_platform(operator: Operator, platform: str) -> None:
    credential = dict.fromkeys(REQUIRED[Platform(platform)], SECRET)
    if "instance" in credential:
        credential["instance"] = "https://social.example"

    one = added(operator, platform=platform, credential=credential)

    assert (one["platform"], one["has_credential"], one["logined"]) == (platform, True, 1)
    assert row(operator, one).opened(operator.yard.settings) == credential


def test_an_account_by_itself_says_its_pace_too(operator: Operator) -> None:
    one = added(operator, timezone="Europe/Berlin", pause_seconds=900, daily_cap=5)

    assert one.keys() == LISTED | PACE
    assert isinstance(one["id"], int)
    assert (one["timezone"], one["pause_seconds"], one["daily_cap"]) == ("Europe/Berlin", 900, 5)
    assert operator.data(f"{ACCOUNTS}/{one['id']}") == one


def test_what_is_not_said_has_its_default(operator: Operator) -> None:
    one = added(operator, "@ada", email=None, tags=None)

    assert (one["username"], one["timezone"], one["pause_seconds"]) == ("ada", "UTC", 0)
    assert (one["daily_cap"], one["has_credential"], one["logined"]) == (0, False, 1)


def test_a_credential_is_never_shown(operator: Operator, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        said: dict[str, Any] = {"credential": {"access_token": SECRET, "note": SECRET}}
        one = added(operator, **said)
        answers = [
            operator.get(ACCOUNTS),
            operator.get(f"{ACCOUNTS}/{one['id']}"),
            change(operator, one, **said, tags=["x"]),
            operator.post(ACCOUNTS, json={"platform": "tiktok", "username": "ada", **said}),
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 409]
    assert not [answer for answer in answers if SECRET in answer.text]
    assert SECRET not in caplog.text
    with operator.yard.store.read() as tx:
        stored = tx.rows(select(social_accounts.c.credential))
    assert SECRET not in str(stored)


@pytest.mark.parametrize(
    ("credential", "named"),
    [
        ({"access_token": ""}, "credential.access_token"),
        ({"access_token": 7}, "credential.access_token"),
        ({"access_token": [SECRET]}, "credential.access_token"),
        ({"access_token": {"token": SECRET}}, "credential.access_token"),
        ({"refresh_token": SECRET}, "credential.access_token"),
        ({"password": SECRET}, "credential.access_token"),
        ({"access_token": SECRET, "service": SECRET}, "credential.service"),
        ({"access_token": SECRET, SECRET: "x"}, "credential"),
        ({"access_token": SECRET * 1000}, "credential.access_token"),
        (SECRET, "credential"),
        ([SECRET], "credential"),
        (7, "credential"),
    ],
    ids=range(12),
)
def test_a_credential_that_will_not_do_is_refused_by_its_key_and_never_repeated(
    operator: Operator, caplog: pytest.LogCaptureFixture, credential: Any, named: str
) -> None:
    one = added(operator, "there")
    with caplog.at_level(logging.DEBUG):
        answers = [
            operator.post(
                ACCOUNTS,
                json={"platform": "tiktok", "username": "ada", "credential": credential},
            ),
            change(operator, one, credential=credential),
        ]

    for answer in answers:
        code, message = refusal(answer)
        assert code == 40001
        assert named in message
        assert SECRET not in message
    assert SECRET not in caplog.text
    assert operator.data(ACCOUNTS)["total"] == 1


BAD: list[tuple[str, Any]] = [
    ("username", ""),
    ("username", "@"),
    ("username", "x" * 121),
    ("username", 7),
    ("username", "a\nb"),
    ("username", "a\x00b"),
    ("email", "x" * 321),
    ("email", ["ada"]),
    ("packagename", "x" * 201),
    ("packagename", "a\nb"),
    ("device", "unknown"),
    ("device", "theirs"),
    ("device", 7),
    ("device", "x" * 121),
    ("enabled", "yes"),
    ("enabled", 2),
    ("enabled", []),
    ("status", 2),
    ("status", "disabled"),
    ("logined", -1),
    ("logined", "1"),
    ("timezone", "Mars/Olympus"),
    ("timezone", "../../etc/passwd"),
    ("timezone", 2),
    ("timezone", "x" * 61),
    ("pause_seconds", -1),
    ("pause_seconds", "soon"),
    ("pause_seconds", True),
    ("pause_seconds", LONGEST_PAUSE_SECONDS + 1),
    ("daily_cap", -1),
    ("daily_cap", 1.5),
    ("daily_cap", LARGEST_DAILY_CAP + 1),
    ("daily_cap", "many"),
    ("tags", "food"),
    ("tags", [1]),
    ("tags", ["a,b"]),
    ("tags", ["x" * 51]),
    ("tags", {}),
    ("tags", [str(number) for number in range(51)]),
]


@pytest.mark.parametrize(("field", "value"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    operator: Operator, stranger: Operator, field: str, value: Any
) -> None:
    device(stranger, "theirs")
    one = added(operator, "there")
    new = {"platform": "tiktok", "username": "ada", field: value}

    for answer in (operator.post(ACCOUNTS, json=new), change(operator, one, **{field: value})):
        code, message = refusal(answer)
        assert (code, field in message) == (40001, True)
    assert operator.data(ACCOUNTS)["total"] == 1
    assert operator.data(f"{ACCOUNTS}/{one['id']}") == one


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"username": "ada"}, "platform"),
        ({"platform": None, "username": "ada"}, "platform"),
        ({"platform": "myspace", "username": "ada"}, "platform"),
        ({"platform": 7, "username": "ada"}, "platform"),
        ({"platform": "tiktok"}, "username"),
    ],
    ids=range(5),
)
def test_platform_and_user_name_are_required(
    operator: Operator, asked: dict[str, Any], field: str
) -> None:
    code, message = refusal(operator.post(ACCOUNTS, json=asked))

    assert (code, field in message) == (40001, True)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"json": ["ada"]}, 40001),
        ({"data": "{", "content_type": "application/json"}, 40001),
        ({"data": "username=ada"}, 41501),
        ({"data": b" " * 9_000_000, "content_type": "application/json"}, 41301),
    ],
    ids=["a list", "broken", "a form", "too large"],
)
def test_a_body_that_is_none_is_refused(
    operator: Operator, sent: dict[str, Any], code: int
) -> None:
    assert refusal(operator.post(ACCOUNTS, **sent))[0] == code


def test_a_name_that_is_taken_is_a_conflict(operator: Operator, stranger: Operator) -> None:
    added(operator, "ada")
    second = added(operator, "grace")

    again = operator.post(ACCOUNTS, json={"platform": "tiktok", "username": "@ada"})
    assert refusal(again)[0] == 40901
    assert refusal(change(operator, second, username="ada"))[0] == 40901
    added(operator, "ada", platform="instagram")
    added(stranger, "ada")


# --- changing


def test_a_change_keeps_what_it_does_not_name(operator: Operator) -> None:
    one = added(operator, email="ada@example.org", credential={"access_token": SECRET}, daily_cap=3)

    assert changed(operator, one, tags=["food"]) == {**one, "tags": ["food"]}
    assert changed(operator, one) == {**one, "tags": ["food"]}
    assert row(operator, one).opened(operator.yard.settings) == {"access_token": SECRET}


def test_an_account_does_not_move_to_another_platform(operator: Operator) -> None:
    one = added(operator)

    code, message = refusal(change(operator, one, platform="instagram"))

    assert (code, "platform" in message) == (40001, True)
    assert changed(operator, one, platform="tiktok") == one


def test_a_device_is_bound_and_unbound(operator: Operator) -> None:
    device(operator, "d1")
    one = added(operator)

    assert changed(operator, one, device="d1")["device"] == "d1"
    assert changed(operator, one, device="")["device"] is None


@pytest.mark.parametrize(
    ("off", "on"),
    [
        ({"enabled": False}, {"enabled": True}),
        ({"enabled": 0}, {"enabled": 1}),
        ({"status": 1}, {"status": 0}),
        ({"enabled": False, "status": 0}, {"enabled": True, "status": 1}),
    ],
    ids=str,
)
def test_a_disabled_account_lets_its_tasks_wait(
    operator: Operator, off: dict[str, Any], on: dict[str, Any]
) -> None:
    one = added(operator)

    disabled = changed(operator, one, **off)
    assert (disabled["status"], disabled["status_text"]) == (1, "disabled")
    assert waits(operator, one) == "The account ada on tiktok is disabled."

    assert changed(operator, one, **on)["status"] == 0
    assert waits(operator, one) is None


@pytest.mark.parametrize(
    "said", [{"credential": {"access_token": "new"}}, {"logined": 1}, {"logined": True}], ids=str
)
def test_a_new_credential_or_a_word_logs_in_and_lets_tasks_go(
    operator: Operator, said: dict[str, Any]
) -> None:
    one = added(operator, logined=0)
    assert "needs a new credential" in str(waits(operator, one))

    assert changed(operator, one, **said)["logined"] == 1
    assert waits(operator, one) is None


def test_its_task_says_that_it_waits_for_the_account(operator: Operator) -> None:
    added(operator, enabled=False)

    number = operator.one(usernames=["ada"], serials=...)

    assert operator.task(number)["remark"] == "The account ada on tiktok is disabled."


# --- removing


def test_a_removed_account_is_gone_and_its_past_tasks_keep_its_name(operator: Operator) -> None:
    one = added(operator)
    number = operator.one(usernames=["ada"], serials=...)
    operator.complete(number)

    answer = operator.delete(f"{ACCOUNTS}/{one['id']}")

    assert operator.told(answer) == {"id": one["id"], "deleted": True}
    assert operator.data(ACCOUNTS)["total"] == 0
    assert operator.task(number)["username"] == "ada"
    assert refusal(operator.delete(f"{ACCOUNTS}/{one['id']}"))[0] == 40401


def test_an_account_whose_tasks_are_not_over_is_not_removed(operator: Operator) -> None:
    one = added(operator)
    number = operator.one(usernames=["ada"], serials=...)

    code, message = refusal(operator.delete(f"{ACCOUNTS}/{one['id']}"))

    assert code == 40901
    assert message == "The account ada on tiktok has 1 task that is not over: stop it first."
    operator.told(operator.post(f"/api/v1/task/{number}/stop"))
    operator.told(operator.delete(f"{ACCOUNTS}/{one['id']}"))


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_account_of_nobody_or_of_another_is_not_there(
    operator: Operator, stranger: Operator, method: str
) -> None:
    theirs = added(stranger)

    for number in (theirs["id"], 0, 10**9, 2**63 - 1, 2**63, 10**40):
        answer = operator.send(method, f"{ACCOUNTS}/{number}", json={"email": "x"})
        assert refusal(answer)[0] == 40401
    assert stranger.data(f"{ACCOUNTS}/{theirs['id']}") == theirs


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("number", ["ada", "-1", "1.5", "٣", "1e3"])
def test_an_id_that_is_no_number_is_refused(operator: Operator, method: str, number: str) -> None:
    code, message = refusal(operator.send(method, f"{ACCOUNTS}/{number}", json={}))

    assert (code, "id" in message) == (40001, True)


# --- who may


@pytest.mark.parametrize("role", ["validator", "buyer"])
def test_only_operators_may(bench: OperatorsBench, operator: Operator, role: str) -> None:
    one = added(operator)
    caller = bench.caller(operator.account, role, "Ada")
    tries = [("GET", ACCOUNTS), ("POST", ACCOUNTS)]
    tries += [(method, f"{ACCOUNTS}/{one['id']}") for method in ("GET", "PATCH", "DELETE")]

    for method, path in tries:
        assert refusal(caller.send(method, path, json={}))[0] == 40301


def test_the_smallest_plan_may_not(bench: OperatorsBench) -> None:
    starter = new_operator(bench, plan="starter")

    assert refusal(starter.get(ACCOUNTS))[0] == 40301
    assert refusal(starter.post(ACCOUNTS, json={}))[0] == 40301


def test_nobody_may_without_a_credential(bench: OperatorsBench, operator: Operator) -> None:
    assert refusal(bench.visitor(operator.account).get(ACCOUNTS))[0] == 40101
