"""`seccheck admin-key …`: keys for operators."""

from typing import Annotated

import typer

from app.cli_common import fail, print_json, print_table
from app.cli_operator import Operator, command
from app.cli_view import Item, moment

keys = typer.Typer(no_args_is_help=True, help="Manage the keys of operators.")


@command(keys)
def create(
    op: Operator,
    name: Annotated[str, typer.Option(help="Whose key it is, for the list.")] = "",
    scopes: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            help="A right, such as words:read; without any, every right. Repeatable.",
        ),
    ] = None,
) -> None:
    """Create a key and print it; it is shown only now."""
    from app.access import Scope

    known = [scope.value for scope in Scope]
    if not set(scopes or ()) <= set(known):
        fail(f"unknown scope; use {', '.join(known)}")
    body = {"name": name or "key", "scopes": scopes or known}
    made = op.run(lambda api: api.post("/keys", body), words=False)
    op.show(made, lambda found: typer.echo(found["key"]))


@command(keys, "list")
def list_keys(op: Operator) -> None:
    """List every key by number; the keys themselves are not kept."""
    page = op.run(lambda api: api.get("/keys"), words=False)
    if op.as_json:
        print_json(page["items"])
        return
    op.show(page, _keys)


@command(keys)
def revoke(
    op: Operator,
    key_id: Annotated[int, typer.Argument(help="The number from `admin-key list`.")],
) -> None:
    """End a key at once."""
    done = op.run(lambda api: api.send("DELETE", f"/keys/{key_id}"), words=False)
    op.show(done, lambda key: typer.echo(f"key {key['id']} is revoked"))


def _keys(page: Item) -> None:
    rows = [
        (
            str(key["id"]),
            key["name"],
            "revoked" if key["revoked"] else "live",
            moment(key["created_at"]),
            " ".join(key["scopes"]),
        )
        for key in page["items"]
    ]
    print_table(("ID", "NAME", "STATE", "CREATED", "SCOPES"), rows)
