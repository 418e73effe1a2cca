"""Push settings are kept with their secrets encrypted, and checked first."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.access import Access
from app.push import (
    Format,
    Mode,
    Outcome,
    PushChange,
    PushError,
    PushRoom,
    PushSettings,
    PushTarget,
    Sent,
    account_name,
    sender_name,
)
from app.store import Database
from app.store.push_tables import app_push
from tests.push.helpers import AES_KEY, NOW, TOKEN
from tests.push.rooms import TAKEN, FakePusher, make_room

URL = "https://push.example.com/wx"
CHANGE = PushChange(url=URL, token=TOKEN, aes_key=AES_KEY, mode=Mode.SAFE)


@pytest.fixture
def pusher() -> FakePusher:
    return FakePusher()


@pytest.fixture
async def room(database: Database, pusher: FakePusher) -> PushRoom:
    for appid in ("shop", "other"):
        await Access(database).create_app(appid)
    return make_room(database, pusher)


async def test_an_app_pushes_nothing_at_first(room: PushRoom) -> None:
    assert await room.settings("shop") == PushSettings()
    assert await room.target("shop") is None


async def test_settings_are_kept_and_found(room: PushRoom, pusher: FakePusher) -> None:
    change = replace(CHANGE, format=Format.JSON, callback_hosts=("Hooks.Example.com",))
    shown = await room.put("shop", change)
    assert shown == PushSettings(
        url=URL,
        format=Format.JSON,
        mode=Mode.SAFE,
        callback_hosts=("hooks.example.com",),
        token_set=True,
        aes_key_set=True,
        verified_at=NOW,
        changed_at=NOW,
    )
    assert await room.settings("shop") == shown
    target = await room.target("shop")
    assert target == PushTarget(
        *("shop", URL, TOKEN, account_name("shop"), AES_KEY, Format.JSON, Mode.SAFE)
    )
    assert pusher.verified == [target]
    assert pusher.opened == 0
    assert await room.settings("other") == PushSettings()


async def test_secrets_stay_when_they_are_not_given(room: PushRoom) -> None:
    await room.put("shop", CHANGE)
    await room.put("shop", PushChange(url=URL, to_user="gh_1", mode=Mode.COMPATIBLE))
    target = await room.target("shop")
    assert target is not None
    assert (target.token, target.aes_key) == (TOKEN, AES_KEY)
    assert (target.to_user, target.mode) == ("gh_1", Mode.COMPATIBLE)


async def test_a_key_can_be_taken_away(room: PushRoom) -> None:
    await room.put("shop", CHANGE)
    with pytest.raises(PushError, match="needs an EncodingAESKey"):
        await room.put("shop", replace(CHANGE, aes_key=""))
    await room.put("shop", replace(CHANGE, aes_key="", mode=Mode.PLAIN))
    assert not (await room.settings("shop")).aes_key_set


async def test_without_a_url_secrets_are_forgotten(
    room: PushRoom, pusher: FakePusher
) -> None:
    await room.put("shop", CHANGE)
    shown = await room.put("shop", PushChange(callback_hosts=("a.example",)))
    assert not shown.token_set
    assert not shown.aes_key_set
    assert shown.callback_hosts == ("a.example",)
    assert await room.target("shop") is None
    assert len(pusher.verified) == 1


@pytest.mark.parametrize("sent", [Sent.RETRY, Sent.REFUSED])
async def test_a_failed_check_changes_nothing(
    room: PushRoom, pusher: FakePusher, sent: Sent
) -> None:
    before = await room.put("shop", CHANGE)
    pusher.outcome = Outcome(sent, "it is away", 404)
    with pytest.raises(PushError, match="the URL check failed: it is away"):
        await room.put("shop", replace(CHANGE, token="BBBBB", mode=Mode.PLAIN))
    assert await room.settings("shop") == before
    target = await room.target("shop")
    assert target is not None
    assert target.token == TOKEN


@pytest.mark.parametrize(
    ("change", "verify", "checks", "passed"),
    [
        (PushChange(url=URL, format=Format.JSON), None, 0, True),
        (PushChange(url=URL, format=Format.JSON), False, 0, True),
        (PushChange(url=URL), True, 1, True),
        (PushChange(url=f"{URL}/other"), None, 1, True),
        (PushChange(url=f"{URL}/other"), False, 0, False),
        (PushChange(url=URL, token=TOKEN), None, 1, True),
        (PushChange(url=URL, token=TOKEN), False, 0, False),
        (PushChange(), None, 0, False),
        (PushChange(), True, 0, False),
    ],
)
async def test_what_is_checked_again(
    room: PushRoom,
    pusher: FakePusher,
    change: PushChange,
    verify: bool | None,
    checks: int,
    passed: bool,
) -> None:
    await room.put("shop", CHANGE)
    pusher.verified.clear()
    shown = await room.put("shop", change, verify=verify)
    assert len(pusher.verified) == checks
    assert (shown.verified_at is not None) is passed


async def test_the_check_can_be_left_out(room: PushRoom, pusher: FakePusher) -> None:
    await room.put("shop", CHANGE)
    shown = await room.put("shop", CHANGE, verify=False)
    assert len(pusher.verified) == 1
    assert shown.verified_at is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (replace(CHANGE, url="https://10.0.0.1/"), "url"),
        (replace(CHANGE, token=None), "token"),
        (replace(CHANGE, token=""), "token"),
        (replace(CHANGE, token="s p a c e"), "token"),
        (replace(CHANGE, aes_key=None), "aes_key"),
        (replace(CHANGE, aes_key="short"), "aes_key"),
        (replace(CHANGE, to_user="gh 1"), "to_user"),
        (replace(CHANGE, callback_hosts=("a b",)), "callback_hosts"),
    ],
)
async def test_wrong_values_are_named(
    room: PushRoom, pusher: FakePusher, change: PushChange, name: str
) -> None:
    for verify in (True, False):
        with pytest.raises(PushError) as caught:
            await room.put("shop", change, verify=verify)
        assert caught.value.field == name
    assert await room.settings("shop") == PushSettings()
    assert pusher.verified == []


async def test_secrets_are_encrypted_for_their_app_and_column(
    room: PushRoom, database: Database, pusher: FakePusher
) -> None:
    await room.put("shop", replace(CHANGE, token="Sx7dQ2kLm9"))
    await room.put("other", CHANGE)
    async with database.write() as connection:
        query = select(app_push).where(app_push.c.appid == "shop")
        row = (await connection.execute(query)).one()
        held = row.token + row.aes_key
        assert b"Sx7dQ2kLm9" not in held
        assert AES_KEY.encode() not in held
        swapped = app_push.update().values(token=row.token)
        await connection.execute(swapped.where(app_push.c.appid == "other"))
    with pytest.raises(PushError, match="another secret key"):
        await room.target("other")


async def test_another_secret_key_is_told_and_can_be_repaired(
    room: PushRoom, database: Database, pusher: FakePusher
) -> None:
    await room.put("shop", CHANGE)
    moved = make_room(database, pusher, b"k" * 32)
    for work in (moved.target("shop"), moved.test("shop")):
        with pytest.raises(PushError, match="another secret key") as caught:
            await work
        assert caught.value.field == ""
    assert (await moved.settings("shop")).token_set
    await moved.put("shop", PushChange())
    await moved.put("shop", CHANGE)
    assert await moved.target("shop") is not None


async def test_removing_forgets_everything(room: PushRoom) -> None:
    await room.put("shop", CHANGE)
    await room.put("other", CHANGE)
    await room.remove("shop")
    await room.remove("shop")
    assert await room.settings("shop") == PushSettings()
    assert await room.target("other") is not None


async def test_a_test_event_is_one_about_nothing(
    room: PushRoom, pusher: FakePusher
) -> None:
    with pytest.raises(PushError, match="no push URL"):
        await room.test("shop")
    await room.put("shop", CHANGE)
    first, second = await room.test("shop"), await room.test("shop", 1)
    assert first.outcome == TAKEN
    assert [event for _, event in pusher.delivered] == [first.event, second.event]
    assert first.event.trace_id.startswith(f"{NOW:08x}-")
    assert first.event.from_user == sender_name(first.event.trace_id)
    assert first.event.fields()["result"] == {"suggest": "pass", "label": 100}
    assert second.event.fields()["isrisky"] == 0
    assert len(second.event.trace_id) == 32
