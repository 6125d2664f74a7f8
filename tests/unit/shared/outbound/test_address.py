from __future__ import annotations

from ipaddress import ip_address

import pytest

from shared.outbound.address import is_public, unmapped

PUBLIC = """
    1.1.1.1 8.8.8.8 93.184.215.14 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0
    2606:4700:4700::1111 2a00:1450:4001:81b::200e 64:ff9b::808:808 ::ffff:8.8.8.8
"""
NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255
    127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 169.254.170.2 172.16.0.1
    172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 fe80::1 fe80::1%1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 5f00::1
    ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
    64:ff9b::a9fe:a9fe 64:ff9b:1::808:808 2001::7f00:1 2001:0:4136:e378:8000:63bf:80ff:fffe
    2001:db8::1 2001:10::1 2001:20::1 2002:7f00:1:: 2002:808:808:: 3fff::1 4000::1
"""


@pytest.mark.parametrize("text", PUBLIC.split())
def test_a_host_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC.split())
def test_an_address_that_means_something_else_somewhere_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


def test_a_mapped_address_is_the_one_that_it_stands_for() -> None:
    assert str(unmapped(ip_address("::ffff:10.0.0.1"))) == "10.0.0.1"
    assert str(unmapped(ip_address("2a00::1"))) == "2a00::1"
