from pathlib import Path

from shared.accounts.keyring import Purpose, key_for, keys_for
from shared.settings import Settings

KNOWN_JWT_KEY = "07db6bdb56957cb20b8c99d10bc67554335f6287c9dd7fb90dad66f6dd2308d6"
"""By RFC 5869 with hashlib alone: info "taskyard jwt", no salt, secret 32 times "s"."""


def _settings(key: str, *old: str) -> Settings:
    return Settings(home=Path(), database_url="", redis_url="", secret_key=key, secret_keys_old=old)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {key_for(_settings("s" * 32), purpose) for purpose in Purpose}

    assert len(keys) == len(Purpose)
    assert {len(key) for key in keys} == {32}


def test_the_same_secret_gives_the_same_keys() -> None:
    assert key_for(_settings("s" * 32), Purpose.JWT) == key_for(_settings("s" * 32), Purpose.JWT)


def test_old_secrets_are_accepted_after_the_present_one() -> None:
    before, now = _settings("a" * 32), _settings("b" * 32, "a" * 32)

    assert keys_for(now, Purpose.SEALING) == (
        key_for(now, Purpose.SEALING),
        key_for(before, Purpose.SEALING),
    )


def test_keys_stay_the_same_from_release_to_release() -> None:
    assert key_for(_settings("s" * 32), Purpose.JWT).hex() == KNOWN_JWT_KEY
