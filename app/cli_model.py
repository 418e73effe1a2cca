"""`seccheck model`: train a content model from labelled files, or look at one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli_common import fail, json_option, note, print_json, print_table

model = typer.Typer(
    name="model", no_args_is_help=True, help="The content model: train it, look at it."
)


@model.command()
def train(
    data: Annotated[
        list[Path],
        typer.Option(help="A CSV or JSONL file of labelled texts. Repeatable."),
    ],
    out: Annotated[Path, typer.Option(help="Where the model goes.")],
    text_column: Annotated[
        str, typer.Option(help="The column with the text.")
    ] = "text",
    label_column: Annotated[
        str, typer.Option(help="The column with the label.")
    ] = "label",
    group_column: Annotated[
        str | None, typer.Option(help="A column that groups near-duplicates.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="THEIRS=OURS", help="What a label means. Repeatable."
        ),
    ] = None,
    false_alarms: Annotated[
        float, typer.Option(help="Share of clean texts that may be reported.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="Seed of the disguises.")] = 20_260,
) -> None:
    """Train on labelled texts; writes the model and, beside it, its card.

    Labels are clean, ads, porn, abuse, gambling, crime and fraud, or what --map
    makes of others. Needs scipy: pip install 'seccheck[train]'.
    """
    from app.text.model.training.card import markdown, of_rows, with_figures
    from app.text.model.training.data import Columns, DataError, read_rows
    from app.text.model.training.train import Recipe
    from app.text.model.training.train import train as fit

    columns = Columns(text_column, label_column, group_column, None, _mapping(mapping))
    recipe = Recipe(false_alarms=false_alarms, seed=seed)
    try:
        rows = [row for path in data for row in read_rows(path, columns)]
        sources = frozenset(path.name for path in data)
        made = fit(rows, of_rows(rows, recipe), recipe, ordinary=sources, tell=note)
    except DataError as error:
        fail(str(error))
    except ModuleNotFoundError:
        fail("training needs scipy; install seccheck[train]")
    card = with_figures(made)
    try:
        out.write_bytes(made.block)
        out.with_suffix(".md").write_text(markdown(card), "utf-8")
    except OSError as error:
        fail(f"{out}: {error.strerror}")
    _print(card)


def _mapping(pairs: list[str] | None) -> dict[str, str] | None:
    """What `--map` says, or None without any."""
    if not pairs:
        return None
    made = dict[str, str]()
    for pair in pairs:
        theirs, equals, ours = pair.partition("=")
        if not equals:
            fail(f"--map needs THEIRS=OURS, got {pair!r}")
        made[theirs] = ours
    return made


@model.command()
def show(
    file: Annotated[
        Path | None, typer.Argument(help="A model file; default: the shipped one.")
    ] = None,
    as_json: json_option = False,
) -> None:
    """Show what a model is made of: data, licences, thresholds and figures."""
    from app.text.model.format import ModelError
    from app.text.model.shipped import load_file, load_shipped

    try:
        loaded = load_shipped() if file is None else load_file(file)
    except ModelError as error:
        fail(str(error))
    contents = loaded.contents
    shown: dict[str, Any] = {
        "version": loaded.version,
        "thresholds": contents.thresholds,
        "calibration": contents.calibration,
        **contents.card,
    }
    if as_json:
        print_json(shown)
    else:
        _print(shown)


def _print(card: dict[str, Any]) -> None:
    typer.echo(f"version  {card['version']}")
    for row in card.get("data", ()):
        typer.echo(f"data     {row['name']}: {row['rows']} rows, {row['licence']}")
    thresholds = card["thresholds"]
    head = [
        "harm",
        "threshold",
        *sorted({k for v in _figures(card).values() for k in v}),
    ]
    rows = [
        [
            name,
            str(value),
            *(str(_figures(card).get(name, {}).get(k, "")) for k in head[2:]),
        ]
        for name, value in thresholds.items()
    ]
    print_table(head, rows)


def _figures(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = card.get("figures", {}).get("labels", {})
    return figures
