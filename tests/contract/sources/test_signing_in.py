"""How each source learns who asks, and whom it tells."""

from __future__ import annotations

import pytest

from shared.settings import Settings
from tests.contract.sources.sourcing import failing, listed, read
from tests.sources.graph import DRIVE, TOKEN
from tests.sources.s3 import only_known_keys
from tests.sources.served import PASSWORD, USER, Served
from tests.sources.sftp import sftp_server
from tests.sources.web import answering

Sftp = tuple[Served, str, str]


def test_a_private_key_signs_in_at_sftp(sftp_parts: Sftp, open_settings: Settings) -> None:
    served, _, pem = sftp_parts
    served.put("a.txt", b"a")
    given = {"user": USER, "private_key": pem}
    assert read(served.url, given, open_settings) == {"a.txt": b"a"}


def test_a_host_key_that_was_named_is_the_only_right_one(
    sftp_parts: Sftp, open_settings: Settings
) -> None:
    served, fingerprint, _ = sftp_parts
    served.put("a.txt", b"a")
    right = {**served.options, "host_key": fingerprint}
    assert read(served.url, right, open_settings) == {"a.txt": b"a"}
    error = failing(served.url, {**right, "host_key": "SHA256:another"}, open_settings)
    assert (error.code, error.retryable) == ("SOURCE_DENIED", False)


def test_sftp_needs_a_name(sftp_parts: Sftp, open_settings: Settings) -> None:
    assert failing(sftp_parts[0].url, {}, open_settings).code == "SOURCE_UNUSABLE"


def test_what_is_no_private_key_is_told(sftp_parts: Sftp, open_settings: Settings) -> None:
    given = {"user": USER, "private_key": "a secret that is no key"}
    error = failing(sftp_parts[0].url, given, open_settings)
    assert error.code == "SOURCE_UNUSABLE"
    assert "a secret" not in str(error)


@pytest.mark.parametrize("protocol", ["s3"])
def test_a_bucket_that_looks_at_keys_denies_unknown_ones(
    served: Served, open_settings: Settings
) -> None:
    with only_known_keys(served.options["endpoint_url"]):
        error = failing(served.url, served.options, open_settings)
    assert (error.code, error.retryable) == ("SOURCE_DENIED", False)


def test_keys_of_the_server_itself_sign_nothing(
    open_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the server's")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    seen: list[str] = []
    with answering(403, seen) as url:
        assert failing("s3://papers/", {"endpoint_url": url}, open_settings).code == "SOURCE_DENIED"
    assert seen == [""]


@pytest.mark.parametrize("protocol", ["s3"])
def test_a_bucket_that_is_not_there_is_told(served: Served, open_settings: Settings) -> None:
    error = failing("s3://another-bucket/", served.options, open_settings)
    assert (error.code, error.retryable) == ("SOURCE_NOT_FOUND", False)
    assert failing("s3://-/", served.options, open_settings).code == "SOURCE_NOT_FOUND"


@pytest.mark.parametrize("protocol", ["s3"])
def test_a_prefix_is_a_folder_and_no_beginning_of_names(
    served: Served, open_settings: Settings
) -> None:
    for path in ("a/b.txt", "a/c/d.txt", "ab.txt"):
        served.put(path, b"x")
    below = Served(served.folder, f"{served.url}a", served.options)
    assert set(listed(below, open_settings)) == {"b.txt", "c/d.txt"}


@pytest.mark.parametrize("protocol", ["msgraph"])
@pytest.mark.parametrize(
    "address",
    ["msgraph://contoso.sharepoint.com/sites/Team/Papers/one", f"msgraph://drive/{DRIVE}/one"],
)
def test_a_library_is_found_by_its_site_or_by_its_id(
    address: str, served: Served, open_settings: Settings
) -> None:
    for name in "abcde":
        served.put(f"one/{name}.txt", name.encode())
    served.put("outside.txt", b"x")
    files = read(address, served.options, open_settings)
    assert files == {f"{name}.txt": name.encode() for name in "abcde"}


@pytest.mark.parametrize("protocol", ["msgraph"])
def test_a_token_of_the_callers_own_will_do(served: Served, open_settings: Settings) -> None:
    served.put("a.txt", b"a")
    given = {**served.options, "token": TOKEN, "client_secret": None}
    assert read(served.url, given, open_settings) == {"a.txt": b"a"}


@pytest.mark.parametrize("protocol", ["msgraph"])
def test_what_is_no_library_is_told(served: Served, open_settings: Settings) -> None:
    site = "msgraph://contoso.sharepoint.com/sites/Team"
    assert failing(site, served.options, open_settings).code == "SOURCE_UNUSABLE"
    error = failing(f"{site}/Pictures", served.options, open_settings)
    assert error.code == "SOURCE_NOT_FOUND"


@pytest.mark.parametrize("protocol", ["https"])
def test_a_password_stays_with_the_host_that_it_is_for(
    served: Served, open_settings: Settings
) -> None:
    served.put("a.txt", b"a")
    with answering(302, Location=f"{served.url}a.txt") as elsewhere:
        given = {"user": USER, "password": PASSWORD}
        error = failing(f"{elsewhere}/a.txt", given, open_settings)
    assert error.code == "SOURCE_DENIED"
    assert served.requests == ["HEAD /a.txt"]


def test_a_busy_server_says_when_to_come_back(open_settings: Settings) -> None:
    with answering(429, Retry_After="17") as url:
        error = failing(f"{url}/a.txt", {}, open_settings)
    assert (error.retryable, error.delay_seconds) == (True, 17.0)


def test_a_redirect_to_a_refused_address_is_refused(
    open_settings: Settings,
) -> None:
    with answering(302, Location="http://169.254.169.254/latest/meta-data/") as url:
        error = failing(f"{url}/a.txt", {}, open_settings)
    assert (error.code, error.retryable) == ("ADDRESS_REFUSED", False)


def test_a_server_that_hangs_up_is_tried_again(
    tmp_path_factory: pytest.TempPathFactory, open_settings: Settings
) -> None:
    with sftp_server(tmp_path_factory.mktemp("short")) as (served, _, _):
        address = served.url
    assert failing(address, served.options, open_settings).retryable
