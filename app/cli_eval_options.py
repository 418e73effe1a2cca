"""The options of `seccheck eval`."""

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="CSV or JSON lines with labels, also .gz."),
]

TextColumn = Annotated[str, typer.Option(help="Holds the text.")]

LabelColumn = Annotated[str, typer.Option(help="Holds the label.")]

DupColumn = Annotated[
    str,
    typer.Option(help="Names groups of near-duplicates; default: found by us."),
]

ByColumn = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="COLUMN",
        help="Tell figures apart by this column; default: by file.",
    ),
]

TermColumn = Annotated[
    str, typer.Option(help="Holds a listed word of the text, for --perturb.")
]

Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="SOURCE=LABEL",
        help="What a label of the file means: a label of ours, clean, or any"
        " (harmful, whatever the label). Repeatable.",
    ),
]

MapFile = Annotated[Path | None, typer.Option(help="The same, one on each line.")]

Encoding = Annotated[str, typer.Option(help="Such as gb18030.")]

SceneName = Annotated[str | None, typer.Option(help="Scene of texts that name none.")]

Wordlists = Annotated[
    list[Path] | None,
    typer.Option(
        "--wordlist",
        metavar="FILE",
        help="Use only this CSV instead of the database. Repeatable.",
    ),
]

ModelFile = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="FILE",
        help="Ask this content model beside the words; off: none. Default: the"
        " one that the service asks.",
    ),
]

Compare = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="A B",
        help="Put two side by side: each the number of a lexicon version, live,"
        " a CSV file of words, or a file with a content model.",
    ),
]

At = Annotated[str, typer.Option(help="From which verdict on a text counts as found.")]

Perturb = Annotated[
    str | None,
    typer.Option(
        metavar="FAMILY,...", help="Judge again under disguises; all: every one."
    ),
]

Share = Annotated[
    float,
    typer.Option(min=0.01, max=1, help="Part of a text that a disguise changes."),
]

DropDuplicates = Annotated[
    bool,
    typer.Option("--drop-duplicates", help="Count each group of texts once."),
]

Limit = Annotated[
    int | None, typer.Option(min=1, help="Judge so many texts, drawn by chance.")
]

Seed = Annotated[int, typer.Option(min=0, help="Of everything random.")]

Errors = Annotated[
    int,
    typer.Option(
        min=0,
        help="Show so many texts of each kind of error, on the terminal and in"
        " --json and --html.",
    ),
]

JsonOut = Annotated[
    Path | None,
    typer.Option("--json", metavar="OUT", help="Write JSON; `-`: print it only."),
]

HtmlOut = Annotated[
    Path | None,
    typer.Option("--html", metavar="OUT", help="Write a page with plots."),
]
