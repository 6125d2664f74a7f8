from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from threading import Event

import pytest

from shared.outbound import guard as guards
from shared.outbound.error import OutboundError, Reason
from shared.outbound.guard import MOST_TRIED, Guard

LOOPBACK = ip_network("127.0.0.0/8")


def knowing(*addresses: str) -> Guard:
    """A guard for whose resolver every name has these addresses."""
    return Guard(resolver=lambda _name: addresses)


def refusal(guard: Guard, host: str) -> OutboundError:
    """What the guard says of the host."""
    with pytest.raises(OutboundError) as caught:
        guard.resolve(host, 80)
    return caught.value


def test_a_name_becomes_the_address_to_connect_to() -> None:
    address = knowing("93.184.215.14").resolve("example.org", 443)
    assert (address.host, address.ip, address.port) == ("example.org", "93.184.215.14", 443)


def test_a_name_of_a_private_address_is_refused_without_telling_the_address() -> None:
    error = refusal(knowing("10.1.2.3"), "intranet.example")
    assert error.reason is Reason.ADDRESS_REFUSED
    assert "10.1.2.3" not in str(error)
    assert "intranet.example" in str(error)
    assert not error.retryable


def test_of_several_addresses_only_those_that_pass_are_used() -> None:
    found = knowing("10.1.2.3", "93.184.215.14", "::1").addresses("example.org", 80)
    assert [address.ip for address in found] == ["93.184.215.14"]


def test_no_more_than_a_few_addresses_are_tried() -> None:
    many = knowing(*(f"93.184.215.{n}" for n in range(100)))
    assert len(many.addresses("example.org", 80)) == MOST_TRIED


def test_an_address_is_never_looked_up() -> None:
    assert knowing("10.0.0.1").resolve("93.184.215.14", 80).ip == "93.184.215.14"


def test_a_mapped_address_is_connected_to_as_what_it_stands_for() -> None:
    assert knowing("::ffff:8.8.8.8").resolve("dns.example", 53).ip == "8.8.8.8"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::ffff:127.0.0.1"])
def test_a_network_of_the_operator_passes(host: str) -> None:
    assert Guard([LOOPBACK]).resolve(host, 80).ip.startswith("127.")


def test_a_network_of_the_operator_lets_no_other_pass() -> None:
    assert refusal(Guard([LOOPBACK]), "10.0.0.1").reason is Reason.ADDRESS_REFUSED
    assert refusal(Guard([LOOPBACK]), "::1").reason is Reason.ADDRESS_REFUSED


def test_an_unknown_name_may_be_known_later() -> None:
    def nothing(_name: str) -> Sequence[str]:
        raise OSError

    error = refusal(Guard(resolver=nothing), "example.org")
    assert (error.reason, error.retryable) == (Reason.NAME_UNKNOWN, True)


def test_a_silent_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "LOOK_UP_SECONDS", 0.01)
    over = Event()

    def silent(_name: str) -> Sequence[str]:
        over.wait(10)
        return []

    error = refusal(Guard(resolver=silent), "example.org")
    over.set()
    assert (error.reason, error.retryable) == (Reason.TOO_SLOW, True)


def test_an_error_is_told_to_a_task_in_the_same_words() -> None:
    told = refusal(knowing("10.1.2.3"), "intranet.example").as_task_error()
    assert (told.code, told.retryable) == ("ADDRESS_REFUSED", False)
    assert told.message.startswith("intranet.example: ")
