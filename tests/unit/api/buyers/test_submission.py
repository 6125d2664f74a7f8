"""Every field of a submission and its limits, checked without a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.buyers.dialect import code_of
from api.buyers.submission import Desk, draft_of
from api.caller import Caller
from api.failure import Rejected
from api.limits import without_nulls
from shared.accounts.account import Account
from shared.accounts.annotators import Annotators
from shared.accounts.plan import Plan
from shared.accounts.project import Project
from shared.accounts.role import Role
from shared.ids import new_id
from shared.tasks.registry import Registry
from tests.gateway import REVIEW, TYPES
from tests.no_id import NO_ID

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def caller_of(annotators: Annotators) -> Caller:
    """A buyer of an account with that policy."""
    account = Account(
        id=new_id(),
        name="acme",
        plan=Plan.PRO,
        annotators=annotators,
        enabled=True,
        balance_cents=0,
        held_cents=0,
        validators_at=None,
        created_at=NOW,
    )
    return Caller(account=account, role=Role.BUYER, user=None, credential_kind="token")


PROJECT = Project(
    id=new_id(), account_id="", name="reviews", annotators=Annotators.MACHINE, created_at=NOW
)
DESK = Desk(
    caller_of(Annotators.MIXED),
    Registry({t.name: t for t in TYPES}),
    {PROJECT.id: PROJECT}.get,
)


def code_for(body: Mapping[str, Any], desk: Desk = DESK) -> str | None:
    """The code of the refusal, or None where a draft comes of it."""
    try:
        draft_of(without_nulls(dict(body)), desk)
    except Rejected as error:
        return code_of(error.failure)
    return None


OK = None
FIVE_STARS = ["1", "2", "3", "4", "5"]
CASES: list[tuple[str, Any, str | None]] = [
    ("type", None, "MISSING_FIELDS"),
    ("type", "", "INVALID_TYPE"),
    ("type", 5, "INVALID_TYPE"),
    ("type", ["SENTIMENT_ANALYSIS"], "INVALID_TYPE"),
    ("type", "sentiment_analysis", "INVALID_TYPE"),
    ("content", None, "MISSING_FIELDS"),
    ("content", "", "MISSING_FIELDS"),
    ("content", " \n\t", "MISSING_FIELDS"),
    ("content", {}, "MISSING_FIELDS"),
    ("content", [], "MISSING_FIELDS"),
    ("content", 5, "INVALID_FIELD"),
    ("content", False, "INVALID_FIELD"),
    ("content", "x", OK),
    ("content", "x" * 100_000, OK),
    ("content", "x" * 100_001, "INVALID_FIELD"),
    ("content", "é" * 100_000, OK),
    ("content", {"text": "x"}, OK),
    ("content", ["x"], OK),
    ("content", ["x" * 99_996], OK),
    ("content", ["x" * 99_997], "INVALID_FIELD"),
    ("content", "a\x00b", "INVALID_FIELD"),
    ("content", {"deep": "a\x00b"}, "INVALID_FIELD"),
    ("content", {"text": "a backslash and u0000: \\u0000"}, OK),
    ("options", None, "MISSING_FIELDS"),
    ("options", [], "OPTIONS_REQUIRED"),
    ("options", ["yes"], "OPTIONS_REQUIRED"),
    ("options", ["yes", "yes"], "OPTIONS_REQUIRED"),
    ("options", ["yes", "no", "no"], "OPTIONS_REQUIRED"),
    ("options", ["yes", ""], "OPTIONS_REQUIRED"),
    ("options", ["yes", " "], "OPTIONS_REQUIRED"),
    ("options", ["yes", 1], "OPTIONS_REQUIRED"),
    ("options", ["yes", None], "OPTIONS_REQUIRED"),
    ("options", "yes,no", "OPTIONS_REQUIRED"),
    ("options", {"yes": 1, "no": 2}, "OPTIONS_REQUIRED"),
    ("options", ["yes", "no"], OK),
    ("options", FIVE_STARS, OK),
    ("options", [str(n) for n in range(50)], OK),
    ("options", [str(n) for n in range(51)], "INVALID_FIELD"),
    ("options", ["yes", "n\x00o"], "INVALID_FIELD"),
    *[("locale", word, OK) for word in ("fr", "en", "de", "zh", "es", "ar", None)],
    *[("locale", word, "INVALID_FIELD") for word in ("FR", "pt", "", 5, ["fr"])],
    ("maxCents", None, OK),
    ("maxCents", 20, OK),
    ("maxCents", 20.0, OK),
    ("maxCents", 2**62, OK),
    ("maxCents", 19, "BUDGET_TOO_LOW"),
    ("maxCents", 1, "BUDGET_TOO_LOW"),
    *[("maxCents", wrong, "INVALID_FIELD") for wrong in (0, -1, 20.5, "20", True, [20])],
    ("projectId", None, OK),
    ("projectId", "", "INVALID_FIELD"),
    ("projectId", 5, "INVALID_FIELD"),
    ("projectId", "not an id", "PROJECT_NOT_FOUND"),
    *[("validationsNeeded", right, OK) for right in (None, 1, 3, 3.0)],
    ("validationsNeeded", 4, OK),
    *[("validationsNeeded", wrong, "INVALID_FIELD") for wrong in (0, -1, 26, 2.5, "3", True, [3])],
    *[("priority", right, OK) for right in (None, 0, 5, 9)],
    *[("priority", wrong, "INVALID_FIELD") for wrong in (-1, 10, 5.5, "5", False)],
    *[("notBefore", right, OK) for right in (None, "2030-01-01T00:00:00Z")],
    ("notBefore", "2030-01-01T08:00:00.123+02:00", OK),
    ("notBefore", "2000-01-01T00:00:00Z", OK),
    *[
        ("notBefore", wrong, "INVALID_FIELD")
        for wrong in ("2030-01-01T00:00:00", "2030-01-01", "tomorrow", "", 1893456000)
    ],
    ("after", None, OK),
    ("after", [], OK),
    *[("after", wrong, "INVALID_FIELD") for wrong in ("x", ["x"], [5], [None])],
    ("after", [NO_ID], OK),
    ("after", [str(UUID(int=n)) for n in range(101)], "INVALID_FIELD"),
    *[("afterPolicy", right, OK) for right in (None, "all", "any", "finished")],
    *[("afterPolicy", wrong, "INVALID_FIELD") for wrong in ("none", "", 5)],
    ("callbackUrl", None, OK),
    *[("callbackUrl", right, OK) for right in ("https://example.org/hook?a=b", "https://1.1.1.1")],
    *[
        ("callbackUrl", wrong, "INVALID_FIELD")
        for wrong in (
            "",
            5,
            "http://example.org",
            "ftp://example.org",
            "https://",
            "nonsense",
            "https://127.0.0.1/hook",
            "https://localhost",
            "https://[::1]/",
            "https://10.1",
            "https://user@example.org",
            "https://example.org/\n",
            "https://a.b/" + "c" * 2000,
        )
    ],
    *[("metadata", right, OK) for right in (None, {}, {"order": {"id": 7, "tags": ["a"]}})],
    ("metadata", {"x": "y" * 16_376}, OK),
    ("metadata", {"x": "y" * 16_377}, "INVALID_FIELD"),
    *[("metadata", wrong, "INVALID_FIELD") for wrong in ("x", 5, ["x"], {"x": "a\x00b"})],
    ("somethingElse", {"unknown": ["fields", "are", "ignored"]}, OK),
]


def name_of(case: object) -> str:
    """A short name for a case."""
    return repr(case)[:40]


@pytest.mark.parametrize(("field", "value", "code"), CASES, ids=name_of)
def test_each_field_has_its_limits(field: str, value: Any, code: str | None) -> None:
    changes = {field: value, **({"maxCents": 1000} if field == "validationsNeeded" else {})}

    assert code_for({**REVIEW, **changes}) == code


@pytest.mark.parametrize(
    ("field", "value"), [("locale", "tlh"), ("priority", 10), ("notBefore", "x"), ("metadata", 1)]
)
def test_a_refused_field_is_named_with_what_would_do(field: str, value: Any) -> None:
    with pytest.raises(Rejected) as refused:
        draft_of({**REVIEW, field: value}, DESK)

    (error,) = refused.value.failure.fields
    assert error.field == field
    assert error.detail.startswith("must be")


@pytest.mark.parametrize(("validations", "code"), [(1, None), (3, None), (4, "INVALID_FIELD")])
def test_under_the_policy_machine_no_more_answers_can_be_had_than_machines_give(
    validations: int, code: str | None
) -> None:
    desk = replace(DESK, caller=caller_of(Annotators.MACHINE))

    assert code_for({**REVIEW, "validationsNeeded": validations, "maxCents": 1000}, desk) == code


def test_a_projects_policy_wins_over_its_accounts() -> None:
    asked = {**REVIEW, "projectId": PROJECT.id, "validationsNeeded": 4, "maxCents": 1000}

    assert code_for(asked) == "INVALID_FIELD"
    assert code_for({**asked, "validationsNeeded": 3}) is None


def test_a_draft_carries_what_was_asked() -> None:
    draft = draft_of(
        {
            **REVIEW,
            "priority": 9,
            "projectId": PROJECT.id,
            "notBefore": "2030-01-01T01:00:00+01:00",
            "metadata": {"order": 7},
        },
        DESK,
    )

    assert draft.payload == {
        "content": REVIEW["content"],
        "options": REVIEW["options"],
        "locale": "fr",
        "validationsNeeded": 3,
    }
    assert (draft.priority, draft.project_id, draft.annotators) == (9, PROJECT.id, "machine")
    assert draft.not_before == datetime(2030, 1, 1, tzinfo=UTC)
    assert (draft.cost_cents, draft.deadline_seconds) == (20, 3600)
    assert draft.caller_metadata == {"order": 7}


def test_types_without_annotators_have_no_answer_deadline() -> None:
    draft = draft_of({"type": "ECHO", "content": "hello"}, DESK)

    assert (draft.deadline_seconds, draft.annotators, draft.cost_cents) == (None, None, 0)


def test_who_mistypes_a_type_is_told_that_it_is_unknown() -> None:
    with pytest.raises(Rejected, match="this type is unknown") as error:
        draft_of({"type": "ECHOO", "content": "hello"}, DESK)
    assert (code_of(error.value.failure), error.value.failure.fields[0].field) == (
        "MISSING_FIELDS",
        "options",
    )
