"""The file of targets: what the operator may write into it, and how mistakes are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import SettingsError
from shared.settings import Settings, read_settings

KEY = "0123456789abcdef0123456789abcdef"
PLACE = {"url": "s3://bucket/pod", "public_url": "https://pod.example/show/"}


def read(tmp_path: Path, content: Any, **given: str) -> Settings:
    """Settings with that file of targets; texts are written as they are."""
    file = tmp_path / "targets.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    names = {"HOME": str(tmp_path / "home"), "SECRET_KEY": KEY, "LINK_TARGETS": str(file)} | given
    return read_settings({f"TASKYARD_{name}": text for name, text in names.items()})


def test_without_a_file_there_are_no_targets(tmp_path: Path) -> None:
    names = {"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": KEY}
    assert read_settings(names).link_targets == ()


def test_a_target_has_a_place_an_address_credentials_and_a_hub(tmp_path: Path) -> None:
    words = {**PLACE, "options": {"key": "k", "secret": "hush"}, "hub": "https://hub.example/"}
    (target,) = read(tmp_path, {"pod": words}).link_targets
    assert (target.name, target.url, target.hub) == ("pod", PLACE["url"], words["hub"])
    assert target.public_url == "https://pod.example/show"
    assert (target.options.key, target.options.secret) == ("k", "hush")
    assert "hush" not in repr(target)


def test_a_folder_counts_below_the_local_roots_alone(tmp_path: Path) -> None:
    web = tmp_path / "web"
    words = {**PLACE, "url": str(web / "pod")}
    (target,) = read(tmp_path, {"pod": words}, LOCAL_ROOTS=str(web)).link_targets
    assert target.url == str(web / "pod")
    with pytest.raises(SettingsError, match=r"pod\.url: .*TASKYARD_LOCAL_ROOTS"):
        read(tmp_path, {"pod": words})
    home = {**PLACE, "url": str(tmp_path / "home" / "blobs")}
    with pytest.raises(SettingsError, match=r"pod\.url: .*TASKYARD_LOCAL_ROOTS"):
        read(tmp_path, {"pod": home}, LOCAL_ROOTS=str(tmp_path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "holds no JSON"),
        ([], "an object of targets"),
        ({"Pod/..": PLACE}, "'Pod/..'"),
        ({"pod": "s3://bucket"}, "pod must be an object"),
        ({"pod": {"url": "s3://bucket/pod"}}, "pod must be an object with url, public_url"),
        ({"pod": {**PLACE, "password": "p"}}, "pod must be an object"),
        ({"pod": {**PLACE, "url": 7}}, r"pod\.url: "),
        ({"pod": {**PLACE, "url": "https://a.example/"}}, r"pod\.url must begin with one of"),
        ({"pod": {**PLACE, "url": "memory://a"}}, r"pod\.url: "),
        ({"pod": {**PLACE, "url": "zip://a::s3://b/c.zip"}}, r"pod\.url: .*chained"),
        ({"pod": {**PLACE, "url": "sftp://u:p@h/"}}, r"pod\.url: Passwords belong into options"),
        ({"pod": {**PLACE, "public_url": "ftp://a.example/"}}, r"pod\.public_url must be"),
        ({"pod": {**PLACE, "public_url": "https://a.example/?a=1"}}, r"pod\.public_url must be"),
        ({"pod": {**PLACE, "hub": "https:///"}}, r"pod\.hub must be"),
        ({"pod": {**PLACE, "options": {"colour": "red"}}}, r"pod\.options: not usable: colour"),
        ({"pod": PLACE, "two": PLACE}, "two targets have the same public_url"),
    ],
    ids=[
        "no-json", "no-object", "name", "no-words", "no-address", "unknown-word", "number",
        "read-only", "unknown-place", "chained", "password", "ftp", "query", "no-host", "option",
        "twice",
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=f"TASKYARD_LINK_TARGETS: .*{message}"):
        read(tmp_path, content)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.json cannot be read"):
        read(tmp_path, {}, LINK_TARGETS=str(tmp_path / "none.json"))
