import asyncio

import pytest
from sqlalchemy import select

from app.access import Access, AccessError, AppSettings, Reason, Scope
from app.access.hashing import WRONG_LIMIT, WRONG_WINDOW
from app.store import Database
from app.store.tables import access_token, admin_key, app_secret
from tests.access.conftest import Clock


@pytest.fixture
def access(database: Database, clock: Clock) -> Access:
    return Access(database, clock=clock)


@pytest.fixture
def elsewhere(database: Database, clock: Clock) -> Access:
    """Another process over the same database."""
    return Access(database, clock=clock)


async def refused(work: object, reason: Reason) -> AccessError:
    with pytest.raises(AccessError) as caught:
        await work  # type: ignore[misc]  # any coroutine
    assert caught.value.reason is reason
    return caught.value


async def test_a_new_app_has_a_secret_that_opens(access: Access) -> None:
    secret = await access.create_app("wx1")
    assert len(secret) == 32
    assert (await access.verify_secret("wx1", secret)).appid == "wx1"


async def test_a_chosen_secret_is_taken(access: Access) -> None:
    assert await access.create_app("wx1", secret="hunter2") == "hunter2"
    await access.verify_secret("wx1", "hunter2")


async def test_of_many_processes_one_makes_the_first_app(
    access: Access, elsewhere: Access
) -> None:
    both = [(door, f"wx{n}") for n in range(4) for door in (access, elsewhere)]
    tries = (door.create_first_app(appid) for door, appid in both)
    made = [secret for secret in await asyncio.gather(*tries) if secret is not None]
    [app] = await access.list_apps()
    [secret] = made
    assert (await elsewhere.verify_secret(app.appid, secret)).appid == app.appid
    assert await access.create_first_app("late") is None


async def test_apps_are_listed_with_their_settings(access: Access) -> None:
    await access.create_app("b", settings=AppSettings(strict=True))
    await access.create_app("a")
    found = await access.list_apps()
    assert [one.appid for one in found] == ["a", "b"]
    assert found[1].settings == AppSettings(strict=True)
    assert found[1].effective.max_content == 2500
    assert (await access.get_app("a")).effective.max_content == 10_000


@pytest.mark.parametrize("appid", ["", "a b", "a:b", "x" * 65, "中", "a\0", "a\n"])
async def test_odd_appids_are_refused(access: Access, appid: str) -> None:
    await refused(access.create_app(appid), Reason.APPID_INVALID)
    if appid:
        await refused(access.verify_secret(appid, "s"), Reason.APP_UNKNOWN)
    await refused(access.get_app(appid), Reason.APP_UNKNOWN)


@pytest.mark.parametrize("secret", ["", "x" * 257, "密码", "a\0b", "\ud800"])
async def test_odd_secrets_are_refused(access: Access, secret: str) -> None:
    await refused(access.create_app("a", secret=secret), Reason.SECRET_INVALID)
    await access.create_app("a")
    wrong = Reason.SECRET_WRONG if secret else Reason.SECRET_MISSING
    await refused(access.verify_secret("a", secret), wrong)


async def test_an_appid_is_given_once(access: Access) -> None:
    secret = await access.create_app("a")
    await refused(access.create_app("a"), Reason.APP_EXISTS)
    await access.verify_secret("a", secret)


async def test_who_is_missing_or_unknown_is_told_so(access: Access) -> None:
    await refused(access.verify_secret("", "s"), Reason.APPID_MISSING)
    await refused(access.verify_secret("a", ""), Reason.SECRET_MISSING)
    await refused(access.verify_secret("a", "s"), Reason.APP_UNKNOWN)
    for work in (
        access.get_app("a"),
        access.rotate("a"),
        access.disable("a"),
        access.enable("a"),
        access.update_settings("a", AppSettings()),
    ):
        await refused(work, Reason.APP_UNKNOWN)


async def test_rotation_keeps_two_secrets_alive(access: Access) -> None:
    first = await access.create_app("a")
    second = await access.rotate("a")
    for secret in (first, second):
        await access.verify_secret("a", secret)
    third = await access.rotate("a", secret="mine")
    assert third == "mine"
    await refused(access.verify_secret("a", first), Reason.SECRET_WRONG)
    for secret in (second, third):
        await access.verify_secret("a", secret)


async def test_a_grace_ends_the_former_secret(access: Access, clock: Clock) -> None:
    first = await access.create_app("a")
    second = await access.rotate("a", grace=60)
    clock.forward(59)
    await access.verify_secret("a", first)
    clock.forward(2)
    await refused(access.verify_secret("a", first), Reason.SECRET_WRONG)
    await access.verify_secret("a", second)


