"""The alert webhook: signed, at least once, by one process, and not for ever."""

import asyncio
import base64
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from app.outbound import GuardedClient, OutboundError, Requests, Rules, SecretError
from app.outbound.errors import Fault
from app.store import Database
from app.store import vitals_holds as store
from app.store.vitals_holds import HoldRow
from app.store.vitals_tables import vitals_hold
from app.vitals import Alerts, alerts
from app.vitals.alerts import DELAYS, message_id, payload
from tests.outbound.faulty import Exchange, Faulty, Script, answer, serving
from tests.vitals.helpers import NOON, Clock, key

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"o" * 24).decode()
ROOT = Path(__file__).resolve().parent.parent.parent


def row(term: str = "的", at: float = NOON, **known: Any) -> HoldRow:
    usual: dict[str, Any] = {
        "term_key": key(term),
        "list_name": "own",
        "term": term,
        "version": 1,
        "reason": "new_term",
        "hits": 60,
        "texts": 150,
        "minutes": 1,
        "usual_share": None,
        "tripped_at": at,
        "alert_due": at,
    }
    return HoldRow(**usual | known)


async def hold(database: Database, *rows: HoldRow) -> None:
    async with database.write() as connection:
        for one in rows:
            await store.add_hold(connection, one, released_before=one.tripped_at)


async def state(database: Database, term: str = "的") -> HoldRow:
    query = select(*store.COLUMNS).where(vitals_hold.c.term == term)
    async with database.read() as connection:
        return HoldRow(*(await connection.execute(query)).one())


@pytest.fixture
async def client() -> AsyncIterator[GuardedClient]:
    """Loopback is a private address: only tests may go there."""
    made = GuardedClient(rules=Rules(ports=None, allow_private=True))
    yield made
    await made.aclose()


def in_turn(*scripts: Script) -> Script:
    """The first script for the first request, and so on; the last one for the rest."""
    left = list(scripts)

    async def script(exchange: Exchange) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return script


@pytest.fixture
def sender(
    database: Database, client: GuardedClient, clock: Clock
) -> Callable[[Faulty], Alerts]:
    def make(server: Faulty) -> Alerts:
        url = f"http://127.0.0.1:{server.port}/hooks/seccheck?team=3"
        return Alerts(database, client, url, [SECRET], clock=clock, chance=lambda: 0.0)

    return make


Sender = Callable[[Faulty], Alerts]


async def test_a_stranger_can_verify_and_read_it(
    database: Database, client: GuardedClient
) -> None:
    now = time.time()
    await hold(database, row(at=now, reason="jump", usual_share=0.00125))
    async with serving(answer(status="204 No Content")) as server:
        url = f"http://127.0.0.1:{server.port}/hooks"
        both = Alerts(database, client, url, [SECRET, OLD_SECRET])
        await both.send_due()
    (exchange,) = server.seen
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = {name: exchange.header(name) or "" for name in names}
    message = Webhook(SECRET).verify(exchange.body, headers)
    assert Webhook(OLD_SECRET).verify(exchange.body, headers) == message
    assert message["type"] == "wordlist.term_held"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(exchange.body.replace(b"60", b"61"), headers)
    assert exchange.head.startswith(b"POST /hooks HTTP/1.1\r\n")
    assert exchange.header("content-type") == "application/json"
    assert message["data"] == {
        "key": key("的").hex(),
        "list": "own",
        "term": "的",
        "reason": "jump",
        "hits": 60,
        "texts": 150,
        "minutes": 1,
        "usual_share": 0.00125,
        "tripped_at": message["timestamp"],
    }
    assert b"http" not in exchange.body
    done = await state(database)
    assert (done.alert_due, done.alert_result, done.alert_attempts) == (
        None,
        "delivered",
        1,
    )


def test_the_message_names_its_moment() -> None:
    message = json.loads(payload(row(at=1_795_003_200.25)))
    assert message["timestamp"] == "2026-11-18T12:00:00.250Z"
    assert message["data"]["usual_share"] is None


