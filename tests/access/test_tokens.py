import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import Access, AccessError, Reason
from app.access.tokens import (
    FORCED_APART,
    FORCED_PER_DAY,
    REMEMBER_EXPIRED,
    Lifetimes,
    Stable,
    advance,
)
from app.store import Database
from tests.access.conftest import START, Clock

SECRET = "s3cret"
DAY = 86_400


@pytest.fixture
async def access(database: Database, clock: Clock) -> Access:
    made = Access(database, clock=clock)
    await made.create_app("a", secret=SECRET)
    return made


@pytest.fixture
async def elsewhere(access: Access, database: Database, clock: Clock) -> Access:
    """Another process over the same database."""
    return Access(database, clock=clock)


async def state(access: Access, token: str) -> str:
    try:
        return (await access.resolve(token)).appid
    except AccessError as error:
        return error.reason.value


async def test_a_token_is_valid_on_every_process(
    access: Access, elsewhere: Access
) -> None:
    issued = await access.issue_token("a", SECRET)
    assert issued.expires_in == 7200
    assert len(issued.token) <= 512
    assert access.cached(issued.token) is None
    assert await state(elsewhere, issued.token) == "a"
    assert elsewhere.cached(issued.token) is not None


async def test_a_token_needs_the_secret(access: Access) -> None:
    for ask in (access.issue_token, access.stable_token):
        with pytest.raises(AccessError) as caught:
            await ask("a", "wrong")
        assert caught.value.reason is Reason.SECRET_WRONG


async def test_the_former_token_lives_five_more_minutes(
    access: Access, clock: Clock
) -> None:
    first = (await access.issue_token("a", SECRET)).token
    clock.forward(100)
    second = (await access.issue_token("a", SECRET)).token
    clock.forward(299)
    assert [await state(access, t) for t in (first, second)] == ["a", "a"]
    clock.forward(1)
    assert await state(access, first) == "token_expired"
    assert await state(access, second) == "a"


async def test_issuing_never_prolongs_an_old_token(
    access: Access, clock: Clock
) -> None:
    first = (await access.issue_token("a", SECRET)).token
    clock.forward(7100)
    await access.issue_token("a", SECRET)
    clock.forward(100)
    assert await state(access, first) == "token_expired"


async def test_tokens_of_two_apps_do_not_touch(access: Access) -> None:
    await access.create_app("b", secret=SECRET)
    mine = (await access.stable_token("a", SECRET)).token
    other = (await access.stable_token("b", SECRET)).token
    assert mine != other
    assert [await state(access, t) for t in (mine, other)] == ["a", "b"]


async def test_expired_is_told_from_unknown_for_a_week(
    access: Access, clock: Clock
) -> None:
    token = (await access.issue_token("a", SECRET)).token
    clock.forward(7200)
    assert await state(access, token) == "token_expired"
    clock.forward(REMEMBER_EXPIRED + 1)
    await access.issue_token("a", SECRET)
    assert await state(access, token) == "token_unknown"


@pytest.mark.parametrize("token", ["x", "\0", "\ud800", "x" * 100_000, "中文"])
async def test_odd_tokens_are_unknown(access: Access, token: str) -> None:
    assert await state(access, token) == "token_unknown"
    assert await state(access, "") == "token_missing"


async def test_the_cache_ends_with_the_token(access: Access, clock: Clock) -> None:
    token = (await access.issue_token("a", SECRET)).token
    clock.forward(7198)
    await access.resolve(token)
    clock.forward(1)
    assert access.cached(token) is not None
    clock.forward(1)
    assert access.cached(token) is None


async def test_the_cache_ends_when_the_clock_is_set_back(
    access: Access, clock: Clock
) -> None:
    token = (await access.issue_token("a", SECRET)).token
    await access.resolve(token)
    clock.forward(-3600)
    assert access.cached(token) is None


async def test_many_callers_share_one_query(
    access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await access.issue_token("a", SECRET)).token
    asked = 0
    read = Database.read

    def counted(self: Database) -> object:
        nonlocal asked
        asked += 1
        return read(self)

    monkeypatch.setattr(Database, "read", counted)
    found = await asyncio.gather(*(access.resolve(token) for _ in range(50)))
    assert len(set(map(id, found))) == asked == 1


async def test_a_caller_that_leaves_does_not_take_the_others(access: Access) -> None:
    token = (await access.issue_token("a", SECRET)).token
    leaving = asyncio.create_task(access.resolve(token))
    staying = asyncio.create_task(access.resolve(token))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).appid == "a"
    assert leaving.cancelled() or leaving.cancelling()


