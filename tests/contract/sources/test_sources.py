"""What every source does, whatever protocol it speaks, against a real server of each."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Refused, TaskError
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.protocol import open_source
from shared.sources.source import FileUnread
from shared.sources.url import read_source_url
from tests.contract.sources.conftest import PROTOCOLS
from tests.contract.sources.sourcing import failing, listed, read
from tests.sources.served import Served

FLAT = ("https",)
"""Sources whose pages have no folders to go into."""
REMOTE = tuple(p for p in PROTOCOLS if p != "local")
SIGNED_IN = ("sftp", "webdav", "https", "msgraph")
ODD_NAMES = (
    "a b.txt",
    "100%.txt",
    "30%20off.txt",
    "naïve été.txt",
    "c#1.txt",
    "d+e&f=g.txt",
    "[1].txt",
)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_files_are_listed_and_read_as_they_are(served: Served, open_settings: Settings) -> None:
    big = bytes(range(256)) * 10_000
    files = {"a.txt": b"alpha", "empty.txt": b"", "big.bin": big}
    for path, content in files.items():
        served.put(path, content)
    assert read(served.url, served.options, open_settings) == files


@pytest.mark.parametrize("protocol", [p for p in PROTOCOLS if p not in FLAT])
def test_folders_are_gone_into_unless_told_otherwise(
    served: Served, open_settings: Settings
) -> None:
    for path in ("a.txt", "one/b.txt", "one/two/c.txt"):
        served.put(path, path.encode())
    assert set(listed(served, open_settings)) == {"a.txt", "one/b.txt", "one/two/c.txt"}
    assert set(listed(served, open_settings, recursive=False)) == {"a.txt"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_tag_stays_until_its_file_changes(served: Served, open_settings: Settings) -> None:
    served.put("same.txt", b"same")
    served.put("other.txt", b"before")
    before = listed(served, open_settings)
    served.put("other.txt", b"and after")
    after = listed(served, open_settings)
    assert before["same.txt"].tag == after["same.txt"].tag is not None
    assert before["other.txt"].tag != after["other.txt"].tag


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_names_with_odd_signs_are_names(served: Served, open_settings: Settings) -> None:
    files = {name: name.encode() for name in ODD_NAMES}
    for name, content in files.items():
        served.put(name, content)
    assert read(served.url, served.options, open_settings) == files


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_address_of_a_file_is_that_file(served: Served, open_settings: Settings) -> None:
    served.put("a b.txt", b"alpha")
    served.put("a b.txt.old", b"old")
    path = "a b.txt" if served.url.startswith("s3:") else "a%20b.txt"
    address = f"{served.url.rstrip('/')}/{path}"
    assert read(address, served.options, open_settings) == {"a b.txt": b"alpha"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_empty_folder_has_no_files(served: Served, open_settings: Settings) -> None:
    assert listed(served, open_settings) == {}


@pytest.mark.parametrize("protocol", [p for p in PROTOCOLS if p != "s3"])
def test_a_folder_that_is_not_there_is_not_an_empty_one(
    served: Served, open_settings: Settings
) -> None:
    address = f"{served.url.rstrip('/')}/nowhere"
    error = failing(address, served.options, open_settings)
    assert (error.code, error.retryable) == ("SOURCE_NOT_FOUND", False)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_file_that_is_gone_by_now_costs_only_itself(
    served: Served, open_settings: Settings
) -> None:
    served.put("a.txt", b"a")
    served.put("b.txt", b"b")
    url, options = read_source_url(served.url, open_settings), SourceOptions.of(served.options)
    with open_source(url, options, open_settings) as source:
        found = {entry.path: entry for entry in source.entries(True)}
        served.remove("a.txt")
        with pytest.raises(FileUnread):
            list(source.chunks(found["a.txt"]))
        assert list(source.chunks(found["b.txt"])) == [b"b"]


@pytest.mark.parametrize("protocol", SIGNED_IN)
def test_wrong_credentials_are_not_tried_again(served: Served, open_settings: Settings) -> None:
    served.put("a.txt", b"a")
    error = failing(served.url, served.wrong_options or {}, open_settings)
    assert (error.code, error.retryable) == ("SOURCE_DENIED", False)
    assert "wrong" not in str(error)


@pytest.mark.parametrize("protocol", REMOTE)
def test_without_a_word_of_the_operator_this_machine_is_refused(
    served: Served, closed_settings: Settings
) -> None:
    error = failing(served.url, served.options, closed_settings)
    assert (error.code, error.retryable) == ("ADDRESS_REFUSED", False)
    assert served.requests == []


@pytest.mark.parametrize("protocol", ["local"])
def test_without_a_word_of_the_operator_its_folders_are_refused(
    served: Served, open_settings: Settings, closed_settings: Settings
) -> None:
    with pytest.raises(Refused):
        read_source_url(served.url, closed_settings)
    url = read_source_url(served.url, open_settings)
    with pytest.raises(TaskError), open_source(url, SourceOptions(), closed_settings):
        """Refused once more where it is opened, whoever let it in."""


UNREACHABLE = {
    "sftp://127.0.0.1:1/": {"user": "maria", "password": "x"},
    "webdav://127.0.0.1:1/": {},
    "s3://papers/": {"endpoint_url": "http://127.0.0.1:1"},
    "http://127.0.0.1:1/": {},
    "msgraph://drive/x/": {
        "token": "t",
        "endpoint_url": "http://127.0.0.1:1/v1.0",
        "login_url": "http://127.0.0.1:1",
    },
}


@pytest.mark.parametrize(("address", "given"), UNREACHABLE.items(), ids=list(UNREACHABLE))
def test_a_host_that_does_not_answer_is_tried_again(
    address: str, given: dict[str, Any], open_settings: Settings
) -> None:
    error = failing(address, given, open_settings)
    assert error.retryable
    assert error.code in ("SOURCE_UNREACHABLE", "UNREACHABLE")
