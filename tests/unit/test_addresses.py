"""Which addresses a feed may lead to: public unicast and nothing else."""

import errno
import socket

import pytest

from catalyst_bot.sources.addresses import (
    AddressRefused,
    build_guard,
    is_public,
    ports_of,
)

REFUSED = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",  # cloud metadata
    "100.64.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
)
ALLOWED = (
    "8.8.8.8",
    "93.184.215.14",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::200e",
    "::ffff:8.8.8.8",
)


@pytest.mark.parametrize("literal", REFUSED)
def test_an_inside_or_special_address_is_not_public(literal: str) -> None:
    assert not is_public(literal)


@pytest.mark.parametrize("literal", ALLOWED)
def test_an_ordinary_address_is_public(literal: str) -> None:
    assert is_public(literal)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080, 11434])
def test_an_unusual_port_is_refused_on_a_public_address(port: int) -> None:
    guard = build_guard(frozenset({80, 443}))
    with pytest.raises(AddressRefused):
        guard((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port)))


def test_a_public_address_gets_a_socket_of_its_family() -> None:
    guard = build_guard(frozenset({80, 443}))
    with guard((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))) as made:
        assert made.family is socket.AF_INET


def test_ports_are_the_usual_ones_and_those_an_operator_wrote() -> None:
    urls = ("https://a.example/rss", "http://b.example:8081/rss")
    assert ports_of(urls) == {80, 443, 8081}


def test_refusals_read_the_same_whatever_the_address() -> None:
    """Else the connector loses the class when a name has several addresses."""
    assert str(AddressRefused()) == str(AddressRefused())
    assert AddressRefused().errno == errno.EACCES
