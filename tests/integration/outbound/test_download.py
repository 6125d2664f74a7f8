from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from shared.outbound import Guard, OutboundError, Reason
from shared.outbound.client import http_client
from shared.outbound.download import Downloaded, Limits, download
from shared.outbound.transport import GuardedTransport
from tests.integration.outbound.conftest import HERE, Names
from tests.outside import Outside, begin, certified, outside

MIB = 1024 * 1024


@pytest.fixture
def client(guard: Guard) -> Iterator[GuardedTransport]:
    with GuardedTransport(guard) as opened:
        yield opened


def fetch(client: GuardedTransport, url: str, **limits: Any) -> tuple[Downloaded, bytes]:
    pieces: list[bytes] = []
    given = Limits(**{"size_bytes": MIB, "seconds": 20.0, **limits})
    return download(client, url, pieces.append, given), b"".join(pieces)


def refusal(client: GuardedTransport, url: str, **limits: Any) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        fetch(client, url, **limits)
    return caught.value


def test_a_file_comes_with_what_its_server_says_of_it(
    client: GuardedTransport, server: Outside
) -> None:
    url = server.file(
        "/a.pdf", b"content", Content_Type="application/pdf", Content_Disposition="inline"
    )
    came, content = fetch(client, url)
    assert content == b"content"
    assert (came.size_bytes, came.content_type) == (7, "application/pdf")
    assert came.disposition == "inline"


def test_the_server_is_asked_by_its_name_at_the_address_that_was_checked(
    client: GuardedTransport, server: Outside, names: Names
) -> None:
    server.file("/a", b"a")
    fetch(client, server.url("/a", host="example.test"))
    assert server.asked[0][1]["Host"] == f"example.test:{server.port}"
    assert names.asked == ["example.test"]


def test_a_name_that_means_another_address_the_second_time_is_looked_up_once(
    server: Outside,
) -> None:
    names = Names("127.0.0.1", "127.0.0.2")
    server.file("/a", b"a")
    with GuardedTransport(Guard([HERE], resolver=names)) as client:
        fetch(client, server.url("/a", host="rebinding.test"))
    assert names.asked == ["rebinding.test"]


def test_a_name_that_means_another_address_on_the_next_connection_is_refused(
    server: Outside,
) -> None:
    server.redirect("/a", server.url("/b", host="rebinding.test"), Connection="close")
    server.file("/b", b"secret")
    with GuardedTransport(Guard([HERE], resolver=Names("127.0.0.1", "127.0.0.2"))) as client:
        error = refusal(client, server.url("/a", host="rebinding.test"))
    assert error.reason is Reason.ADDRESS_REFUSED
    assert [path for path, _ in server.asked] == ["/a"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.2", "localhost", "[::1]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]",
     "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "169.254.169.254", "10.0.0.1", "0.0.0.0",
     "[fd00:ec2::254]"],
)  # fmt: skip
def test_a_redirect_to_an_address_that_is_not_public_is_refused(host: str, server: Outside) -> None:
    url = server.redirect("/a", f"http://{host}:{server.port}/b")
    with GuardedTransport(Guard([HERE], resolver=Names("127.0.0.2"))) as client:
        assert refusal(client, url).reason is Reason.ADDRESS_REFUSED
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://example.test/", "gopher://127.0.0.1/", "http://0x7f000001/",
     "http://2130706433/", "http://0177.0.0.1/", "http://user:pass@127.0.0.1/", "http://[::1", "http://a:99999/"],
)  # fmt: skip
def test_a_redirect_to_what_is_not_fetched_is_refused(
    target: str, client: GuardedTransport, server: Outside
) -> None:
    assert refusal(client, server.redirect("/a", target)).reason is Reason.URL_REFUSED


def test_redirects_are_followed_and_counted(client: GuardedTransport, server: Outside) -> None:
    server.redirect("/a", "/b?c=d")
    server.file("/b?c=d", b"there")
    came, content = fetch(client, server.url("/a"), redirects=1)
    assert (content, str(came.url)) == (b"there", server.url("/b?c=d"))
    assert refusal(client, server.url("/a"), redirects=0).reason is Reason.TOO_MANY_REDIRECTS


def test_redirects_in_a_circle_end(client: GuardedTransport, server: Outside) -> None:
    error = refusal(client, server.redirect("/a", "/a"))
    assert error.reason is Reason.TOO_MANY_REDIRECTS
    assert len(server.asked) == 6


