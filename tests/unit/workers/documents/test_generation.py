from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from workers.documents.generation import GENERATION, LONGEST_PROMPT

DOCUMENT = {"documentId": "d"}


@pytest.mark.parametrize(
    "payload",
    [
        {**DOCUMENT, "kind": "summary"},
        {"folderId": "f", "kind": "keywords", "prompt": "In English."},
        {**DOCUMENT, "kind": "answer", "prompt": "Why?"},
    ],
)
def test_what_can_be_written_is_taken(payload: dict[str, Any]) -> None:
    assert GENERATION.payload.load(payload) == payload


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"kind": "summary"}, "documentId"),
        ({**DOCUMENT, "folderId": "f", "kind": "summary"}, "documentId"),
        ({**DOCUMENT, "kind": "poem"}, "kind"),
        (DOCUMENT, "kind"),
        ({**DOCUMENT, "kind": "answer"}, "prompt"),
        ({**DOCUMENT, "kind": "answer", "prompt": "  "}, "prompt"),
        ({**DOCUMENT, "kind": "summary", "prompt": "x" * (LONGEST_PROMPT + 1)}, "prompt"),
    ],
)
def test_what_cannot_be_written_is_refused_by_the_field(
    payload: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        GENERATION.payload.load(payload)
    assert list(caught.value.messages_dict) == [field]


@pytest.mark.parametrize("payload", [{"documentId": "x"}, {"folderId": "x"}])
def test_its_target_is_what_it_is_about(payload: dict[str, Any]) -> None:
    assert GENERATION.target is not None
    assert GENERATION.target(payload) == "x"
