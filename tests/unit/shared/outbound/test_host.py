from __future__ import annotations

import pytest

from shared.outbound.error import OutboundError, Reason
from shared.outbound.host import literal, shown

ODD_ADDRESSES = """
    0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 127.1 127.0.1 0 127.0.0.1.
    00000177.0.0.1 1.2.3.4.5 256.1.1.1 1.2.3.08 0x 0xA9FEA9FE
"""


@pytest.mark.parametrize("host", ODD_ADDRESSES.split())
def test_an_address_in_an_odd_spelling_is_refused(host: str) -> None:
    with pytest.raises(OutboundError) as caught:
        literal(host)
    assert caught.value.reason is Reason.URL_REFUSED
    assert "four decimal numbers" in str(caught.value)


@pytest.mark.parametrize("host", ["fe80::1%eth0", "[fe80::1%25eth0]", "fe80::1%1", "::1%lo"])
def test_an_address_with_a_zone_is_refused(host: str) -> None:
    with pytest.raises(OutboundError):
        literal(host)


@pytest.mark.parametrize(
    "host", ["", "a b", "a/b", "a@b", "a\0b", "a\nb", "a:80", "x" * 254, "[", "a%00b", "a?b"]
)
def test_what_is_no_name_is_refused(host: str) -> None:
    with pytest.raises(OutboundError):
        literal(host)


@pytest.mark.parametrize("host", ["example.org", "xn--mnchen-3ya.de", "a_b.example", "localhost."])
def test_a_name_is_no_address(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "::ffff:1.2.3.4"])
def test_an_address_is_read_with_and_without_brackets(host: str) -> None:
    assert str(literal(host)) in (host.strip("[]"), "::ffff:102:304")


def test_a_host_in_a_message_is_short_and_harmless() -> None:
    assert shown("a\x1b[31m<script>") == "a\ufffd\ufffd31m\ufffdscript\ufffd"
    assert len(shown("x" * 1000)) == 253
    assert shown("") == "(no host)"
