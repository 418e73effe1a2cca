"""`seccheck eval`: how good the checkers are on labelled texts."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli_common import fail, load_settings, note
from app.cli_eval_options import (
    At,
    ByColumn,
    Compare,
    DropDuplicates,
    DupColumn,
    Encoding,
    Errors,
    Files,
    HtmlOut,
    JsonOut,
    LabelColumn,
    Limit,
    MapFile,
    Maps,
    ModelFile,
    Perturb,
    SceneName,
    Seed,
    Share,
    TermColumn,
    TextColumn,
    Wordlists,
)

if TYPE_CHECKING:
    from app.cli_eval_judges import Named
    from app.domain.finding import Suggest
    from app.domain.scenes import Scene
    from app.evaluate.disguise import Family
    from app.evaluate.evaluation import Evaluation
    from app.evaluate.reading import Columns, Samples

BROKEN_ROWS = 1
"""Exit code when everything was measured but for rows that are broken."""
SHOWN_BROKEN = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured, and how."""

    files: Sequence[Path]
    columns: "Columns"
    rules: Sequence[str]
    encoding: str
    scene: "Scene"
    at: "Suggest"
    seed: int
    limit: int | None
    errors: int
    drop_duplicates: bool
    families: "Sequence[Family]"
    share: float


def evaluate(
    files: Files,
    text_column: TextColumn = "text",
    label_column: LabelColumn = "label",
    dup_column: DupColumn = "",
    term_column: TermColumn = "term",
    by: ByColumn = "",
    maps: Maps = None,
    map_file: MapFile = None,
    encoding: Encoding = "utf-8",
    scene: SceneName = None,
    wordlists: Wordlists = None,
    model: ModelFile = "",
    compare: Compare = None,
    at: At = "review",
    perturb: Perturb = None,
    share: Share = 0.3,
    drop_duplicates: DropDuplicates = False,
    limit: Limit = None,
    seed: Seed = 0,
    errors: Errors = 0,
    json_out: JsonOut = None,
    html_out: HtmlOut = None,
) -> None:
    """Measure the checkers on labelled texts: accuracy, errors, cost, disguises.

    Reads the live words and never changes anything. No text is shown or written
    unless --errors asks for it. Exit code 0 when measured, 1 when rows were
    broken and left out, 2 when nothing could be measured.
    """
    from app.cli_eval_judges import Judges
    from app.evaluate.errors import EvaluateError
    from app.evaluate.reading import Columns

    if compare and wordlists:
        fail("--compare names both sides; --wordlist does not go with it")
    _check_targets(json_out, html_out)
    settings = load_settings()
    try:
        wish = Wish(
            files=files,
            columns=Columns(
                text_column, label_column, group=dup_column, term=term_column, part=by
            ),
            rules=_rules(map_file, maps),
            encoding=encoding,
            scene=_scene(scene or settings.default_scene),
            at=_verdict(at),
            seed=seed,
            limit=limit,
            errors=errors,
            drop_duplicates=drop_duplicates,
            families=_families(perturb),
            share=share,
        )
        samples = _read(wish)
        judges = Judges(settings, model).wanted(compare, wordlists or ())
        found = _measured(wish, samples, judges)
    except EvaluateError as error:
        fail(str(error))
    _write(found, json_out, html_out)
    raise typer.Exit(BROKEN_ROWS if samples.broken else 0)


def _check_targets(*targets: Path | None) -> None:
    """Say before the work, not after it, that the result has no place."""
    for path in targets:
        if path is not None and not path.parent.is_dir():
            fail(f"cannot write {path}: there is no folder {path.parent}")


def _rules(file: Path | None, given: list[str] | None) -> list[str]:
    from app.evaluate.reading import read_mapping

    return [*(read_mapping(file) if file else ()), *(given or ())]


def _scene(name: str) -> "Scene":
    from app.domain.scenes import parse_scene

    try:
        return parse_scene(name)
    except ValueError as error:
        fail(str(error))


def _verdict(name: str) -> "Suggest":
    from app.domain.finding import Suggest

    if name not in (Suggest.REVIEW, Suggest.RISKY):
        fail(f"--at is review or risky, not {name!r}")
    return Suggest(name)


def _families(wanted: str | None) -> "Sequence[Family]":
    from app.evaluate.disguise import FAMILIES, chosen_families

    if wanted is None:
        return ()
    if wanted == "all":
        return tuple(FAMILIES.values())
    try:
        return chosen_families(name.strip() for name in wanted.split(","))
    except ValueError as error:
        fail(str(error))


def _read(wish: Wish) -> "Samples":
    """The samples of all files; broken rows are named on standard error."""
    from app.evaluate.reading import parse_mapping, read_samples

    samples = read_samples(
        wish.files,
        wish.columns,
        parse_mapping(wish.rules),
        scene=wish.scene,
        encoding=wish.encoding,
    )
    for row in samples.broken[:SHOWN_BROKEN]:
        note(f"{row.source}:{row.line}: {row.why}")
    if len(samples.broken) > SHOWN_BROKEN:
        note(f"{len(samples.broken) - SHOWN_BROKEN} more broken rows not shown")
    return samples


def _measured(
    wish: Wish, samples: "Samples", judges: "Sequence[Named]"
) -> "Evaluation":
    from app.evaluate.duplicates import find_duplicates
    from app.evaluate.evaluation import Repeats
    from app.evaluate.measuring import Plan, evaluation

    drawn = samples.drawn(wish.limit, wish.seed)
    same = find_duplicates(drawn)
    kept = same.kept(drawn) if wish.drop_duplicates else drawn
    plan = Plan(
        files=[path.name for path in wish.files],
        samples=kept,
        broken=samples.broken,
        repeats=Repeats(same.repeated, same.groups, same.mixed, wish.drop_duplicates),
        at=wish.at,
        seed=wish.seed,
        errors=wish.errors,
        families=wish.families,
        share=wish.share,
    )
    with _bar(plan.steps(len(judges))) as progress:
        return evaluation(plan, [(j.name, j.judge) for j in judges], progress)


@contextmanager
def _bar(length: int) -> Iterator[Callable[[int], None]]:
    from app.cli_upload import bar
    from app.evaluate.running import unheard

    with bar(length, "judging ") as step:
        yield step or unheard


def _write(found: "Evaluation", json_out: Path | None, html_out: Path | None) -> None:
    """The terminal's tables, and the files that were asked for."""
    from app.cli_common import print_json
    from app.cli_eval_show import lines
    from app.evaluate.as_json import as_json
    from app.evaluate.page import render_page

    alone = str(json_out) == "-"
    if alone:
        print_json(as_json(found))
    else:
        for line in lines(found):
            typer.echo(line)
    if html_out is not None:
        _save(html_out, render_page(found))
    if json_out is not None and not alone:
        _save(json_out, json.dumps(as_json(found), ensure_ascii=False, indent=1) + "\n")


def _save(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror or error}")
    note(f"wrote {path}")
