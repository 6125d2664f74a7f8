"""What is sealed can be opened by its owner, with today's key or an old one, and by nobody else."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from shared.sealed import (
    MARK,
    WRAPPED_BYTES,
    NotOpened,
    is_sealed,
    resealed,
    seal,
    seal_fields,
    unseal,
)
from shared.settings import Settings, read_settings
from tests.sealed_before import seal_as_before

VALUE = {"password": "open sesame", "deep": [1, None, "é"]}


@pytest.fixture
def keyed(tmp_path: Path) -> Settings:
    """Settings with a key."""
    return read_settings({"TASKYARD_HOME": str(tmp_path), "TASKYARD_SECRET_KEY": "k" * 32})


@pytest.fixture
def rotated(keyed: Settings) -> Settings:
    """The same with a new key, and the one from before as an old one."""
    return replace(keyed, secret_key="n" * 32, secret_keys_old=(keyed.secret_key,))


def bytes_of(text: str) -> bytes:
    """What sealed text consists of."""
    return urlsafe_b64decode(text.removeprefix(MARK))


def test_a_sealed_value_can_be_opened(keyed: Settings) -> None:
    sealed = seal(keyed, "an owner", VALUE)
    assert is_sealed(sealed)
    assert b"sesame" not in bytes_of(sealed)
    assert unseal(keyed, "an owner", sealed) == VALUE


def test_the_same_value_is_never_sealed_the_same(keyed: Settings) -> None:
    one, other = (bytes_of(seal(keyed, "an owner", VALUE)) for _ in range(2))
    assert one[:WRAPPED_BYTES] != other[:WRAPPED_BYTES]
    assert one[WRAPPED_BYTES:] != other[WRAPPED_BYTES:]


def test_fields_of_one_row_share_its_key(keyed: Settings) -> None:
    sealed = seal_fields(keyed, "an owner", {"a": 1, "b": 1})
    a, b = bytes_of(sealed["a"]), bytes_of(sealed["b"])
    assert a[:WRAPPED_BYTES] == b[:WRAPPED_BYTES]
    assert a[WRAPPED_BYTES:] != b[WRAPPED_BYTES:]


def test_neither_another_owner_nor_another_field_can_open_it(keyed: Settings) -> None:
    sealed = seal(keyed, "an owner", VALUE, "password")
    for owner, field in (("another", "password"), ("an owner", "token")):
        with pytest.raises(NotOpened):
            unseal(keyed, owner, sealed, field)


def test_an_old_key_still_opens(keyed: Settings, rotated: Settings) -> None:
    for sealed in (seal(keyed, "o", VALUE), seal_as_before(keyed, "o", VALUE)):
        assert unseal(rotated, "o", sealed) == VALUE
        with pytest.raises(NotOpened):
            unseal(replace(rotated, secret_keys_old=()), "o", sealed)


def test_what_older_versions_sealed_is_opened_by_its_owner_alone(keyed: Settings) -> None:
    sealed = seal_as_before(keyed, "an owner", VALUE)
    assert is_sealed(sealed)
    assert unseal(keyed, "an owner", sealed, "any field") == VALUE
    with pytest.raises(NotOpened):
        unseal(keyed, "another", sealed)


def test_resealed_it_needs_no_old_key_and_its_value_was_not_touched(
    keyed: Settings, rotated: Settings
) -> None:
    sealed = seal(keyed, "an owner", VALUE, "password")
    again = resealed(rotated, "an owner", sealed, "password")
    assert bytes_of(again)[WRAPPED_BYTES:] == bytes_of(sealed)[WRAPPED_BYTES:]
    assert unseal(replace(rotated, secret_keys_old=()), "an owner", again, "password") == VALUE
    assert resealed(rotated, "an owner", again, "password") == again


def test_resealed_the_old_form_becomes_the_new_one(keyed: Settings, rotated: Settings) -> None:
    again = resealed(rotated, "o", seal_as_before(keyed, "o", VALUE), "password")
    assert again.startswith(MARK)
    assert unseal(replace(rotated, secret_keys_old=()), "o", again, "password") == VALUE


def test_what_no_key_opens_is_not_resealed(keyed: Settings) -> None:
    other = replace(keyed, secret_key="n" * 32)
    for sealed in (seal(keyed, "o", VALUE), seal_as_before(keyed, "o", VALUE)):
        with pytest.raises(NotOpened):
            resealed(other, "o", sealed)


@pytest.mark.parametrize("mark", ["sealed:1:", "sealed:2:", ""])
@pytest.mark.parametrize("text", ["", "!!", "AAAA", "é", "A" * 96])
def test_damaged_text_is_not_opened(mark: str, text: str, keyed: Settings) -> None:
    with pytest.raises(NotOpened):
        unseal(keyed, "an owner", mark + text)


@pytest.mark.parametrize("cut", [WRAPPED_BYTES, WRAPPED_BYTES + 5, -1])
def test_text_that_was_cut_is_not_opened(cut: int, keyed: Settings) -> None:
    text = MARK + urlsafe_b64encode(bytes_of(seal(keyed, "o", VALUE))[:cut]).decode()
    with pytest.raises(NotOpened):
        unseal(keyed, "o", text)
