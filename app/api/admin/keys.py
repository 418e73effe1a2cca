"""Keys of operators."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from app.access import AdminKey, Scope
from app.api.admin.call import Current
from app.api.admin.table import Table
from app.api.admin.types import Closed, Instant, Line, NumberPath, View, instant, shows
from app.api.problems import ProblemError

TABLE = Table("admin: keys")

_KEY = {
    "id": 3,
    "name": "alice",
    "scopes": ["words:read", "words:write"],
    "created_at": "2026-11-20T08:00:00Z",
    "revoked": False,
}


class KeyView(View):
    """A key; the key itself is not kept."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: Instant
    revoked: bool
    model_config = shows(_KEY)


class KeysView(View):
    """Every key, oldest first, revoked ones included."""

    items: list[KeyView]
    model_config = shows({"items": [_KEY]})


class NewKey(Closed):
    """A key to be made."""

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    """Whose key it is."""
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=32)]
    """What it allows; at most what your own key allows."""
    model_config = shows({"name": "alice", "scopes": ["words:read", "words:write"]})


class KeyMade(KeyView):
    """A new key, shown only now."""

    key: str
    model_config = shows({**_KEY, "key": "sk_c2FtcGxlIGtleSwgbm90IGEgcmVhbCBvbmUhIQ"})


def _fields(key: AdminKey) -> dict[str, object]:
    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": instant(key.created_at),
        "revoked": key.revoked,
    }


@TABLE.get("/keys", Scope.APPS_ADMIN)
async def list_keys(call: Current) -> KeysView:
    """List every key."""
    found = await call.desk.access.list_admin_keys()
    return KeysView(items=[KeyView.model_validate(_fields(key)) for key in found])


@TABLE.change(
    "POST", "/keys", Scope.APPS_ADMIN, "key.create", status=201, refusals=(413,)
)
async def create_key(call: Current, body: NewKey) -> KeyMade:
    """Make a key.

    The key is in the answer and nowhere else. Nobody can give away scopes that
    their own key lacks.
    """
    wanted = set(body.scopes)
    call.note(body.name, scopes=sorted(wanted))
    lacking = sorted(wanted - call.operator.scopes)
    if lacking:
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "forbidden",
            f"Your own key lacks {', '.join(lacking)}, so it cannot give that away.",
        )
    access = call.desk.access
    key = await access.create_admin_key(wanted, name=body.name)
    made = await access.verify_admin_key(key)
    call.note(f"key:{made.key_id}", name=body.name)
    return KeyMade.model_validate({**_fields(made), "key": key})


@TABLE.change(
    "DELETE", "/keys/{number}", Scope.APPS_ADMIN, "key.revoke", refusals=(404,)
)
async def revoke_key(call: Current, number: NumberPath) -> KeyView:
    """End a key at once, on every process."""
    call.note(f"key:{number}")
    await call.desk.access.revoke_admin_key(number)
    found = {key.key_id: key for key in await call.desk.access.list_admin_keys()}
    return KeyView.model_validate(_fields(found[number]))
