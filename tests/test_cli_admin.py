"""The client of the admin API: what it sends, and one sentence for every refusal."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest

from app.cli_admin import AdminClient, Query, remote
from app.cli_common import CommandError

T = TypeVar("T")
WHERE = "https://words.example.com"
Handler = Callable[[httpx.Request], httpx.Response]


def ask(handler: Handler, work: Callable[[AdminClient], Awaitable[T]]) -> T:
    async def run() -> T:
        transport = httpx.MockTransport(handler)
        async with httpx.AsyncClient(transport=transport, base_url=WHERE) as http:
            return await work(AdminClient(http, where=WHERE))

    return asyncio.run(run())


def refusal(handler: Handler) -> str:
    with pytest.raises(CommandError) as refused:
        ask(handler, lambda api: api.post("/drafts", {"title": "x"}))
    message = str(refused.value)
    assert "\n" not in message
    return message


def problem(status: int, detail: str, **more: Any) -> Handler:
    document = {"title": "T", "status": status, "detail": detail, **more}
    return lambda _: httpx.Response(status, json=document)


def test_a_read_sends_what_has_a_value() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{WHERE}/admin/v1/terms?q=%E8%AF%8D&limit=5"
        return httpx.Response(200, json={"items": []})

    query: Query = {"q": "词", "limit": 5, "list": None}
    assert ask(answer, lambda api: api.get("/terms", query)) == {"items": []}


def test_a_change_names_the_revision_that_it_is_based_on() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert request.headers["if-match"] == '"7"'
        assert json.loads(request.content) == {"why": "y"}
        return httpx.Response(204)

    assert ask(answer, lambda api: api.post("/x", {"why": "y"}, revision=7)) is None


def test_a_file_is_sent_in_pieces() -> None:
    async def file() -> AsyncIterator[bytes]:
        yield b"one\n"
        yield b"two\n"

    async def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["transfer-encoding"] == "chunked"
        assert await request.aread() == b"one\ntwo\n"
        return httpx.Response(200, json=1)

    async def work(api: AdminClient) -> Any:
        return await api.send("POST", "/x", content=file())

    assert ask(answer, work) == 1  # type: ignore[arg-type]  # async handlers work too


def test_a_download_comes_in_pieces_and_refusals_are_told() -> None:
    async def read(api: AdminClient) -> bytes:
        return b"".join([piece async for piece in api.download("/e", {})])

    assert ask(lambda _: httpx.Response(200, content=b"term\n"), read) == b"term\n"
    with pytest.raises(CommandError, match="there is no version 9"):
        ask(problem(404, "there is no version 9"), read)


@pytest.mark.parametrize(
    ("status", "detail", "says"),
    [
        (400, "The body is not valid JSON.", "The body is not valid JSON"),
        (401, "The admin key is unknown.", "does not accept the key; check --key"),
        (403, "The key lacks the scope words:publish.", "scope words:publish; use a"),
        (404, "there is no draft 3", "there is no draft 3"),
        (412, "draft 3 is at revision 8", "look at it again"),
        (429, "Too many attempts.", "wait a moment"),
        (503, "The database is away.", "in a moment"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    status: int, detail: str, says: str
) -> None:
    assert says in refusal(problem(status, detail))


def test_a_conflict_of_words_says_where_to_look() -> None:
    words = [{"list": "mine", "term": "词"}]
    said = refusal(problem(409, "meanwhile '词' was changed", conflicts=words))
    assert said.endswith("decide again")
    # Other conflicts have nothing to do with versions.
    said = refusal(problem(409, "An app with this appid exists already."))
    assert said == "An app with this appid exists already"


def test_wrong_fields_are_named() -> None:
    errors = [{"pointer": f"/edits/{n}/level", "detail": "too high"} for n in range(7)]
    said = refusal(problem(422, "Fields are wrong.", errors=errors))
    assert said.startswith("Fields are wrong: edits.0.level: too high; edits.1.level")
    assert said.endswith("; and 2 more")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, text="<html>nginx</html>"),
        httpx.Response(502, text="bad gateway"),
        httpx.Response(500, json=["?"]),
        httpx.Response(200, text="<html>welcome</html>"),
    ],
)
def test_something_else_than_seccheck_is_recognised(answer: httpx.Response) -> None:
    assert refusal(lambda _: answer).startswith(f"{WHERE} is no admin API of seccheck")


def test_a_redirect_is_not_followed_with_the_key() -> None:
    moved = httpx.Response(308, headers={"location": "https://elsewhere/admin"})
    assert refusal(lambda _: moved) == (
        f"{WHERE} sends to https://elsewhere/admin; give the final address as --server"
    )


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (httpx.ConnectTimeout(""), "cannot be reached in time"),
        (httpx.ReadTimeout(""), "whether the change was made"),
        (httpx.ReadError(""), "failed: ReadError"),
        (httpx.RemoteProtocolError("closed"), "failed: closed"),
    ],
)
def test_a_broken_connection_is_one_sentence(
    error: httpx.TransportError, says: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    assert says in refusal(answer)


def test_a_refused_certificate_is_told() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        cause = ssl.SSLCertVerificationError("self-signed certificate")
        raise httpx.ConnectError("self-signed certificate") from cause

    assert "self-signed certificate" in refusal(answer)


def reach(server: str, key: str) -> str:
    async def run() -> None:
        async with remote(server, key) as api:
            await api.get("/versions")

    with pytest.raises(CommandError) as refused:
        asyncio.run(run())
    return str(refused.value)


def test_nobody_listening_is_one_sentence() -> None:
    said = reach("http://127.0.0.1:1", "sk_key")
    assert said == "http://127.0.0.1:1 cannot be reached: connection refused"


@pytest.mark.parametrize(
    "server", ["words", "ftp://words", "http://", "words:8000", "http://a:b"]
)
def test_a_server_is_an_address(server: str) -> None:
    said = reach(server, "sk_key")
    assert said == "--server is not an address such as https://words.example.com:8000"


def test_a_password_in_the_address_is_refused_unseen() -> None:
    said = reach("http://root:hunter2@127.0.0.1:1", "sk_key")
    assert said == "--server holds a password; the service knows keys only"


@pytest.mark.parametrize(
    ("key", "says"), [("", "needs a key"), ("钥匙", "copy it"), ("a\nb", "copy it")]
)
def test_a_key_is_needed_and_never_repeated(key: str, says: str) -> None:
    said = reach("http://127.0.0.1:1", key)
    assert says in said
    assert not key or key not in said


def test_the_key_travels_and_a_pasted_api_address_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[httpx.Request] = []

    async def handle(
        transport: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"items": []})

    async def run() -> Any:
        async with remote("https://w.example.com/admin/v1/", "sk_key") as api:
            return await api.get("/lists")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    assert asyncio.run(run()) == {"items": []}
    assert str(seen[0].url) == "https://w.example.com/admin/v1/lists"
    assert seen[0].headers["authorization"] == "Bearer sk_key"