def test_the_page_about_alerts_shows_this_message() -> None:
    page = (ROOT / "docs/alerts.md").read_text("utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    ours = row(at=1_795_003_200.25)
    assert json.loads(shown) == json.loads(payload(ours))
    assert f"webhook-id: {message_id(ours)}\n" in page
    units = {"s": 1, "min": 60, "h": 3600}
    (said,) = re.findall(r"tried\nagain after (.*?), up to", page, re.DOTALL)
    steps = re.findall(r"(\d+) (s|min|h)\b", said)
    assert tuple(int(number) * units[unit] for number, unit in steps) == DELAYS


def test_the_longest_message_is_small() -> None:
    long = row(term="字" * 500, list_name="x" * 64)
    assert len(payload(long)) < 20_000


async def test_each_alert_is_sent_once(
    database: Database, clock: Clock, sender: Sender
) -> None:
    await hold(database, row("one"), row("two"), row("later", at=NOON + 60))
    async with serving(answer()) as server:
        room = sender(server)
        for _ in range(3):
            await room.send_due()
        terms = [json.loads(one.body)["data"]["term"] for one in server.seen]
        assert sorted(terms) == ["one", "two"]
        clock.forward(60)
        await room.send_due()
        assert len(server.seen) == 3
    assert room.figures().delivered == 3


async def test_a_failed_attempt_is_repeated_with_the_same_id(
    database: Database, clock: Clock, sender: Sender
) -> None:
    await hold(database, row())
    down = answer(b"oops", "500 Internal Server Error")
    async with serving(in_turn(down, down, answer())) as server:
        room = sender(server)
        await room.send_due()
        assert (await state(database)).alert_due == NOON + DELAYS[0]
        clock.forward(DELAYS[0] - 1)
        await room.send_due()
        assert len(server.seen) == 1
        clock.forward(1)
        await room.send_due()
        failed = await state(database)
        assert (failed.alert_result, failed.alert_attempts) == ("status 500", 2)
        assert failed.alert_due == clock() + DELAYS[1]
        clock.forward(DELAYS[1])
        await room.send_due()
    assert len({one.header("webhook-id") for one in server.seen}) == 1
    assert len({one.body for one in server.seen}) == 1
    stamps = [int(one.header("webhook-timestamp") or 0) for one in server.seen]
    assert stamps == [NOON, NOON + DELAYS[0], NOON + DELAYS[0] + DELAYS[1]]
    assert (await state(database)).alert_result == "delivered"
    figures = room.figures()
    assert (figures.delivered, figures.failed, figures.given_up) == (1, 2, 0)


async def test_it_gives_up_after_about_a_day(
    database: Database,
    clock: Clock,
    sender: Sender,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hold(database, row())
    async with serving(answer(b"", "302 Found", ["Location: /other"])) as server:
        room = sender(server)
        for _ in range(50):
            await room.send_due()
            clock.forward(max(DELAYS))
    assert len(server.seen) == len(DELAYS) + 1
    assert 20 * 3600 < sum(DELAYS) < 28 * 3600
    gone = await state(database)
    assert (gone.alert_due, gone.alert_result) == (None, "status 302")
    assert room.figures().given_up == 1
    assert "gave up the alert about '的': status 302" in caplog.messages


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        ("429 Too Many Requests", ["Retry-After: 90"], 90),
        ("503 Service Unavailable", ["Retry-After: 90"], 90),
        ("429 Too Many Requests", ["Retry-After: 1"], DELAYS[0]),
        ("429 Too Many Requests", ["Retry-After: 99999999999999999999"], 21_600),
        ("429 Too Many Requests", ["Retry-After: -5"], DELAYS[0]),
        ("429 Too Many Requests", ["Retry-After: soon"], DELAYS[0]),
        ("500 Internal Server Error", ["Retry-After: 90"], DELAYS[0]),
    ],
)
async def test_a_receiver_may_ask_for_time(
    database: Database, sender: Sender, status: str, headers: list[str], wait: float
) -> None:
    await hold(database, row())
    async with serving(answer(b"", status, headers)) as server:
        await sender(server).send_due()
    assert (await state(database)).alert_due == NOON + wait


async def test_a_receiver_that_is_gone_is_not_asked_again(
    database: Database, sender: Sender
) -> None:
    await hold(database, row())
    async with serving(answer(b"", "410 Gone")) as server:
        room = sender(server)
        await room.send_due()
    assert (await state(database)).alert_due is None
    assert room.figures().given_up == 1


async def test_what_our_own_rules_forbid_is_final(
    database: Database, clock: Clock
) -> None:
    await hold(database, row())
    strict = GuardedClient()
    room = Alerts(database, strict, "http://127.0.0.1/", [SECRET], clock=clock)
    await room.send_due()
    await strict.aclose()
    refused = await state(database)
    assert (refused.alert_due, refused.alert_result) == (None, "refused")


async def test_nobody_there_is_tried_again(
    database: Database, client: GuardedClient, clock: Clock
) -> None:
    await hold(database, row())
    async with serving(answer()) as server:
        port = server.port
    url = f"http://127.0.0.1:{port}/"
    room = Alerts(database, client, url, [SECRET], clock=clock, chance=lambda: 0.99)
    await room.send_due()
    failed = await state(database)
    assert failed.alert_result == "unreachable"
    assert failed.alert_due == pytest.approx(NOON + DELAYS[0] * 1.099)


