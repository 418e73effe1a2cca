import socket

import pytest

from app.outbound import Fault, OutboundError, Rules
from app.outbound.resolve import MOST_ADDRESSES, SystemResolver, addresses
from app.outbound.target import Target
from tests.outbound.faulty import Names

TARGET = Target("https", "a.test", 443, "/")
PRIVATE = Rules(allow_private=True)


async def found(rules: Rules, *answers: str) -> list[str]:
    return await addresses(TARGET, rules, Names(a=[answers]))


async def fault(rules: Rules, *answers: str) -> Fault:
    with pytest.raises(OutboundError) as caught:
        await found(rules, *answers)
    return caught.value.fault


async def test_public_addresses_are_taken_in_order() -> None:
    both = ("2606:4700::1", "1.1.1.1")
    assert await found(Rules(), *both) == list(both)
    assert await found(Rules(), "::ffff:1.1.1.1") == ["1.1.1.1"]


async def test_one_forbidden_address_refuses_the_name() -> None:
    assert await fault(Rules(), "1.1.1.1", "10.0.0.1") is Fault.REFUSED
    assert await fault(Rules(), "127.0.0.1", "1.1.1.1") is Fault.REFUSED
    assert await fault(PRIVATE, "127.0.0.1", "169.254.169.254") is Fault.REFUSED


@pytest.mark.parametrize("odd", ["fe80::1%eth0", "a.test", "", "/run/socket", "::1%lo"])
async def test_what_is_no_address_is_forbidden(odd: str) -> None:
    assert await fault(PRIVATE, odd) is Fault.REFUSED


async def test_private_networks_open_for_development_only() -> None:
    assert await fault(Rules(), "192.168.1.1") is Fault.REFUSED
    assert await found(PRIVATE, "192.168.1.1", "::1") == ["192.168.1.1", "::1"]
    for closed in ("0.0.0.1", "169.254.169.254", "100.100.100.200", "fd00:ec2::254"):
        assert await fault(PRIVATE, closed) is Fault.REFUSED


async def test_no_address_is_no_refusal() -> None:
    assert await fault(Rules()) is Fault.UNRESOLVED
    with pytest.raises(OutboundError) as caught:
        await addresses(TARGET, Rules(), Names())
    assert caught.value.fault is Fault.UNRESOLVED
    assert not caught.value.final


async def test_endless_answers_are_refused() -> None:
    assert await fault(Rules(), *["1.1.1.1"] * (MOST_ADDRESSES + 1)) is Fault.REFUSED


async def test_the_name_reaches_the_resolver_as_text() -> None:
    kinds: list[type] = []

    async def resolver(host: str, port: int) -> list[str]:
        kinds.append(type(host))
        return ["1.1.1.1"]

    await addresses(TARGET, Rules(), resolver)
    assert kinds == [str]


async def test_refusals_do_not_tell_the_address() -> None:
    with pytest.raises(OutboundError) as caught:
        await found(Rules(), "10.20.30.40")
    assert "10.20" not in str(caught.value)


@pytest.mark.parametrize(
    "spelling", ["0x7f.1", "127.1", "2130706433", "0177.0.0.1", "0", "127.0.0.1", "::1"]
)
async def test_every_spelling_of_loopback_is_seen_through(spelling: str) -> None:
    resolver = SystemResolver()
    try:
        with pytest.raises(OutboundError) as caught:
            await addresses(Target("http", spelling, 80, "/"), Rules(), resolver)
    finally:
        resolver.close()
    assert caught.value.fault is Fault.REFUSED


async def test_the_system_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def lookup(host: str, port: int, **_: object) -> list[object]:
        asked.append((host, port))
        entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", port))
        return [entry, entry]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    resolver = SystemResolver()
    assert await addresses(TARGET, Rules(), resolver) == ["1.1.1.1"]
    resolver.close()
    assert asked == [("a.test", 443)]
