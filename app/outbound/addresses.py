"""Which addresses on the internet are somebody else's public host.

Sources: the IANA registries of special-purpose IPv4 and IPv6 addresses, and the
documentation of cloud providers for their metadata services. `ipaddress` alone is
not enough: what it calls global differs between Python releases and counts
multicast, NAT64, 6to4 relays and more (docs/decisions/0009).
"""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[_Network, ...]:
    return tuple(ip_network(text) for text in texts)


_DENIED_V4 = _networks(
    "0.0.0.0/8",  # this network; 0.0.0.0 reaches loopback on Linux
    "10.0.0.0/8",
    "100.64.0.0/10",  # carrier NAT, and Alibaba's metadata at 100.100.100.200
    "127.0.0.0/8",
    "168.63.129.16/32",  # Azure's host agent, on an otherwise public address
    "169.254.0.0/16",  # link-local, and most clouds' metadata
    "172.16.0.0/12",
    "192.0.0.0/24",  # protocol assignments, and Oracle's metadata at 192.0.0.192
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that was ever given out as global unicast. Outside lie loopback, ::/96, NAT64
(64:ff9b::/96 and 64:ff9b:1::/48), 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10
and multicast."""
_DENIED_V6 = _networks(
    "2001::/23",  # protocol assignments, among them Teredo (2001::/32) and ORCHID
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4: carries any IPv4 address
    "3ffe::/16",  # the former 6bone
    "3fff::/20",  # documentation
)
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The half of an interface id that says: an IPv4 address follows."""

_PRIVATE = _networks(
    "10.0.0.0/8",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
_METADATA = _networks(
    "fd00:ec2::/32",  # AWS
    "fd20:ce::/32",  # Google
)


def parse_address(text: str) -> Address | None:
    """The address a text stands for, IPv4 unwrapped from its mapped form.

    None for anything else, and for addresses with a zone: they name an interface of
    this machine.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return None if address.scope_id else address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Whether this is a public unicast address that carries no other one inside."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not _within(address, _DENIED_V4)
    return (
        address in _GLOBAL_V6
        and not _within(address, _DENIED_V6)
        and int(address) >> 32 & 0xFFFF_FFFF not in _ISATAP
    )


def is_private(address: Address) -> bool:
    """Whether a development set-up may be meant: loopback or a private network."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return _within(address, _PRIVATE) and not _within(address, _METADATA)


def _within(address: Address, networks: tuple[_Network, ...]) -> bool:
    return any(address in network for network in networks)
