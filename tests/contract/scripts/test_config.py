"""script_config of `post`: its defaults, and every key out of range."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.scripts.conftest import new_operator
from tests.operators import TASK, Operator, OperatorsBench

DEFAULTS = {
    "content_type": 0,
    "image_count": 1,
    "captions": "",
    "post_way": "share",
    "material_source": "materialLibrary",
    "material_path": "",
    "material_list": [],
    "materials_tags": "",
    "upload_wait_time": 30,
    "sound_wait_time": 10,
    "add_sound": "-1",
    "sound_name": "",
    "custom_sound_keyword": "",
    "origin_sound_volume": 50,
    "add_sound_volume": 50,
    "add_product_link": 0,
    "placement": "reel",
}
WRONG: list[tuple[str, Any, str]] = [
    ("content_type", -1, "Must be 0 or 1."),
    ("content_type", 2, "Must be 0 or 1."),
    ("content_type", "0", "Must be 0 or 1."),
    ("content_type", True, "Must be 0 or 1."),
    ("content_type", 0.5, "Must be 0 or 1."),
    ("image_count", 0, "Must be a whole number from 1 to 35."),
    ("image_count", 36, "Must be a whole number from 1 to 35."),
    ("image_count", "many", "Must be a whole number from 1 to 35."),
    ("captions", 5, "a text of at most 5000 characters"),
    ("captions", ["Hi"], "a text of at most 5000 characters"),
    ("captions", "x" * 5001, "a text of at most 5000 characters"),
    ("post_way", "throw", "share, addButton, useSound"),
    ("post_way", "", "share, addButton, useSound"),
    ("post_way", 1, "share, addButton, useSound"),
    ("material_source", "cloud", "materialLibrary, localFolder"),
    ("material_path", 5, "a text of at most 1000 characters"),
    ("material_path", "x" * 1001, "a text of at most 1000 characters"),
    ("material_list", "clip.mp4", "a list of at most 1000 texts"),
    ("material_list", [5], "Must be a text of 1 to 1000 characters."),
    ("material_list", [""], "Must be a text of 1 to 1000 characters."),
    ("material_list", ["x"] * 1001, "a list of at most 1000 texts"),
    ("materials_tags", ["new"], "a text of at most 1000 characters"),
    ("upload_wait_time", -1, "Must be a number of seconds from 0 to 3600."),
    ("upload_wait_time", 3601, "Must be a number of seconds from 0 to 3600."),
    ("upload_wait_time", "soon", "Must be a number of seconds from 0 to 3600."),
    ("upload_wait_time", "30", "Must be a number of seconds from 0 to 3600."),
    ("upload_wait_time", True, "Must be a number of seconds from 0 to 3600."),
    ("sound_wait_time", -0.5, "Must be a number of seconds from 0 to 3600."),
    ("sound_wait_time", 3601, "Must be a number of seconds from 0 to 3600."),
    ("add_sound", 2, "-1, 0, 1, custom"),
    ("add_sound", "loud", "-1, 0, 1, custom"),
    ("add_sound", True, "-1, 0, 1, custom"),
    ("add_sound", False, "-1, 0, 1, custom"),
    ("add_sound", 1.5, "-1, 0, 1, custom"),
    ("add_sound", [], "-1, 0, 1, custom"),
    ("sound_name", 5, "a text of at most 200 characters"),
    ("custom_sound_keyword", {}, "a text of at most 200 characters"),
    ("origin_sound_volume", -1, "Must be a whole number from 0 to 100."),
    ("origin_sound_volume", 101, "Must be a whole number from 0 to 100."),
    ("add_sound_volume", -1, "Must be a whole number from 0 to 100."),
    ("add_sound_volume", 101, "Must be a whole number from 0 to 100."),
    ("add_product_link", 2, "Must be 0 or 1."),
    ("add_product_link", True, "Must be 0 or 1."),
    ("placement", "feed", "reel, story"),
]
TOGETHER = [
    ("material_path", {"material_source": "localFolder"}),
    ("sound_name", {"post_way": "useSound"}),
    ("sound_name", {"post_way": "useSound", "sound_name": None}),
    ("custom_sound_keyword", {"add_sound": "custom"}),
]
EVERYTHING = {
    "content_type": 1,
    "image_count": 3,
    "captions": "{Hi|{Hello|Hey}} #new",
    "post_way": "useSound",
    "material_source": "localFolder",
    "material_path": "pictures",
    "material_list": ["a.jpg", "b.jpg"],
    "materials_tags": "cats,dogs",
    "upload_wait_time": 0,
    "sound_wait_time": 3600,
    "add_sound": "custom",
    "sound_name": "Waves",
    "custom_sound_keyword": "sea",
    "origin_sound_volume": 0,
    "add_sound_volume": 100,
    "add_product_link": 1,
    "placement": "story",
}


@pytest.fixture(scope="module")
def refused_operator(bench: OperatorsBench) -> Operator:
    """An operator to whom nothing but refusals happens."""
    return new_operator(bench)


@pytest.mark.parametrize(
    ("key", "value", "accepted"), WRONG, ids=[f"{key}-{n}" for n, (key, _, _) in enumerate(WRONG)]
)
def test_a_value_out_of_range_is_named_with_what_would_do(
    refused_operator: Operator, key: str, value: Any, accepted: str
) -> None:
    answer = refused_operator.order(script_config={key: value})
    body = answer.get_json()

    assert (answer.status_code, body["code"], body["data"]) == (400, 40001, None)
    assert body["message"].startswith(f"script_config.{key}")
    assert accepted in body["message"]
    assert refused_operator.listed() == []


@pytest.mark.parametrize(("key", "config"), TOGETHER)
def test_a_value_may_ask_for_another_key(
    refused_operator: Operator, key: str, config: dict[str, Any]
) -> None:
    body = refused_operator.order(script_config=config).get_json()

    assert body["code"] == 40001
    assert body["message"].startswith(f"script_config.{key}: Is required where ")


def test_all_keys_that_are_wrong_are_named_at_once(refused_operator: Operator) -> None:
    config = {"image_count": 99, "placement": "feed"}

    message = refused_operator.order(script_config=config).get_json()["message"]

    assert "script_config.image_count: " in message
    assert "script_config.placement: " in message


def test_an_empty_configuration_gets_the_defaults(operator: Operator) -> None:
    assert operator.task(operator.one(script_config={}))["script_config"] == DEFAULTS


@pytest.mark.parametrize("given", [30, 2.5])
def test_a_wait_is_read_as_the_kind_of_number_that_was_written(
    operator: Operator, given: float
) -> None:
    number = operator.one(script_config={"upload_wait_time": given})

    config = operator.task(number)["script_config"]

    assert repr(config["upload_wait_time"]) == repr(given)
    assert repr(config["sound_wait_time"]) == "10"


def test_every_key_is_kept_as_it_was_given(operator: Operator) -> None:
    assert operator.task(operator.one(script_config=EVERYTHING))["script_config"] == EVERYTHING


@pytest.mark.parametrize(("given", "read"), [(-1, "-1"), ("0", "0"), (1, "1"), ("-1", "-1")])
def test_add_sound_may_be_a_text_or_a_number(
    operator: Operator, given: str | int, read: str
) -> None:
    number = operator.one(script_config={"add_sound": given})

    assert operator.task(number)["script_config"]["add_sound"] == read


def test_unknown_keys_are_kept(operator: Operator) -> None:
    config = {"mood": {"tempo": [1, 2]}, "Ключ": "значение"}

    kept = operator.task(operator.one(script_config=config))["script_config"]

    assert kept == {**DEFAULTS, **config}


def test_a_null_counts_as_absent(operator: Operator) -> None:
    number = operator.one(script_config={"image_count": None, "mood": None})

    assert operator.task(number)["script_config"] == DEFAULTS


def test_a_list_of_material_makes_the_source_unimportant(operator: Operator) -> None:
    config = {"material_source": "localFolder", "material_list": ["clip.mp4"]}

    assert operator.made(script_config=config)


@pytest.mark.parametrize(
    ("config", "detail"),
    [
        ({"captions": "a\x00b"}, "NUL"),
        ({"mood": {"\x00": 1}}, "NUL"),
        ({"mood": "x" * 100_000}, "at most 100000 characters of JSON"),
    ],
    ids=["text", "key", "long"],
)
def test_a_configuration_that_cannot_be_kept_is_refused(
    refused_operator: Operator, config: dict[str, Any], detail: str
) -> None:
    body = refused_operator.order(script_config=config).get_json()

    assert body["code"] == 40001
    assert body["message"].startswith("script_config: ")
    assert detail in body["message"]


def test_a_configuration_that_is_nested_too_deeply_is_refused(refused_operator: Operator) -> None:
    nested = b'{"serials":["x"],"script_name":"post","script_config":{"a":' + b"[" * 300
    answer = refused_operator.post(
        TASK, data=nested + b"]" * 300 + b"}}", content_type="application/json"
    )

    assert (answer.status_code, answer.get_json()["code"]) == (400, 40001)
    assert "nested" in answer.get_json()["message"]
