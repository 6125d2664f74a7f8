"""GET /v1/jobs: 100 requests a minute for each key, and every answer says how it stands."""

from __future__ import annotations

import re
import time

from api.jobs.job_routes import EACH_MINUTE
from tests.owner import DOCUMENTS, FOLDERS, JOBS, Owner, OwnersBench

MOST = 100


def use_up(owner: Owner) -> None:
    """Ask as often as a key may."""
    for _ in range(MOST):
        assert owner.get(JOBS).status_code == 200


def test_the_limit_is_100_a_minute() -> None:
    assert (EACH_MINUTE.most, EACH_MINUTE.seconds) == (MOST, 60)


def test_every_answer_says_how_its_key_stands(owner: Owner) -> None:
    answers = [owner.get(JOBS), owner.get(f"{JOBS}?type=WHAT"), owner.get(f"{JOBS}?limit=0")]

    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["100"] * 3
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["99", "98", "97"]
    for answer in answers:
        assert 0 < int(answer.headers["X-RateLimit-Reset"]) - time.time() <= 61
        assert answer.headers["RateLimit-Policy"] == '"jobs-list";q=100;w=60'
    assert re.fullmatch(r'"jobs-list";r=99;t=(60|5\d)', answers[0].headers["RateLimit"])


def test_one_request_too_many_is_told_when_to_come_back(owner: Owner) -> None:
    use_up(owner)

    answer = owner.get(JOBS)
    error = answer.get_json()["error"]

    assert (answer.status_code, error["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert 0 < error["retryAfter"] <= 60
    assert answer.headers["Retry-After"] == str(error["retryAfter"])
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Limit"] == "100"


def test_each_key_is_counted_by_itself(bench: OwnersBench, owner: Owner) -> None:
    use_up(owner)
    other = bench.owner(owner.account)

    assert owner.get(JOBS).status_code == 429
    assert other.get(JOBS).headers["X-RateLimit-Remaining"] == "99"


def test_people_with_tokens_are_counted_too(bench: OwnersBench, owner: Owner) -> None:
    ada, bob = (bench.caller(owner.account, "buyer", name) for name in ("Ada", "Bob"))

    left = [one.get(JOBS).headers["X-RateLimit-Remaining"] for one in (ada, ada, bob)]

    assert left == ["99", "98", "99"]


def test_other_calls_are_not_limited(owner: Owner) -> None:
    use_up(owner)
    folder_id, document_id = owner.folder(), owner.document()
    job_id = owner.job(f"{FOLDERS}/{folder_id}/reindex")["id"]

    for path in (f"{JOBS}/{job_id}", DOCUMENTS, f"{DOCUMENTS}/{document_id}", FOLDERS):
        answer = owner.get(path)
        assert answer.status_code == 200
        assert not {"RateLimit", "X-RateLimit-Limit"} & set(answer.headers.keys())
