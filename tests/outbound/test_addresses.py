from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbound.addresses import is_private, is_public, parse_address


def words(text: str) -> list[str]:
    return text.split()


FORBIDDEN = words("""
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 100.100.100.200
127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 169.254.0.1 172.16.0.1
172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::a00:1 ::ffff:127.0.0.1
::ffff:10.0.0.1 ::ffff:100.64.0.1 ::ffff:169.254.169.254 ::ffff:224.0.0.1
::ffff:0:127.0.0.1 64:ff9b::a00:1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1
100::1 100:0:0:1::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1
2001:20::1 2001:db8::1 2002:a00:1:: 2002:7f00:1::1 2002:808:808::1 3ffe::1 3fff::1
2a00:1450:4001:800:0:5efe:7f00:1 2a00:1450:4001:800:200:5efe:a00:1 4000::1 5f00::1
fc00::1 fd00::1 fd00:ec2::254 fd20:ce::254 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1
""")
PUBLIC = words("""
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255
128.0.0.1 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.167.0.1
198.17.255.255 198.20.0.0 223.255.255.255 ::ffff:8.8.8.8 2001:200::1
2606:4700:4700::1111 2400:3200::1 2a00:1450:4001:800::200e
""")
HOME = words("""
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 ::1 fd12::1 ::ffff:127.0.0.1
""")


@pytest.mark.parametrize("text", FORBIDDEN)
def test_special_addresses_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_their_neighbours_are(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", HOME)
def test_private_networks_are_told_apart(text: str) -> None:
    assert is_private(ip_address(text))
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *PUBLIC,
        *(text for text in FORBIDDEN if ip_address(text) not in map(ip_address, HOME)),
    ],
)
def test_private_means_no_metadata_and_nothing_else(text: str) -> None:
    private = (
        "10.",
        "127.",
        "172.",
        "192.168",
        "::1",
        "fc00::1",
        "fd00::1",
        "::ffff:1",
    )
    special = ("172.15", "172.32", "::ffff:100", "::ffff:169")
    expected = text.startswith(private) and not text.startswith(special)
    assert is_private(ip_address(text)) == expected


@given(st.ip_addresses(v=4))
def test_mapping_changes_no_judgement(address: IPv4Address) -> None:
    mapped = IPv6Address(f"::ffff:{address}")
    assert is_public(mapped) == is_public(address)
    assert is_private(mapped) == is_private(address)
    assert parse_address(str(mapped)) == address


@given(st.ip_addresses(v=4), st.sampled_from(["::{}", "64:ff9b::{}", "2002:{}::1"]))
def test_no_address_inside_another_is_public(address: IPv4Address, form: str) -> None:
    number = int(address)
    inside = form.format(f"{number >> 16:x}:{number & 0xFFFF:x}")
    assert not is_public(ip_address(inside))


@given(st.ip_addresses())
def test_what_is_public_is_also_global_to_the_library(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not is_private(address)


@pytest.mark.parametrize(
    "text", ["fe80::1%eth0", "::1%1", "0x7f.1", "127.1", "2130706433", "0177.0.0.1", ""]
)
def test_other_spellings_are_no_addresses(text: str) -> None:
    assert parse_address(text) is None
