"""Keeps feeds outside: refuses private addresses at the moment a socket is made.

There, and only there, every way in is seen: names after DNS, names that change their
address between two lookups, redirects, and literals that no resolver is asked for.
"""

import errno
import ipaddress
import socket
from collections.abc import Callable, Collection, Iterable
from typing import Any

from yarl import URL

WEB_PORTS = frozenset({80, 443})
_REFUSED_V4 = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.IPv4Network("240.0.0.0/4"),  # reserved, and broadcast
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = (
    ipaddress.IPv6Network("2001::/23"),  # protocol assignments, Teredo
    ipaddress.IPv6Network("2001:db8::/32"),  # documentation
    ipaddress.IPv6Network("2002::/16"),  # 6to4: carries any IPv4 address
    ipaddress.IPv6Network("3fff::/20"),  # documentation
)

AddressFound = tuple[Any, ...]  # what getaddrinfo gives: family, kind, …, endpoint


class AddressRefused(OSError):
    """A feed led to an address or port that feeds must not reach.

    Text and errno never vary: of several addresses the connector keeps the first
    error only when all read the same, and raises a bare OSError otherwise.
    """

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "a private address or an unusual port")


def is_public(literal: str) -> bool:
    """Return whether an address literal is ordinary public unicast.

    `is_global` alone is not enough: on Python 3.11 it passes NAT64, 6to4, multicast
    and IPv4-compatible addresses, so IPv6 is the public block less its special parts.
    An IPv4 address mapped into IPv6 is judged as what it is.
    """
    address = ipaddress.ip_address(literal.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return _is_public_v6(address)
        address = address.ipv4_mapped
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in block for block in _REFUSED_V4)
    )


def build_guard(
    ports: Collection[int],
) -> Callable[[AddressFound], socket.socket]:
    """Return a socket factory that refuses all but public addresses and `ports`.

    `ports` is looked at for each socket: it may change meanwhile.
    """

    def guard(found: AddressFound) -> socket.socket:
        family, kind, protocol, _, endpoint = found
        if endpoint[1] not in ports or not is_public(endpoint[0]):
            raise AddressRefused
        return socket.socket(family, kind, protocol)

    return guard


def ports_of(urls: Iterable[str]) -> frozenset[int]:
    """Return the ports that feeds may use: 80, 443 and those an operator wrote."""
    written = {port for url in urls if (port := URL(url).port) is not None}
    return WEB_PORTS | written


def _is_public_v6(address: ipaddress.IPv6Address) -> bool:
    return (
        address in _PUBLIC_V6
        and address.is_global
        and not any(address in block for block in _REFUSED_V6)
    )
