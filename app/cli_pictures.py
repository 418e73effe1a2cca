"""`seccheck picture …`: everything that operators do with known pictures."""

import typer

from app.cli_picture_changes import changes
from app.cli_picture_files import files
from app.cli_picture_lists import lists

pictures = typer.Typer(
    no_args_is_help=True, help="Keep lists of known pictures, by their hashes."
)
for group in (changes, lists, files):
    pictures.add_typer(group)
