"""`seccheck admin-key …`: keys for operators."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_common import fail, json_option, print_json, print_table

if TYPE_CHECKING:
    from app.access import AdminKey

keys = typer.Typer(no_args_is_help=True, help="Manage the keys of operators.")


@keys.command()
def create(
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
    from app.cli_database import with_access

    known = [scope.value for scope in Scope]
    if not set(scopes or ()) <= set(known):
        fail(f"unknown scope; use {', '.join(known)}")
    typer.echo(with_access(lambda a: a.create_admin_key(scopes or None, name=name)))


@keys.command("list")
def list_keys(as_json: json_option = False) -> None:
    """List every key by number; the keys themselves are not kept."""
    from app.cli_database import with_access

    found = with_access(lambda access: access.list_admin_keys())
    if as_json:
        print_json([_as_json(key) for key in found])
        return
    rows = [
        (
            str(key.key_id),
            key.name,
            "revoked" if key.revoked else "live",
            _created(key),
            " ".join(sorted(key.scopes)),
        )
        for key in found
    ]
    print_table(("ID", "NAME", "STATE", "CREATED", "SCOPES"), rows)


def _as_json(key: "AdminKey") -> dict[str, Any]:
    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created": _created(key),
        "revoked": key.revoked,
    }


def _created(key: "AdminKey") -> str:
    return datetime.fromtimestamp(key.created_at, UTC).isoformat(timespec="seconds")


@keys.command()
def revoke(
    key_id: Annotated[int, typer.Argument(help="The number from `admin-key list`.")],
) -> None:
    """End a key at once."""
    from app.cli_database import with_access

    with_access(lambda access: access.revoke_admin_key(key_id))
    typer.echo(f"key {key_id} is revoked")
