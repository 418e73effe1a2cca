"""Edits become changes of a draft, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.lexicon.edits import DropList, Edit, Put, Remove, SetList
from app.lexicon.errors import LexiconError, NotFoundError
from app.lexicon.lists import (
    checked_name,
    checked_scope,
    list_key,
    pack_scope,
    to_list_row,
)
from app.lexicon.plan import to_rows
from app.store import draft as store
from app.store.draft import Stamp
from app.store.lexicon import live_row
from app.store.lexicon_lists import live_list, live_list_has_rows

MAX_EDITS = 1000
"""Most edits in one call; longer lists are loaded as a file."""


def check_edits(edits: Sequence[Edit]) -> None:
    """Refuse edits that no draft could take, before anything is locked.

    Raises:
        LexiconError: the first thing that is wrong.
    """
    if not edits:
        raise LexiconError("there is nothing to change")
    if len(edits) > MAX_EDITS:
        raise LexiconError(f"at most {MAX_EDITS} edits at a time; load a file instead")
    for edit in edits:
        match edit:
            case Put():
                to_rows(checked_name(edit.list_name), [edit.entry])
            case SetList():
                checked_scope(edit.scope)
            case Remove():
                checked_name(edit.list_name)
            case DropList():
                checked_name(edit.name)


@dataclass(frozen=True, slots=True)
class Editor:
    """Makes changes of one draft, all with the same author and reason."""

    connection: AsyncConnection
    draft_id: int
    stamp: Stamp

    async def make(self, edit: Edit) -> None:
        """Make one edit that `check_edits` let through.

        Raises:
            LexiconError: the draft does not allow it.
        """
        match edit:
            case Put():
                await self._put(edit)
            case Remove():
                await self.refuse_dropped(edit.list_name)
                await self._remove(edit.list_name, edit.digest)
            case SetList():
                await self._set_list(edit)
            case DropList():
                await self._drop_list(edit.name)

    async def refuse_dropped(self, list_name: str) -> None:
        """Raise LexiconError when the draft drops this list."""
        found = await self._find(list_key(list_name))
        if found is not None and found.op == "drop_list":
            message = f"the draft drops the list {list_name}; take that back first"
            raise LexiconError(message)

    async def _put(self, edit: Put) -> None:
        await self.refuse_dropped(edit.list_name)
        (row,) = to_rows(edit.list_name, [edit.entry])
        if edit.replaces is not None and edit.replaces != row.digest:
            await self._remove(edit.list_name, edit.replaces)
        change = await self._find(row.digest)
        if change is not None:
            # Either the draft adds it already, or it takes it away no longer.
            if change.op == "remove":
                await store.take_back(self.connection, self.draft_id, row.digest)
        elif await live_row(self.connection, row.digest) is None:
            await store.add_term_changes(
                self.connection, self.draft_id, "add", [row], self.stamp
            )

    async def _remove(self, list_name: str, digest: bytes) -> None:
        change = await self._find(digest)
        if change is not None and change.list_name == list_name:
            if change.op == "add":
                await store.take_back(self.connection, self.draft_id, digest)
            return
        row = await live_row(self.connection, digest)
        if row is None or row.list_name != list_name:
            message = f"the list {list_name} has no such row any more"
            raise NotFoundError(message)
        await store.add_term_changes(
            self.connection, self.draft_id, "remove", [row], self.stamp
        )

    async def _set_list(self, edit: SetList) -> None:
        name = edit.scope.name
        await self.refuse_dropped(name)
        await store.take_back(self.connection, self.draft_id, list_key(name))
        present = await live_list(self.connection, name)
        if present is None or present.digest != to_list_row(edit.scope).digest:
            await self._change_list("list", name, pack_scope(edit.scope))

    async def _drop_list(self, name: str) -> None:
        settings = await live_list(self.connection, name)
        known = settings or await live_list_has_rows(self.connection, name)
        mine = await store.take_back_list(self.connection, self.draft_id, name)
        if known:
            await self._change_list("drop_list", name, None)
        elif not mine:
            raise NotFoundError(f"there is no list {name}")

    async def _change_list(
        self, op: str, name: str, scope: dict[str, object] | None
    ) -> None:
        await store.add_change(
            self.connection,
            self.draft_id,
            op,
            list_name=name,
            digest=list_key(name),
            stamp=self.stamp,
            scope=scope,
        )

    async def _find(self, digest: bytes) -> store.ChangeRow | None:
        return await store.find_change(self.connection, self.draft_id, digest=digest)
