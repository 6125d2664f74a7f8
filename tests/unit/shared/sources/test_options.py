"""What may be said about how a source is read."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from shared.sources.options import SourceOptions, SourceOptionsSchema

GLOBS = [
    (("*.pdf",), (), "a.pdf", True),
    (("*.pdf",), (), "sub/a.pdf", True),
    (("*.pdf",), (), "a.PDF", False),
    (("sub/*",), (), "sub/deep/a.pdf", True),
    (("sub/*",), (), "a.pdf", False),
    (("/sub/*",), (), "sub/a.pdf", True),
    ((), ("draft*",), "sub/draft 1.pdf", False),
    ((), ("sub/*",), "sub/a.pdf", False),
    (("*.pdf",), ("draft*",), "draft.pdf", False),
    ((), (), "anything", True),
]


@pytest.mark.parametrize(("include", "exclude", "path", "is_wanted"), GLOBS)
def test_globs_choose_files(
    include: tuple[str, ...], exclude: tuple[str, ...], path: str, is_wanted: bool
) -> None:
    assert SourceOptions(include=include, exclude=exclude).wants(path) is is_wanted


def test_what_is_given_is_read_and_the_rest_ignored() -> None:
    loaded = SourceOptionsSchema().load({"user": "maria", "exclude": ["x"], "colour": "blue"})
    options = SourceOptions.of(loaded)
    assert (options.user, options.exclude, options.include) == ("maria", ("x",), ())


WRONG = [
    {"user": ""},
    {"user": 5},
    {"include": "*.pdf"},
    {"include": ["*"] * 101},
    {"recursive": "perhaps"},
    {"max_file_bytes": 0},
    {"endpoint_url": "ftp://a.example"},
    {"endpoint_url": "file:///etc"},
    {"region": "evil.example/"},
    {"tenant_id": "a/../b"},
]


@pytest.mark.parametrize("given", WRONG, ids=str)
def test_what_makes_no_sense_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        SourceOptionsSchema().load(given)
    assert set(caught.value.messages_dict) == set(given)


def test_options_never_show_what_is_in_them() -> None:
    assert "sesame" not in repr(SourceOptions(password="open sesame"))