async def test_a_disabled_app_is_refused_and_can_return(access: Access) -> None:
    secret = await access.create_app("a")
    token = (await access.issue_token("a", secret)).token
    await access.resolve(token)
    await access.disable("a")
    assert access.cached(token) is None
    await refused(access.resolve(token), Reason.APP_DISABLED)
    await refused(access.verify_secret("a", secret), Reason.APP_DISABLED)
    await refused(access.verify_secret("a", "wrong"), Reason.SECRET_WRONG)
    assert not (await access.get_app("a")).enabled
    await access.enable("a")
    assert (await access.resolve(token)).enabled


async def test_wrong_secrets_are_throttled(access: Access, clock: Clock) -> None:
    secret = await access.create_app("a")
    await access.create_app("b", secret="b")
    for _ in range(WRONG_LIMIT):
        await refused(access.verify_secret("a", "wrong"), Reason.SECRET_WRONG)
    error = await refused(access.verify_secret("a", "wrong"), Reason.THROTTLED)
    assert error.retry_after == pytest.approx(WRONG_WINDOW)
    await refused(access.verify_secret("a", secret), Reason.THROTTLED)
    await access.verify_secret("b", "b")
    clock.forward(WRONG_WINDOW + 1)
    await access.verify_secret("a", secret)


async def test_an_attacker_cannot_lock_out_a_known_caller(access: Access) -> None:
    secret = await access.create_app("a")
    await access.verify_secret("a", secret)
    for _ in range(WRONG_LIMIT):
        await refused(access.verify_secret("a", "wrong"), Reason.SECRET_WRONG)
    await access.verify_secret("a", secret)


async def test_many_guesses_at_once_do_not_pass_the_limit(access: Access) -> None:
    await access.create_app("a")
    work = (access.verify_secret("a", f"guess{i}") for i in range(WRONG_LIMIT * 2))
    errors = await asyncio.gather(*work, return_exceptions=True)
    reasons = [error.reason for error in errors if isinstance(error, AccessError)]
    assert len(reasons) == WRONG_LIMIT * 2
    # Two are hashed at a time, so one more can slip in.
    assert reasons.count(Reason.SECRET_WRONG) <= WRONG_LIMIT + 1


async def test_nothing_stored_shows_a_secret(
    access: Access, database: Database
) -> None:
    secret = await access.create_app("a", secret="the-secret")
    plain = (await access.issue_token("a", secret)).token
    stable = (await access.stable_token("a", secret)).token
    key = await access.create_admin_key()
    stored = b""
    async with database.read() as connection:
        for table in (app_secret, access_token, admin_key):
            rows = (await connection.execute(select(table))).all()
            stored += repr([tuple(row) for row in rows]).encode()
    for clear in (secret, plain, stable, key):
        assert clear.encode() not in stored


async def test_settings_reach_other_processes_within_five_seconds(
    access: Access, elsewhere: Access, clock: Clock
) -> None:
    secret = await access.create_app("a")
    token = (await access.issue_token("a", secret)).token
    await elsewhere.resolve(token)
    await access.update_settings("a", AppSettings(day_limit=3))
    clock.forward(5)
    assert elsewhere.cached(token) is None
    assert (await elsewhere.resolve(token)).settings.day_limit == 3


async def test_admin_keys_carry_scopes_and_can_end(
    access: Access, elsewhere: Access
) -> None:
    key = await access.create_admin_key(["words:read"], name="ci")
    full = await access.create_admin_key()
    assert key.startswith("sk_")
    found = await elsewhere.verify_admin_key(key)
    assert found.name == "ci"
    assert found.scopes == {Scope.WORDS_READ}
    found.require(Scope.WORDS_READ)
    with pytest.raises(AccessError) as caught:
        found.require(Scope.APPS_ADMIN)
    assert caught.value.reason is Reason.FORBIDDEN
    assert (await access.verify_admin_key(full)).scopes == set(Scope)
    await access.revoke_admin_key(found.key_id)
    await refused(elsewhere.verify_admin_key(key), Reason.ADMIN_KEY)
    assert [one.revoked for one in await access.list_admin_keys()] == [True, False]


async def test_bad_admin_keys_are_refused(access: Access) -> None:
    with pytest.raises(ValueError, match="words:eat"):
        await access.create_admin_key(["words:eat"])
    for text in ("", "sk_", "\0", "\ud800", "sk_" + "x" * 100_000):
        await refused(access.verify_admin_key(text), Reason.ADMIN_KEY)
    for number in (-1, 0, 1, 2**31, 2**70):
        await refused(access.revoke_admin_key(number), Reason.ADMIN_KEY)