async def test_a_stable_token_stays_the_same_everywhere(
    access: Access, elsewhere: Access, clock: Clock
) -> None:
    first = await access.stable_token("a", SECRET)
    clock.forward(6900)
    again = await elsewhere.stable_token("a", SECRET)
    assert (again.token, again.expires_in) == (first.token, 300)
    clock.forward(1)
    renewed = await elsewhere.stable_token("a", SECRET)
    assert renewed.token != first.token
    assert renewed.expires_in == 7200
    assert [await state(access, t.token) for t in (first, renewed)] == ["a", "a"]
    clock.forward(299)
    assert await state(access, first.token) == "token_expired"


async def test_stable_and_plain_tokens_are_apart(access: Access, clock: Clock) -> None:
    plain = (await access.issue_token("a", SECRET)).token
    stable = (await access.stable_token("a", SECRET)).token
    await access.issue_token("a", SECRET)
    await access.stable_token("a", SECRET, force_refresh=True)
    clock.forward(299)
    assert await state(access, plain) == "a"
    assert await state(access, stable) == "token_expired"


async def test_a_forced_refresh_ends_the_former_token(
    access: Access, elsewhere: Access
) -> None:
    first = (await access.stable_token("a", SECRET)).token
    await access.resolve(first)
    forced = (await access.stable_token("a", SECRET, force_refresh=True)).token
    assert forced != first
    assert access.cached(first) is None
    assert await state(elsewhere, first) == "token_expired"
    assert (await elsewhere.stable_token("a", SECRET)).token == forced


async def test_forced_refreshes_are_half_a_minute_apart(
    access: Access, clock: Clock
) -> None:
    await access.stable_token("a", SECRET)
    first = await access.stable_token("a", SECRET, force_refresh=True)
    clock.forward(FORCED_APART - 1)
    same = await access.stable_token("a", SECRET, force_refresh=True)
    assert same.token == first.token
    clock.forward(1)
    other = await access.stable_token("a", SECRET, force_refresh=True)
    assert other.token != first.token


async def test_two_live_secrets_both_have_a_valid_stable_token(
    access: Access,
) -> None:
    second = await access.rotate("a")
    tokens = [(await access.stable_token("a", s)).token for s in (SECRET, second)]
    assert [await state(access, t) for t in tokens] == ["a", "a"]
    for secret, token in zip((SECRET, second), tokens, strict=True):
        assert (await access.stable_token("a", secret)).token == token
    await access.stable_token("a", SECRET, force_refresh=True)
    assert [await state(access, t) for t in tokens] == ["token_expired"] * 2


async def test_asking_at_once_gives_one_stable_token(
    access: Access, elsewhere: Access
) -> None:
    work = [one.stable_token("a", SECRET) for one in (access, elsewhere) * 5]
    tokens = {issued.token for issued in await asyncio.gather(*work)}
    assert len(tokens) == 1
    assert await state(access, tokens.pop()) == "a"


async def test_short_lifetimes_leave_room_between_renewals(
    database: Database, clock: Clock
) -> None:
    access = Access(database, token_ttl=60, token_overlap=300, clock=clock)
    await access.create_app("short", secret=SECRET)
    first = await access.stable_token("short", SECRET)
    clock.forward(29)
    assert (await access.stable_token("short", SECRET)).token == first.token
    clock.forward(2)
    assert (await access.stable_token("short", SECRET)).token != first.token


LIVES = Lifetimes(7200, 300)


@given(st.lists(st.tuples(st.floats(0, 7200), st.booleans()), max_size=80))
def test_a_stable_token_always_has_a_future(steps: list[tuple[float, bool]]) -> None:
    now, current = START, Stable()
    for wait, force in steps:
        now += wait
        after = advance(current, now, LIVES, force=force)
        assert 300 <= after.expires_at - now <= 7200
        assert after.generation - current.generation in (0, 1)
        current = after


@given(st.lists(st.floats(0, 3600), min_size=1, max_size=120))
def test_forced_refreshes_keep_their_limits(waits: list[float]) -> None:
    now, current = START, advance(Stable(), START, LIVES, force=False)
    granted: list[float] = []
    for wait in waits:
        now += wait
        after = advance(current, now, LIVES, force=True)
        if after.forced_at != current.forced_at:
            granted.append(now)
        current = after
    assert all(b - a >= FORCED_APART for a, b in pairwise(granted))
    days = [int((moment + 8 * 3600) // DAY) for moment in granted]
    assert all(days.count(day) <= FORCED_PER_DAY for day in days)