async def test_processes_take_turns(
    database_url: str, database: Database, client: GuardedClient, clock: Clock
) -> None:
    await hold(database, *(row(f"word {number}") for number in range(10)))
    databases = [Database.open(database_url) for _ in range(3)]
    async with serving(answer()) as server:
        url = f"http://127.0.0.1:{server.port}/"
        rooms = [Alerts(db, client, url, [SECRET], clock=clock) for db in databases]
        try:
            await asyncio.gather(*(room.send_due() for room in rooms))
        finally:
            for one in databases:
                await one.close()
        assert len(server.seen) == 10
        assert len({one.header("webhook-id") for one in server.seen}) == 10


class Dying:
    """A client whose process dies while it sends, and then one that answers."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.dies = True

    async def request(self, *_: object, **options: Any) -> Any:
        self.ids.append(options["headers"]["webhook-id"])
        if self.dies:
            raise asyncio.CancelledError
        raise OutboundError(Fault.TIMEOUT, "the host took too long")


async def test_a_killed_process_leaves_its_alert_to_the_others(
    database: Database, clock: Clock
) -> None:
    await hold(database, row())
    dying: Requests = Dying()
    room = Alerts(database, dying, "http://hook.test/", [SECRET], clock=clock)
    with pytest.raises(asyncio.CancelledError):
        await room.send_due()
    assert isinstance(dying, Dying)
    dying.dies = False
    clock.forward(alerts._LEASE - 1)
    await room.send_due()
    assert len(dying.ids) == 1
    clock.forward(1)
    await room.send_due()
    assert len(dying.ids) == 2
    assert len(set(dying.ids)) == 1
    assert (await state(database)).alert_result == "timeout"


async def test_a_late_answer_does_not_settle_a_new_alert(
    database: Database, clock: Clock, sender: Sender
) -> None:
    """The word is released and trips again while an old attempt is under way."""
    await hold(database, row())

    async def again(exchange: Exchange) -> None:
        async with database.write() as connection:
            await connection.execute(vitals_hold.delete())
            newer = row(at=NOON + 1)
            await store.add_hold(connection, newer, released_before=NOON)
        await answer()(exchange)

    async with serving(in_turn(again, answer())) as server:
        room = sender(server)
        await room.send_due()
        assert (await state(database)).alert_due == NOON + 1
        clock.forward(1)
        await room.send_due()
        first, second = (one.header("webhook-id") for one in server.seen)
        assert first != second
    assert (await state(database)).alert_result == "delivered"


def test_an_id_belongs_to_one_trip() -> None:
    assert message_id(row()) == message_id(row(alert_attempts=5, state="confirmed"))
    assert message_id(row()) != message_id(row(at=NOON + 0.5))
    assert message_id(row()) != message_id(row("other"))
    assert "." not in message_id(row())  # it separates what is signed


@pytest.mark.parametrize("url", [None, ""])
async def test_without_a_url_there_is_only_the_log(
    database: Database, client: GuardedClient, clock: Clock, url: str | None
) -> None:
    await hold(database, row())
    room = Alerts(database, client, url, [], clock=clock)
    await room.send_due()
    left = await state(database)
    assert (left.alert_due, left.alert_result) == (None, "not configured")
    assert room.figures() == alerts.AlertFigures()


@pytest.mark.parametrize("secrets", [[], ["whsec_short"], [SECRET, ""]])
def test_a_url_needs_usable_secrets(
    secrets: list[str], client: GuardedClient, clock: Clock
) -> None:
    anything: Any = None
    with pytest.raises(SecretError) as caught:
        Alerts(anything, client, "http://hook.test/", secrets, clock=clock)
    assert "whsec_short" not in str(caught.value)


async def test_the_log_shows_neither_url_nor_secret(
    database: Database,
    sender: Sender,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hold(database, row())
    with caplog.at_level(logging.DEBUG):
        async with serving(answer(b"", "500 No")) as server:
            await sender(server).send_due()
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("app.")]
    assert ours == ["the alert about '的' failed, trying again: status 500"]


async def test_run_sends_until_it_is_cancelled(
    database: Database,
    client: GuardedClient,
    clock: Clock,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alerts, "TICK_SECONDS", 0.01)
    await hold(database, row())
    async with serving(answer()) as server:
        running = asyncio.create_task(sender(server).run())
        async with asyncio.timeout(30):
            while not server.seen:
                await asyncio.sleep(0.01)
            while (await state(database)).alert_due:
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert len(server.seen) == 1
