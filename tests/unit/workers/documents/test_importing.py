from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from workers.documents.importing import IMPORT

FOLDER = "0190f5c0-0000-7000-8000-000000000000"
SHA256 = "a" * 64


@pytest.mark.parametrize(
    "source",
    [
        {"urls": ["https://example.org/a"]},
        {"archive": SHA256},
        {"archive": SHA256, "name": "a.zip"},
    ],
)
def test_urls_or_an_archive_are_imported(source: dict[str, Any]) -> None:
    payload = IMPORT.payload.load({"folderId": FOLDER, **source})
    assert payload == {"folderId": FOLDER, **source}
    assert IMPORT.target is not None
    assert IMPORT.target(payload) == FOLDER


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"urls": []},
        {"urls": ["https://example.org/"] * 1001},
        {"urls": [""]},
        {"urls": [1]},
        {"urls": "https://example.org/"},
        {"archive": "../../etc/passwd"},
        {"archive": SHA256 + "\n"},
        {"archive": SHA256, "urls": ["https://example.org/"]},
        {"folderId": "", "archive": SHA256},
    ],
)
def test_another_payload_is_refused(source: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        IMPORT.payload.load({"folderId": FOLDER, **source})