def test_no_cookie_is_sent_on(client: GuardedTransport, server: Outside) -> None:
    server.redirect("/a", "/b", Set_Cookie="session=secret; Path=/")
    server.file("/b", b"b")
    fetch(client, server.url("/a"))
    assert all("Cookie" not in headers for _, headers in server.asked)


def test_credentials_of_a_client_go_to_its_own_host_alone(guard: Guard, server: Outside) -> None:
    with outside() as other:
        server.redirect("/a", other.url("/b", host="other.test"))
        other.file("/b", b"b")
        with http_client(guard, auth=("user", "secret"), follow_redirects=True) as client:
            assert client.get(server.url("/a")).content == b"b"
        assert "Authorization" in server.asked[0][1]
        assert "Authorization" not in other.asked[0][1]


def test_a_file_that_says_it_is_too_large_is_not_read(
    client: GuardedTransport, server: Outside
) -> None:
    error = refusal(client, server.file("/a", bytes(11)), size_bytes=10)
    assert (error.reason, error.retryable) == (Reason.TOO_LARGE, False)


def test_a_file_that_turns_out_too_large_is_stopped(
    client: GuardedTransport, server: Outside
) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        begin(handler, 200, {})
        while not server.over.is_set():
            handler.wfile.write(bytes(65536))

    error = refusal(client, server.answer("/a", endless), size_bytes=MIB)
    assert error.reason is Reason.TOO_LARGE


def test_a_packed_file_counts_as_it_unpacks(client: GuardedTransport, server: Outside) -> None:
    bomb = gzip.compress(bytes(2 * MIB))
    url = server.file("/a", bomb, Content_Encoding="gzip")
    assert refusal(client, url).reason is Reason.TOO_LARGE
    assert fetch(client, url, size_bytes=4 * MIB)[1] == bytes(2 * MIB)


def test_a_coding_that_cannot_be_read_is_refused(client: GuardedTransport, server: Outside) -> None:
    url = server.file("/a", b"?", Content_Encoding="br")
    assert refusal(client, url).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize("begin_first", [True, False])
def test_an_answer_that_drips_ends_with_the_time_limit(
    begin_first: bool, client: GuardedTransport, server: Outside
) -> None:
    error = refusal(client, server.drip("/a", begin_first), seconds=0.2)
    assert (error.reason, error.retryable) == (Reason.TOO_SLOW, True)


def test_a_file_that_ends_early_is_no_file(client: GuardedTransport, server: Outside) -> None:
    url = server.file("/a", b"only this", Content_Length="1000")
    error = refusal(client, url)
    assert (error.reason, error.retryable) == (Reason.UNREACHABLE, True)


@pytest.mark.parametrize(
    ("status", "retryable"), [(404, False), (403, False), (503, True), (429, True)]
)
def test_a_refusal_of_the_server_says_its_status(
    status: int, retryable: bool, client: GuardedTransport, server: Outside
) -> None:
    error = refusal(client, server.file("/a", b"no", status))
    assert (error.reason, error.retryable) == (Reason.BAD_ANSWER, retryable)
    assert str(error) == f"127.0.0.1: it answered with status {status}"


def test_nothing_at_a_port_is_unreachable(client: GuardedTransport) -> None:
    with outside() as gone:
        url = gone.url("/a")
    error = refusal(client, url)
    assert (error.reason, error.retryable) == (Reason.UNREACHABLE, True)
    assert str(error) == "127.0.0.1: the connection could not be made, or broke"


def test_proxies_of_the_environment_are_not_asked(
    guard: Guard, server: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with outside() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("ALL_PROXY", proxy.url())
        with GuardedTransport(guard) as client:
            assert fetch(client, server.file("/a", b"direct"))[1] == b"direct"
        assert proxy.asked == []


def test_the_certificate_is_checked_against_the_name(tmp_path: Path, guard: Guard) -> None:
    mine = certified("example.test", tmp_path)
    with outside(mine.server) as server, GuardedTransport(guard, mine.client) as client:
        server.file("/a", b"secure")
        assert fetch(client, server.url("/a", "example.test", "https"))[1] == b"secure"
        assert server.names == ["example.test"]
        error = refusal(client, server.url("/a", "other.test", "https"))
        assert error.reason is Reason.UNREACHABLE
        assert len(server.asked) == 1
    with outside(mine.server) as server, GuardedTransport(guard) as client:
        url = server.url("/a", "example.test", "https")
        assert refusal(client, url).reason is Reason.UNREACHABLE
