import pytest

from shared.accounts.key_text import key_hash, new_key_text, prefix_of

TEXT = new_key_text()


def test_a_key_is_recognised_by_its_shape() -> None:
    word, prefix, secret, checksum = TEXT.split("_")

    assert (word, len(prefix), len(secret), len(checksum)) == ("ty", 10, 32, 8)
    assert prefix_of(TEXT) == prefix


def test_no_two_keys_are_alike() -> None:
    assert len({new_key_text() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ty_",
        TEXT[:-1],
        TEXT + "0",
        TEXT + "\n",
        " " + TEXT,
        TEXT.upper(),
        TEXT.replace("ty_", "tx_"),
        TEXT[:20] + ("a" if TEXT[20] != "a" else "b") + TEXT[21:],
        TEXT[:-8] + "00000000",
        "ty_" + "é" * 10 + TEXT[13:],
        TEXT.replace("_", "-"),
        "x" * 100_000,
    ],
    ids=lambda text: f"{len(text)} characters",
)
def test_what_is_no_key_is_told_without_asking_the_store(text: str) -> None:
    assert prefix_of(text) is None


def test_the_hash_of_a_key_depends_on_the_pepper() -> None:
    assert key_hash(b"one", TEXT) != key_hash(b"two", TEXT)
    assert TEXT.split("_")[2] not in key_hash(b"one", TEXT)
