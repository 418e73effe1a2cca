"""Admin keys: rights, identities, and the door that slows down those who guess."""

import pytest

from app.access.errors import AccessError, Reason
from app.access.keys import (
    WRONG_KEYS,
    WRONG_KEYS_WINDOW,
    AdminKey,
    KeyDoor,
    Operator,
    Scope,
)
from tests.access.conftest import Clock

GOOD = "sk_" + "g" * 43
WRONG = "sk_" + "w" * 43


class Keeper:
    """Knows one key, until it is revoked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.revoked = False

    async def verify_admin_key(self, key: str) -> AdminKey:
        self.asked.append(key)
        if key != GOOD or self.revoked:
            raise AccessError(Reason.ADMIN_KEY)
        return AdminKey(3, "alice", frozenset({Scope.WORDS_READ}), 0.0)


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def door(keeper: Keeper, clock: Clock) -> KeyDoor:
    return KeyDoor(keeper, clock=clock)


async def refused(door: KeyDoor, key: str, address: str = "a") -> AccessError:
    with pytest.raises(AccessError) as caught:
        await door.admit(key, address)
    return caught.value


async def wear_out(door: KeyDoor, address: str = "a") -> None:
    for _ in range(WRONG_KEYS):
        assert (await refused(door, WRONG, address)).reason is Reason.ADMIN_KEY


def test_a_key_allows_only_what_was_granted() -> None:
    key = AdminKey(1, "", frozenset({Scope.WORDS_READ}), 0.0)
    key.require(Scope.WORDS_READ)
    for scope in set(Scope) - {Scope.WORDS_READ}:
        with pytest.raises(AccessError) as caught:
            key.require(scope)
        assert caught.value.reason is Reason.FORBIDDEN


def test_an_identity_names_one_key() -> None:
    scopes = frozenset({Scope.WORDS_READ})
    one = Operator.of(AdminKey(3, "alice", scopes, 0.0))
    two = Operator.of(AdminKey(4, "alice", scopes, 0.0))
    assert (one.who, one.key_id, one.scopes) == ("alice#3", 3, scopes)
    assert one.who != two.who
    assert Operator.of(AdminKey(5, "", scopes, 0.0)).who == "key#5"


async def test_a_right_key_is_asked_for_each_time(
    door: KeyDoor, keeper: Keeper
) -> None:
    assert (await door.admit(GOOD, "a")).key_id == 3
    keeper.revoked = True
    assert (await refused(door, GOOD)).reason is Reason.ADMIN_KEY


@pytest.mark.parametrize(
    "key", ["", "x", "sk_", "sk_short", "sk_" + "g" * 101, "sk_" + "中" * 43, "\ud800"]
)
async def test_what_is_no_key_never_reaches_the_database(
    door: KeyDoor, keeper: Keeper, key: str
) -> None:
    assert (await refused(door, key)).reason is Reason.ADMIN_KEY
    assert keeper.asked == []


async def test_many_wrong_keys_shut_the_door(
    door: KeyDoor, keeper: Keeper, clock: Clock
) -> None:
    await wear_out(door)
    asked = len(keeper.asked)
    error = await refused(door, GOOD)
    assert error.reason is Reason.THROTTLED
    assert error.retry_after == WRONG_KEYS_WINDOW
    assert len(keeper.asked) == asked
    clock.forward(WRONG_KEYS_WINDOW)
    assert (await door.admit(GOOD, "a")).name == "alice"


async def test_other_addresses_do_not_suffer(door: KeyDoor) -> None:
    await wear_out(door, "mallory")
    assert (await door.admit(GOOD, "a")).name == "alice"


async def test_a_key_that_was_right_before_is_not_shut_out(door: KeyDoor) -> None:
    await door.admit(GOOD, "a")
    await wear_out(door)
    assert (await door.admit(GOOD, "a")).name == "alice"


async def test_a_revoked_key_loses_that_privilege(
    door: KeyDoor, keeper: Keeper
) -> None:
    await door.admit(GOOD, "a")
    keeper.revoked = True
    for _ in range(WRONG_KEYS):
        await refused(door, GOOD)
    assert (await refused(door, GOOD)).reason is Reason.THROTTLED


async def test_memory_stays_bounded(door: KeyDoor) -> None:
    for number in range(1200):
        await refused(door, "x", f"address {number}")
    assert len(door._wrong) == 1000
