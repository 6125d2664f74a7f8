"""Whatever is sent, a submission ends as a draft or as a refusal that names its field."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.buyers.dialect import PROBLEMS, problem
from api.buyers.submission import draft_of
from api.failure import Rejected
from api.limits import without_nulls
from tests.gateway import REVIEW
from tests.unit.api.buyers.test_submission import DESK

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=9)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
OPTIONAL = "projectId validationsNeeded priority notBefore after afterPolicy metadata callbackUrl"
FIELDS = st.sampled_from([*REVIEW, *OPTIONAL.split(), "unknown"])
TYPES = st.sampled_from(["SENTIMENT_ANALYSIS", "IMAGE_CLASSIFICATION", "ECHO", "LOGIN", "NONE"])


@settings(max_examples=300, deadline=None)
@given(TYPES, st.dictionaries(FIELDS, VALUES, max_size=4))
def test_anything_is_a_draft_or_a_refusal(kind: str, changes: dict[str, Any]) -> None:
    try:
        draft = draft_of(without_nulls({**REVIEW, "type": kind, **changes}), DESK)
    except Rejected as refused:
        body = problem(refused.failure)
        assert body["status"] == PROBLEMS[body["code"]][0] < 500
        assert body["errors"]
    else:
        assert draft.cost_cents >= 0
        assert isinstance(draft.payload, dict)
