"""What is sealed can be opened by its owner, with today's key or an old one, and by nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shared.sealed import NotOpened, is_sealed, seal, unseal
from shared.settings import Settings, read_settings

VALUE = {"password": "open sesame", "deep": [1, None, "é"]}


@pytest.fixture
def keyed(tmp_path: Path) -> Settings:
    """Settings with a key."""
    return read_settings({"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": "k" * 32})


def test_a_sealed_value_can_be_opened(keyed: Settings) -> None:
    sealed = seal(keyed, "an owner", VALUE)
    assert is_sealed(sealed)
    assert "sesame" not in sealed
    assert unseal(keyed, "an owner", sealed) == VALUE


def test_the_same_value_seals_the_same_for_its_owner_alone(keyed: Settings) -> None:
    sealed = seal(keyed, "an owner", {"a": 1, "b": 2})
    assert sealed == seal(keyed, "an owner", {"b": 2, "a": 1})
    assert sealed != seal(keyed, "another", {"a": 1, "b": 2})


def test_another_owner_cannot_open_it(keyed: Settings) -> None:
    with pytest.raises(NotOpened):
        unseal(keyed, "another", seal(keyed, "an owner", VALUE))


def test_an_old_key_still_opens(keyed: Settings) -> None:
    sealed = seal(keyed, "an owner", VALUE)
    rotated = replace(keyed, secret_key="n" * 32, secret_keys_old=(keyed.secret_key,))
    assert unseal(rotated, "an owner", sealed) == VALUE
    with pytest.raises(NotOpened):
        unseal(replace(rotated, secret_keys_old=()), "an owner", sealed)


@pytest.mark.parametrize("text", ["sealed:1:", "sealed:1:!!", "sealed:1:AAAA", "sealed:1:é", "x"])
def test_damaged_text_is_not_opened(text: str, keyed: Settings) -> None:
    with pytest.raises(NotOpened):
        unseal(keyed, "an owner", text)
