import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trustme

from app.outbound import Caps, Fault, GuardedClient, OutboundError, Rules
from tests.outbound.faulty import Faulty, Names, answer, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def secure(
    authority: trustme.CA, *names: str, asked: list[str | None]
) -> AsyncIterator[Faulty]:
    """A TLS server with a certificate for these names; `asked` collects SNI."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(tls)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with serving(answer(b"safe"), tls) as server:
        yield server


def client(authority: trustme.CA | None) -> GuardedClient:
    tls = None
    if authority is not None:
        tls = ssl.create_default_context()
        authority.configure_trust(tls)
    return GuardedClient(
        rules=Rules(ports=None, allow_private=True),
        caps=Caps(total=5.0),
        resolver=Names(good=[["127.0.0.1"]], other=[["127.0.0.1"]]),
        tls=tls,
    )


async def test_the_name_is_asked_for_and_proved(authority: trustme.CA) -> None:
    asked: list[str | None] = []
    guarded = client(authority)
    async with secure(authority, "good.test", asked=asked) as server:
        got = await guarded.request("GET", f"https://good.test:{server.port}/")
    await guarded.aclose()
    assert got.body == b"safe"
    assert asked == ["good.test"]
    assert server.seen[0].header("host") == f"good.test:{server.port}"


async def test_a_certificate_for_another_name_is_no_proof(
    authority: trustme.CA,
) -> None:
    guarded = client(authority)
    async with secure(authority, "good.test", asked=[]) as server:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"https://other.test:{server.port}/")
    await guarded.aclose()
    assert caught.value.fault is Fault.UNTRUSTED
    assert server.seen == []


async def test_a_certificate_for_the_address_does_not_prove_a_name(
    authority: trustme.CA,
) -> None:
    # The connection goes to 127.0.0.1, and it is not what must be proved.
    guarded = client(authority)
    async with secure(authority, "127.0.0.1", asked=[]) as server:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"https://good.test:{server.port}/")
    await guarded.aclose()
    assert caught.value.fault is Fault.UNTRUSTED


async def test_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    guarded = client(None)
    async with secure(authority, "good.test", asked=[]) as server:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"https://good.test:{server.port}/")
    await guarded.aclose()
    assert caught.value.fault is Fault.UNTRUSTED
    assert not caught.value.final


async def test_one_proof_does_not_serve_for_another_name(
    authority: trustme.CA,
) -> None:
    # Same address and port: a kept connection would answer for `other.test`, too.
    guarded = client(authority)
    async with secure(authority, "good.test", asked=[]) as server:
        await guarded.request("GET", f"https://good.test:{server.port}/")
        with pytest.raises(OutboundError):
            await guarded.request("GET", f"https://other.test:{server.port}/")
    await guarded.aclose()
    assert len(server.seen) == 1


async def test_plain_text_on_a_tls_port_is_untrusted(authority: trustme.CA) -> None:
    guarded = client(authority)

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(OutboundError) as caught:
            await guarded.request("GET", f"https://good.test:{port}/")
    await guarded.aclose()
    assert caught.value.fault is Fault.UNTRUSTED
